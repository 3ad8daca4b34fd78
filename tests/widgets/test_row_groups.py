"""Groups of rows in ErrorBrowser: odd rationales, and what each part of an edit fixed and broke."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from labkit.curation.watched import Progress
from labkit.diagnosis import RowFilter, RowTable, blame, rationale_flags, row_table, suspect_gold
from labkit.errors import UnknownName
from labkit.evaluation import evaluate
from labkit.prompts import format_prompt, prompt_sha256
from labkit.records import Definition, Evidence, Prediction, Prompt, Run, Status
from labkit.views import row_groups
from labkit.views.row_groups import RowGroup, blame_groups, flag_groups
from labkit.widgets import ErrorBrowser, browser_groups
from labkit.widgets import error_browser as module
from labkit.widgets.browser_groups import SLOW
from labkit.workspace import Scene
from tests.hostile import HOSTILE
from tests.made_runs import LABELS, TASK, made_row, made_run
from tests.widgets.test_error_browser import ask, ids
from tests.widgets.test_error_triage import command


def odd_run() -> Run:
    """Three answers: one with a quote that stands nowhere, one whose rationale denies it, one that is not odd."""
    said = (
        Prediction(Status.ANSWERED, ("refund",), "It asks for a refund.", (Evidence(1, "nowhere", False),)),
        Prediction(Status.ANSWERED, ("quality",), "This is not about quality."),
        Prediction(Status.ANSWERED, ("delivery",), "It is about delivery.", (Evidence(1, "post", True),)),
    )
    return made_run([replace(made_row(str(k), ["refund"]), prediction=p) for k, p in enumerate(said)])


def many_doubts() -> Run:
    """Enough rows for a judge of texts; in each tenth the answer is not gold."""
    return made_run([made_row(str(k), [LABELS[k % 3]], [LABELS[(k + (k % 10 == 0)) % 3]]) for k in range(60)])


class Held:
    """In the place of a timer: what it was given last is done when the test says so."""

    def __call__(self, _seconds: float, work: Callable[..., None], arguments: list[Any]) -> Held:
        self.run = lambda: work(*arguments)
        return self

    def start(self) -> None:
        """Not before the test says so."""

    def cancel(self) -> None:
        """What comes next takes its place."""


@pytest.fixture
def edited(scene: Scene) -> tuple[Run, Run]:
    """A prompt of bare names, and the same with one definition written."""
    bare, defined = scene.prompt("v1"), scene.prompt("v2")
    one = replace(bare, name="v3", definitions=(defined.definitions[0], *bare.definitions[1:]))
    scene.save_prompt(one)
    before, after = (evaluate(scene, name, "definition-reader") for name in ("v1", "v3"))
    return before, after


def prepared(*runs: Run, **keywords: Any) -> ErrorBrowser:
    """A browser with its groups worked out, as some time after it was opened."""
    browser = ErrorBrowser(*runs, **keywords)
    browser._prepare(browser._reading, closer=False)
    return browser


def test_odd_rationales_are_counted_and_each_count_finds_its_rows():
    browser = prepared(odd_run(), outcome="any")
    counts = {group["key"]: group["rows"] for group in browser.groups}
    assert counts == {
        "flag.quote_not_in_post": 1,
        "flag.denies_answer": 1,
        "flag.argues_for_other": 0,
        "flag.words_not_in_post": 0,
    }
    ask(browser, group="flag.denies_answer")
    assert ids(browser) == ["1"]
    ((words, said),) = browser.opened["answers"][0]["flags"]
    assert (words, said) == ("the rationale denies the label that is answered", "This is not about quality.")
    ask(browser, group="flag.quote_not_in_post")
    assert browser.opened["answers"][0]["unfound"] == ["nowhere"]
    assert browser.opened["answers"][0]["flags"] == [], "a quote that is not there is shown once"


def test_flags_of_a_group_are_those_that_the_logic_finds(scene: Scene):
    run = evaluate(scene, "v1", "definition-reader", repeats=2)
    table = row_table(run)
    found = rationale_flags(run.rows, run.task.labels)
    for group in flag_groups(table):
        rows = {(f.row, f.repeat) for f in found if group.key == f"flag.{f.kind}"}
        assert int(group.rows.sum()) == len(rows)


def test_each_part_of_an_edit_says_what_it_fixed_and_broke(edited: tuple[Run, Run]):
    before, after = edited
    browser = prepared(after, before)
    groups = [group for group in browser.groups if group["kind"] == "blame"]
    (entry,) = blame(before, after).pieces
    assert len(entry.fixed) > 0
    assert [(g["words"], g["rows"]) for g in groups[:2]] == [("fixed", len(entry.fixed)), ("broke", len(entry.broken))]
    assert "物流" in groups[0]["title"]
    ask(browser, change="", group=groups[0]["key"])
    assert sorted(ids(browser)) == sorted(entry.fixed)


def test_parts_of_an_edit_that_moved_nothing_are_one_remark(scene: Scene):
    bare, defined = scene.prompt("v1"), scene.prompt("v2")
    idle = replace(bare.definitions[1], text="退款。")
    scene.save_prompt(replace(bare, name="v3", definitions=(defined.definitions[0], idle, *bare.definitions[2:])))
    before, after = (evaluate(scene, name, "definition-reader") for name in ("v1", "v3"))
    found = blame(before, after)
    assert [bool(entry.rows) for entry in found.pieces] == [True, False]
    groups = blame_groups(row_table(after, before), before, after)
    assert "退款" not in "".join(group.title for group in groups)
    last = groups[-1]
    assert (last.title, last.words, last.rows.any()) == ("1 other part of the edit moved nothing", "", False)


def told(run: Run, definitions: list[Definition]) -> Run:
    """The run with a prompt of these definitions."""
    prompt = Prompt(run.id, "Sort.", "{{posts}}", "Answer.", tuple(definitions))
    named = {"prompt_text": format_prompt(prompt), "prompt_sha256": prompt_sha256(prompt)}
    return replace(run, header=replace(run.header, prompt_name=prompt.name, **named))


def test_of_many_sets_of_parts_that_tangle_the_smaller_ones_are_one_entry(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(row_groups, "_SETS", 1)
    labels = [("refund", "quality"), ("refund", "quality"), ("refund", "delivery"), ("quality", "delivery")]
    rows = [[made_row(str(k), pair, pair[:n]) for k, pair in enumerate(labels)] for n in (1, 2)]
    before, after = (
        told(made_run(part, name, TASK), [Definition(label, f"{label} {name}") for label in LABELS])
        for part, name in zip(rows, ("r1", "r2"), strict=True)
    )
    found = blame(before, after)
    assert [len(entry.rows) for entry in found.together] == [2, 1, 1]
    groups = blame_groups(row_table(after, before), before, after)
    (fixed,) = (g for g in groups if g.title.endswith("cannot be told apart either") and g.words == "fixed")
    assert fixed.rows.sum() == sum(len(entry.fixed) for entry in found.together[1:])
    assert fixed.title.startswith("2 smaller sets")


def test_runs_that_are_no_edit_of_one_prompt_have_no_blame(scene: Scene, edited: tuple[Run, Run]):
    before, after = edited
    other = replace(after, header=replace(after.header, model="another"))
    assert blame_groups(row_table(other, before), before, other) == []
    assert blame_groups(row_table(after, after), after, after) == []


def test_gold_that_is_corrected_changes_what_was_fixed(scene: Scene, edited: tuple[Run, Run]):
    browser = prepared(edited[1], edited[0], scene=scene)
    fixed = next(group for group in browser.groups if group["key"] == "blame.0.fixed")["rows"]
    ask(browser, change="", group="blame.0.fixed")
    row = browser.opened["row"]
    answered = browser._reading.table.earlier[row].prediction.labels
    places = [browser.labels.index(label) for label in answered]
    assert command(browser, "fix_gold", row=row, labels=places, reason="the first answer was right")["ok"]
    assert next(group for group in browser.groups if group["key"] == "blame.0.fixed")["rows"] == fixed - 1


def test_a_group_asked_for_before_there_are_any_is_worked_out_first():
    browser = ErrorBrowser(odd_run())
    browser.filter = RowFilter(group="flag.denies_answer")
    assert ids(browser) == ["1"]
    with pytest.raises(UnknownName, match="group of rows"):
        browser.filter = RowFilter(group="flag.none")


def test_many_rationales_wait_until_somebody_asks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LOOKED_AT_ONCE", 2)
    browser = ErrorBrowser(odd_run())
    browser._prepare(browser._reading, closer=False)
    assert (browser.looked, browser.groups) == ("", [])
    assert command(browser, "look_closer")["ok"]
    browser._prepare(browser._reading, closer=True)
    assert (browser.looked, len(browser.groups)) == ("done", 6)


def test_rationales_looked_through_while_gold_was_corrected_are_looked_through_again(
    scene: Scene, edited: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch
):
    browser = ErrorBrowser(edited[1], scene=scene)
    begun: list[bool] = []
    monkeypatch.setattr(browser, "_in_background", lambda _seconds, *, closer=False: begun.append(closer))
    reading = browser._reading
    row = browser.opened["row"]
    assert command(browser, "look_closer")["ok"]
    assert command(browser, "fix_gold", row=row, labels=[], reason="none of them")["ok"]
    browser._prepare(reading, closer=True)  # of the gold before
    assert (browser.looked, begun) == ("now", [True, True]), "an answer is still on its way"
    browser._prepare(browser._reading, closer=True)
    assert browser.looked == "done"


def test_a_row_whose_gold_was_corrected_leaves_its_theme_and_themes_can_be_looked_for_anew(
    scene: Scene, edited: tuple[Run, Run]
):
    browser = ErrorBrowser(edited[0], scene=scene)
    browser._prepare(browser._reading, closer=True)
    slow = {key: group for key, group in browser._groups.by_key.items() if group.kind in SLOW and group.rows.any()}
    row = next(
        k for group in slow.values() for k in group.rows.nonzero()[0].tolist() if browser._reading.table.read.wrong[k]
    )
    expected = {key: int(group.rows.sum()) - int(group.rows[row]) for key, group in slow.items()}
    places = [browser.labels.index(label) for label in browser._reading.table.rows[row].prediction.labels]
    assert command(browser, "fix_gold", row=row, labels=places, reason="reread")["ok"]
    assert {group["key"]: group["rows"] for group in browser.groups if group["key"] in slow} == expected
    assert browser.looked == ""


def test_rationales_that_cannot_be_looked_through_can_be_asked_for_again(monkeypatch: pytest.MonkeyPatch):
    browser = ErrorBrowser(odd_run())
    assert command(browser, "look_closer")["ok"]
    monkeypatch.setattr(browser_groups, "theme_groups", lambda _table, _progress: 1 // 0)
    browser._prepare(browser._reading, closer=True)
    assert "ZeroDivisionError" in browser.problem["error"]
    assert browser.looked == ""


def test_a_look_tells_how_far_it_is_and_ends_when_it_is_stopped(monkeypatch: pytest.MonkeyPatch):
    browser, shares = ErrorBrowser(many_doubts()), []
    browser.observe(lambda change: shares.append(change["new"]), names=["looked_through"])
    begun = Event()

    def endless(_table: RowTable, progress: Progress) -> list[RowGroup]:
        while True:
            begun.set()
            progress(0.5)

    with monkeypatch.context() as slow:
        slow.setattr(browser_groups, "theme_groups", endless)
        assert command(browser, "look_closer")["ok"]
        assert begun.wait(120)
        assert browser.looked == "now"
        assert command(browser, "stop_looking")["ok"]
        browser._preparing.join(120)
        assert not browser._preparing.is_alive()
    assert (browser.looked, browser.groups, browser.problem) == ("", [], {})
    assert command(browser, "look_closer")["ok"]
    browser._preparing.join(120)
    assert browser.looked == "done"
    assert "suspect.gold" in {group["key"] for group in browser.groups}
    assert shares[-1] > 0.8
    assert shares == sorted(shares[: shares.index(0.0)]) + sorted(shares[shares.index(0.0) :])


def test_of_many_rows_a_group_that_is_remembered_comes_when_it_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LOOKED_AT_ONCE", 2)
    monkeypatch.setattr(module, "Timer", begun := Held())
    browser = ErrorBrowser(many_doubts(), outcome="any")
    ask(browser, outcome="any", group="suspect.gold")
    assert (browser.looked, browser.filter, len(browser.found)) == ("now", RowFilter("any"), 60)
    begun.run()
    assert (browser.looked, browser.filter.group, browser.wanted["group"]) == ("done", "suspect.gold", "suspect.gold")
    assert 0 < len(browser.found) < 60


def test_a_filter_asked_for_meanwhile_wins_over_a_group_that_is_found_later(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LOOKED_AT_ONCE", 2)
    monkeypatch.setattr(module, "Timer", begun := Held())
    browser = ErrorBrowser(many_doubts(), outcome="any")
    ask(browser, outcome="any", group="suspect.gold")
    ask(browser, outcome="wrong")
    begun.run()
    assert (browser.looked, browser.filter) == ("done", RowFilter("wrong"))


def test_a_quick_look_that_ends_last_takes_no_theme_away():
    browser = ErrorBrowser(odd_run())
    browser._prepare(browser._reading, closer=True)
    found = browser.groups
    browser._prepare(browser._reading, closer=False)
    assert (browser.groups, browser.looked) == (found, "done")


def test_gold_in_doubt_comes_with_the_most_suspect_first():
    rows = [made_row(str(k), [LABELS[k % 3]], [LABELS[k % 3]]) for k in range(30)]
    wrong = {4: "quality", 11: "delivery"}
    rows = [
        replace(row, example=replace(row.example, labels=(wrong.get(k, row.example.labels[0]),)))
        for k, row in enumerate(rows)
    ]
    browser = ErrorBrowser(made_run(rows), outcome="any")
    browser._prepare(browser._reading, closer=True)
    ranked = [one.row for one in suspect_gold([browser.run]) if one.score > 0]
    ask(browser, group="suspect.gold")
    assert ids(browser) == ranked
    assert set(ranked) == {"4", "11"}


def test_themes_of_errors_are_filters_and_add_up_to_them():
    topics = ("the parcel came late again", "money was never paid back", "the zip broke at once")
    rows = [
        replace(made_row(str(k), ["refund"]), prediction=Prediction(Status.ANSWERED, ("quality",), topics[k % 3]))
        for k in range(30)
    ]
    browser = ErrorBrowser(made_run([*rows, made_row("right", ["refund"], ["refund"])]))
    browser._prepare(browser._reading, closer=True)
    themes = [group for group in browser.groups if group["kind"] == "theme"]
    assert sum(group["rows"] for group in themes) == 30
    ask(browser, group=themes[0]["key"])
    assert len({row.prediction.rationale for row in browser.found}) == 1
    again = ErrorBrowser(browser.run)
    again.filter = RowFilter(group=themes[0]["key"])
    assert ids(again) == ids(browser), "a theme that the page remembers is found anew"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_rationales_are_looked_through(text: str):
    row = replace(made_row("a", ["refund"]), prediction=Prediction(Status.ANSWERED, ("quality",), text * 3))
    browser = ErrorBrowser(made_run([row]))
    browser._prepare(browser._reading, closer=True)
    assert {group["kind"] for group in browser.groups} >= {"flag"}
    assert not browser.problem
