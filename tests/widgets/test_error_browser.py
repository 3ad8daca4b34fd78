"""ErrorBrowser without a browser: what the front end sends and receives, and the value for the next cell."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.diagnosis import RowFilter
from labkit.errors import BadInput, UnknownName
from labkit.prompts import format_prompt
from labkit.records import Run, Status
from labkit.widgets import ErrorBrowser
from labkit.widgets.error_browser import MOST, PAGE
from tests.conftest import TINY_TASK, tiny_prompts
from tests.hostile import HOSTILE
from tests.made_runs import LABELS, made_row, made_run, noisy_run, run_pairs

MANY = noisy_run(500, 0.1, 1)


def ids(browser: ErrorBrowser) -> list[str]:
    return [row.example.id for row in browser.found]


def ask(browser: ErrorBrowser, **parts: Any) -> None:
    """Change the filter as the front end does."""
    wanted = browser.wanted
    browser.set_state({"wanted": wanted | {"revision": wanted["revision"] + 1} | parts, "position": 0})


def page(browser: ErrorBrowser, start: int, count: int) -> dict[str, Any]:
    """Ask for lines: the whole way of a command, without a kernel."""
    replies: list[dict[str, Any]] = []
    browser.send = lambda content, buffers=None: replies.append(content)
    message = {"kind": "anywidget-command", "name": "page", "id": "1", "msg": {"start": start, "count": count}}
    browser._handle_custom_msg(message, [])
    return replies[0]["response"]


def small(name: str = "run", *, wrong: bool = True) -> Run:
    rows = [
        made_row("a", ["refund"], ["quality"] if wrong else ["refund"]),
        made_row("b", ["quality"], ["quality"]),
        made_row("c", ["delivery"], (), Status.FAILED),
    ]
    return made_run(rows, name)


def test_errors_come_first():
    browser = ErrorBrowser(small())
    assert ids(browser) == ["a", "c"]
    assert browser.view["found"] == 2
    assert browser.opened["id"] == "a"
    assert (browser.total, browser.runs) == (3, ["v1 · definition-reader · dev rows · 2026-01-01 00:00 UTC"])


def test_with_two_runs_the_rows_that_differ_come_first():
    browser = ErrorBrowser(small(wrong=False), small("earlier"))
    assert (ids(browser), browser.opened["change"]) == (["a"], "fixed")
    assert browser.changes[0] == (1, 0, 1, 1)
    assert [counts["swapped"][1][2] for counts in browser.confusions] == [1, 0]


def test_with_two_runs_a_filter_given_stands_alone():
    browser = ErrorBrowser(small(), small("earlier"), missed="refund")
    assert (ids(browser), browser.filter.change) == (["a"], "")


def test_nothing_that_can_be_wrong_shows_every_row():
    assert ids(ErrorBrowser(made_run([made_row("a", None, ["refund"])]))) == ["a"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"missed": "refund", "spurious": "quality"}, ["a"]),
        ({"status": "failed"}, ["c"]),
        ({"outcome": "right"}, ["b"]),
        ({"outcome": "any"}, ["a", "b", "c"]),
        ({"query": "post a"}, ["a"]),
    ],
)
def test_filters_can_be_given_in_the_cell(wanted: dict[str, Any], found: list[str]):
    browser = ErrorBrowser(small(), **wanted)
    assert ids(browser) == found
    assert browser.memory == "", "a filter given in the cell wins over the one the web browser remembers"


@pytest.mark.parametrize(
    ("wanted", "error"),
    [({"label": "refunds"}, UnknownName), ({"status": "broken"}, UnknownName), ({"change": "fixed"}, BadInput)],
)
def test_a_filter_that_cannot_be_is_refused_in_the_cell(wanted: dict[str, Any], error: type[Exception]):
    with pytest.raises(error):
        ErrorBrowser(small(), **wanted)


def test_runs_without_a_common_row_are_refused():
    with pytest.raises(BadInput, match="no row in common"):
        ErrorBrowser(small(), made_run([made_row("z", [])], "other"))


def test_an_empty_run_says_so():
    browser = ErrorBrowser(made_run([]))
    assert browser.notes == ["This run has no rows: nothing was asked."]
    assert (browser.view["found"], browser.opened) == (0, {"revision": 0, "position": -1})


def test_a_filter_from_the_page_is_answered_with_its_revision_and_first_page():
    browser = ErrorBrowser(MANY)
    ask(browser, outcome="any", label=3, query="post 00")
    assert browser.view["revision"] == 1
    assert browser.view["found"] == len(browser.found) > 0
    assert all("label-3" in {*row.example.labels, *row.prediction.labels} for row in browser.found)
    assert [line["id"] for line in browser.view["rows"]] == ids(browser)[:PAGE]
    assert browser.filter == RowFilter(label="label-3", query="post 00")


def test_lines_come_by_pages_and_never_more_than_allowed():
    browser = ErrorBrowser(MANY, outcome="any")
    reply = page(browser, 480, 60)
    assert (reply["ok"], reply["revision"], reply["start"], len(reply["rows"])) == (True, 0, 480, 20)
    assert reply["rows"][0]["id"] == "00480"
    assert len(page(browser, 0, 10**9)["rows"]) == MOST
    assert page(browser, -5, 1)["rows"][0]["id"] == "00000"
    assert page(browser, 10**9, 60)["rows"] == []


@pytest.mark.parametrize("start", [None, "x", {}])
def test_a_page_that_is_no_number_is_answered_with_an_error(start: Any):
    reply = page(ErrorBrowser(small()), start, 1)
    assert reply["ok"] is False
    assert reply["error"]


def test_the_chosen_row_is_opened_and_a_position_outside_is_brought_inside():
    browser = ErrorBrowser(small(), outcome="any")
    browser.set_state({"position": 2})
    assert (browser.opened["id"], browser.opened["position"]) == ("c", 2)
    browser.set_state({"position": 99})
    assert browser.opened["id"] == "c"


def test_the_filter_can_be_set_by_code():
    browser = ErrorBrowser(small())
    browser.filter = RowFilter(missed="delivery")
    assert (ids(browser), browser.view["revision"], browser.opened["id"]) == (["c"], 1, "c")
    with pytest.raises(UnknownName):
        browser.filter = RowFilter(label="nowhere")
    assert ids(browser) == ["c"]


def test_a_page_that_asks_before_it_has_heard_of_a_filter_set_by_code_is_answered_and_both_agree():
    browser = ErrorBrowser(small())
    crossing = browser.wanted | {"outcome": "any", "revision": 1}  # sent before the page hears of the next line
    browser.filter = RowFilter(missed="delivery")
    browser.set_state({"wanted": crossing, "position": 0})
    assert ids(browser) == ["a", "b", "c"], "what came last stands"
    assert browser.view["wanted"] == browser.wanted
    assert browser.view["revision"] == browser.wanted["revision"] == 2, "newer than all that the page has heard of"


def test_of_several_requests_that_cross_with_a_filter_set_by_code_the_last_stands():
    browser = ErrorBrowser(small())
    requests = [browser.wanted | {"outcome": outcome, "revision": k} for k, outcome in ((1, "right"), (2, "any"))]
    browser.filter = RowFilter(missed="delivery")
    for request in requests:
        browser.set_state({"wanted": request})
    assert (browser.filter, browser.view["wanted"]) == (RowFilter(), browser.wanted)
    assert browser.view["revision"] > 2


def test_a_filter_that_is_refused_is_answered_with_the_one_that_stands():
    browser = ErrorBrowser(small())
    browser.set_state({"position": 1})
    ask(browser, status="broken")
    assert "broken" in browser.problem["error"]
    assert browser.view["revision"] == browser.wanted["revision"] == 1, "the page waits for nothing"
    assert (browser.filter, ids(browser)) == (RowFilter("wrong"), ["a", "c"])
    assert browser.view["wanted"] == browser.wanted
    ask(browser, outcome="right")
    assert (browser.problem, ids(browser)) == ({}, ["b"])


def verdict(run: Run, against: Run) -> str:
    browser = ErrorBrowser(run, against)
    browser._prepare(browser._reading, closer=False)
    assert not browser.problem
    return browser.verdict


def test_the_verdict_says_which_rows_it_leaves_out_that_the_table_counts(monkeypatch: pytest.MonkeyPatch):
    open_row = made_row("d", ["refund"], (), Status.PENDING)
    done, begun = (
        made_run([*small().rows, made_row("d", ["refund"], ["refund"])], "old", prompt="v0"),
        made_run([*small().rows, open_row], "new"),
    )
    said = verdict(begun, done)
    assert "Of 3 dev rows" in said
    assert said.endswith("Left out: 1 row without an answer yet, which the table counts as wrong.")
    assert ErrorBrowser(begun, done).changes[0][1] == 1
    monkeypatch.setenv("LABKIT_LANG", "zh")
    assert verdict(begun, done).endswith("另有 1 条还没有答案，未计入；表中按错误计。")
    assert "还没有答案" not in verdict(small("new"), small("old"))


def test_the_verdict_says_that_it_counts_a_row_once_where_the_table_counts_every_asking():
    askings = [replace(row, repeat=k) for row in small().rows for k in range(3)]
    once = made_run(askings, "new")
    thrice = replace(once, header=replace(once.header, repeats=3))
    said = verdict(thrice, replace(thrice, header=replace(thrice.header, run="old", prompt_name="v0")))
    assert "Of 3 dev rows" in said
    assert "Here a row counts once however often it was asked" in said


def test_the_verdict_tells_runs_of_one_prompt_and_model_apart_and_a_run_from_itself_not_at_all():
    new, old = small("new", wrong=False), small("old")
    at_night = replace(old, header=replace(old.header, created="2025-12-31T23:00:00Z"))
    asked = "v1 · definition-reader"
    assert f"{asked} · dev rows · 2025-12-31 23:00 UTC: these" in verdict(new, at_night)
    assert f"UTC · new or {asked} · dev rows · 2026-01-01 00:00 UTC · old: these rows" in verdict(new, old)
    assert f"{asked} or v0 · definition-reader: these rows" in verdict(
        new, replace(old, header=replace(old.header, prompt_name="v0"))
    )
    assert verdict(new, new) == ""


def test_what_goes_wrong_while_runs_are_compared_is_told(monkeypatch: pytest.MonkeyPatch):
    browser = ErrorBrowser(small(wrong=False), small("earlier"))
    monkeypatch.setattr("labkit.comparison.paired", lambda *_runs: 1 // 0)
    browser._prepare(browser._reading, closer=False)
    assert "ZeroDivisionError" in browser.problem["error"]
    assert browser.verdict == ""


JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
PARTS = ("outcome", "label", "missed", "spurious", "alone", "status", "change", "query", "earlier", "revision")


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(PARTS), JUNK))
def test_whatever_a_page_asks_for_is_answered_or_refused_aloud(parts: dict[str, Any]):
    browser = ErrorBrowser(small(), small("earlier", wrong=False))
    before = ids(browser)
    browser.set_state({"wanted": parts})
    assert browser.problem or browser.view["found"] == len(browser.found)
    if browser.problem:
        assert ids(browser) == before, "a filter that was refused leaves the rows as they are"


@settings(max_examples=40, deadline=None)
@given(run_pairs())
def test_everything_the_front_end_receives_is_json(pair: tuple[Run, Run]):
    browser = ErrorBrowser(pair[1], pair[0], outcome="any")
    state = {name: getattr(browser, name) for name in browser.trait_names(sync=True) if not name.startswith("_")}
    state = {name: value for name, value in state.items() if name not in ("layout", "comm", "tooltip", "tabbable")}
    json.dumps(state, allow_nan=False)
    assert [len(counts["right"]) for counts in browser.confusions] == [len(LABELS)] * 2


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_labels_are_shown_and_filtered(text: str):
    run = made_run([made_row("a", [text], []), made_row("b", [], [])], task=replace(TINY_TASK, labels=(text,)))
    browser = ErrorBrowser(run)
    assert len(browser.labels[0]) <= 61
    ask(browser, missed=0)
    assert ids(browser) == ["a"]


def test_the_real_definitions_stand_beside_a_confusion(scene: Any):
    from labkit.evaluation import evaluate

    run = evaluate(scene, tiny_prompts()[0], "definition-reader")
    browser = ErrorBrowser(replace(run, header=replace(run.header, prompt_text=format_prompt(tiny_prompts()[1]))))
    sides = {told["side"] for answer in browser.opened["answers"] for told in answer["definitions"]}
    assert sides <= {"missed", "wrong"}
    assert sides


def test_words_follow_the_interface_language(monkeypatch: pytest.MonkeyPatch):
    assert ErrorBrowser(small()).words["column_gold"] == "Gold"
    monkeypatch.setenv("LABKIT_LANG", "zh")
    browser = ErrorBrowser(small())
    assert (browser.words["column_gold"], browser.language) == ("标注", "zh")
    assert browser.statuses[-1] == ("unanswered", "所有没有答案的样本")


def test_the_page_remembers_filters_by_run():
    same, other = ErrorBrowser(small()), ErrorBrowser(small("other"))
    assert same.memory == ErrorBrowser(small()).memory != other.memory
    assert same.memory != ErrorBrowser(small(), small("earlier")).memory
