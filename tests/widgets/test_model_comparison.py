"""ModelComparison without a browser: what a press does, and the values for the next cell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.charts import MIME
from labkit.comparison import paired
from labkit.errors import BadData, BadInput
from labkit.records import Bar, Prediction, Run, RunRow, Status
from labkit.widgets import ErrorBrowser, ModelComparison
from tests.hostile import HOSTILE
from tests.made_models import PRICES, TASK, model_runs
from tests.made_runs import made_row, made_run

RUNS = model_runs(rows=60)


@pytest.fixture
def shown() -> ModelComparison:
    return ModelComparison(RUNS, PRICES)


def order(shown: ModelComparison) -> str:
    return "".join(line.children[0].description for line in shown.lines.children)


def choose(shown: ModelComparison, *runs: str) -> None:
    for run in runs:
        shown.letters[run].value = not shown.letters[run].value


def test_a_head_sorts_best_first_then_worst_first_and_says_so(shown: ModelComparison):
    assert order(shown) == "ABCD"
    assert shown.heads["place"].description == "place ▼"
    shown.heads["cost"].click()
    assert order(shown) == "CDBA"
    assert shown.heads["cost"].description == "CNY for 1,000 rows ▼"
    assert shown.heads["place"].description == "place"
    shown.heads["cost"].click()
    assert order(shown) == "ABCD"
    assert shown.heads["cost"].description == "CNY for 1,000 rows ▲"


def test_two_letters_open_the_rows_on_which_the_two_runs_differ(shown: ModelComparison):
    choose(shown, "run-0")
    assert (shown.chosen, shown.browser) == (("run-0",), None)
    choose(shown, "run-2")
    assert isinstance(shown.browser, ErrorBrowser)
    assert shown.differences.children == (shown.browser,)
    answers = [{row.example.id: row.prediction.labels for row in RUNS[k].rows} for k in (0, 2)]
    differ = {row_id for row_id in answers[0] if answers[0][row_id] != answers[1][row_id]}
    assert {row.example.id for row in shown.browser.found} == differ
    pair = paired(RUNS[0], RUNS[2])
    assert f"it mends {len(pair.fixed)} and breaks {len(pair.regressed)}" in shown.hint.value


def test_a_third_letter_takes_the_place_of_the_first_and_a_second_press_gives_it_back(shown: ModelComparison):
    choose(shown, "run-0", "run-2", "run-3")
    assert shown.chosen == ("run-2", "run-3")
    assert [shown.letters[run.id].value for run in RUNS] == [False, False, True, True]
    choose(shown, "run-2")
    assert (shown.chosen, shown.browser, shown.differences.children) == (("run-3",), None, ())


def test_every_picture_is_drawn_from_data_and_the_parts_only_where_they_part(shown: ModelComparison):
    titles = set()
    for name in ("choices", "strengths", "agreement"):
        shown.picture.value = name
        (output,) = shown.figure.outputs
        assert set(output["data"]) == {MIME, "text/plain"}
        titles.add(output["data"]["text/plain"])
        assert shown.part.layout.display == (None if name == "strengths" else "none")
    assert len(titles) == 3
    shown.picture.value = "strengths"
    for _, by in shown.part.options:
        shown.part.value = by
        assert shown.figure.outputs[0]["data"][MIME]["data"]


def test_what_cannot_be_told_is_said_first(shown: ModelComparison):
    assert "4 runs on 60 common rows" in shown.children[1].value
    assert "These rows cannot tell which of" in shown.children[1].value
    other = made_run(RUNS[0].rows[:40], "short", TASK, prompt="v1")
    head = ModelComparison([RUNS[0], other]).children[1].value
    assert "Mind: 20 rows are not in every run." in head


def test_a_model_that_does_not_beat_the_floor_is_told_so():
    weak = made_run(RUNS[1].rows, "weak", TASK, model="paid/<b>weak")
    head = ModelComparison([RUNS[1], weak]).children[1].value
    assert "paid/&lt;b&gt;weak does not beat linear by more than chance" in head
    assert (
        "Every language model beats linear, the best simple method (floor)"
        in ModelComparison(model_runs()).children[1].value
    )
    assert "No simple method (floor) was measured on these rows" in ModelComparison(RUNS[2:]).children[1].value


@pytest.mark.parametrize(("lang", "words"), [("en", "Mark: what the business asks for."), ("zh", "竖线：业务要求。")])
def test_what_the_bars_mean_stands_below_them(monkeypatch: pytest.MonkeyPatch, lang: str, words: str):
    monkeypatch.setenv("LABKIT_LANG", lang)
    shown = ModelComparison(RUNS, PRICES)
    below = shown.children.index(shown.hint) - 1
    assert words in shown.children[below].value


def test_the_bar_of_today_is_the_one_that_is_drawn():
    goals = [
        {head: shown._table.column(head).goal for head in shown.heads}
        for shown in (ModelComparison(RUNS, PRICES), ModelComparison(RUNS, PRICES, Bar("accuracy", 0.6)))
    ]
    assert (goals[0]["macro_f1"], goals[0]["recall:退款"], goals[0]["cost"]) == (0.85, 0.9, 15)
    assert (goals[1]["accuracy"], goals[1]["cost"], goals[1]["latency"]) == (0.6, None, None)


def test_a_sure_best_is_called_the_best():
    rows = [made_row(str(k), ["refund"]) for k in range(60)]
    right = [made_row(str(k), ["refund"], ["refund"]) for k in range(60)]
    shown = ModelComparison([made_run(rows, "a"), made_run(right, "b")])
    assert "A does best, and these rows are enough to say so." in shown.children[1].value


def test_runs_that_cannot_be_compared_are_refused_in_words():
    with pytest.raises(BadInput, match="needs two runs or more"):
        ModelComparison(RUNS[:1])
    with pytest.raises(BadInput, match="only 1 are different"):
        ModelComparison([RUNS[0], RUNS[0]])
    unlabelled = [made_run([made_row("a", None)], name) for name in "ab"]
    with pytest.raises(BadData, match="no labelled row in common"):
        ModelComparison(unlabelled)


def test_constant_and_silent_runs_are_shown_like_any_other():
    rows = RUNS[0].rows
    constant = made_run([_ending(row, Status.ANSWERED, TASK.labels[:1]) for row in rows], "constant", TASK)
    silent = made_run([_ending(row, Status.BLANK) for row in rows], "silent", TASK)
    shown = ModelComparison([RUNS[2], constant, silent])
    assert order(shown)[0] == "A"
    choose(shown, "constant", "silent")
    assert shown.browser is not None
    for name in ("strengths", "agreement"):
        shown.picture.value = name


def test_where_money_and_time_are_unknown_the_first_picture_is_where_each_is_good():
    rows = [[replace(row, latency_s=None) for row in run.rows] for run in RUNS[:2]]
    shown = ModelComparison(
        [made_run(kept, name, TASK, model=f"x/{name}") for kept, name in zip(rows, "ab", strict=True)]
    )
    assert [value for _, value in shown.picture.options] == ["strengths", "agreement"]
    assert shown.picture.value == "strengths"
    assert shown.part.layout.display is None


def test_who_stands_in_all_that_is_drawn_is_not_said_to_be_missing():
    unclocked = [replace(run, rows=tuple(replace(row, latency_s=None) for row in run.rows)) for run in RUNS]
    shown = ModelComparison(unclocked, PRICES)
    assert shown.picture.value == "choices"
    assert "Not in the picture" not in shown.notes.value


def test_a_model_of_one_s_own_is_not_said_to_be_free():
    shown = ModelComparison([replace(RUNS[0], header=replace(RUNS[0].header, model="local/own")), *RUNS[1:]], PRICES)
    (letter,) = [row.letter for row in shown._table.rows if row.run == RUNS[0].id]
    assert f"row of {letter}: what the machine costs" in shown.children[3].value


def _ending(row: RunRow, status: Status, labels: tuple[str, ...] = ()) -> RunRow:
    return replace(row, prediction=Prediction(status, labels))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_data_stay_text(name: str):
    runs: list[Run] = model_runs((name,) * 4, rows=20)[:2]
    shown = ModelComparison(runs)
    choose(shown, "run-0", "run-1")
    html = " ".join(part.value for line in shown.lines.children for part in line.children[1:])
    html += shown.hint.value + shown.children[1].value
    for tag in ("<script", "<img", "<math", "<template", "<svg onload"):
        assert tag not in html.replace("<svg class=", "")
    assert 'onmouseover="window' not in html


def test_words_come_in_chinese(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    shown = ModelComparison(RUNS, PRICES)
    assert "4 次运行，60 行共同样本" in shown.children[1].value
    assert shown.heads["cost"].description == "每千行费用（CNY）"
