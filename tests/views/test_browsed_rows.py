"""Rows as the browser shows them: short lines, one row in full, and what must be said about a run first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from labkit.diagnosis import row_table
from labkit.prompts import format_prompt
from labkit.records import Evidence, Prediction, Run, RunRow, Status
from labkit.views.browsed_rows import FULL_LIMIT, LINE_LIMIT, browsed_rows
from labkit.views.browsing_notes import browsing_notes
from tests.conftest import TINY_TASK, tiny_prompts
from tests.hostile import HOSTILE
from tests.made_runs import made_row, made_run

V2 = tiny_prompts()[1]


def tiny_run(*rows: RunRow, name: str = "run", prompt_text: str | None = None, repeats: int = 1) -> Run:
    run = made_run(rows, name, TINY_TASK)
    text = format_prompt(V2) if prompt_text is None else prompt_text
    return replace(run, header=replace(run.header, prompt_text=text, repeats=repeats))


def full(row: RunRow, **more: Any) -> dict[str, Any]:
    run = tiny_run(row, **more)
    return browsed_rows(row_table(run), [run]).full(0)


def test_the_definitions_of_missed_and_wrongly_given_stand_side_by_side():
    (answer,) = full(made_row("a", ["物流"], ["退款"]))["answers"]
    shown = [(told["label"], told["side"]) for told in answer["definitions"]]
    assert shown == [("物流", "missed"), ("退款", "wrong")]
    assert answer["definitions"][0]["text"].startswith("快递、包裹、配送和物流信息的问题。")


def test_a_label_given_where_gold_has_none_shows_its_definition():
    (answer,) = full(made_row("a", [], ["退款"]))["answers"]
    assert [(told["label"], told["side"]) for told in answer["definitions"]] == [("退款", "wrong")]


@pytest.mark.parametrize("row", [made_row("a", None, ["退款"]), made_row("a", ["退款"], ["退款"])])
def test_without_a_mistake_there_are_no_definitions(row: RunRow):
    assert full(row)["answers"][0]["definitions"] == []


def test_a_prompt_that_cannot_be_read_claims_nothing_about_definitions():
    run = tiny_run(made_row("a", ["物流"], ["退款"]), prompt_text="no prompt file")
    assert browsed_rows(row_table(run), [run]).full(0)["answers"][0]["definitions"] == []
    assert browsing_notes(row_table(run), [run]) == [
        "The prompt that v1 · definition-reader kept cannot be read as a prompt file, so no definitions are shown."
    ]


def test_an_answer_that_could_not_be_read_shows_what_came_back_and_why():
    failed = Prediction(Status.UNPARSED, reason="two answers")
    (answer,) = full(replace(made_row("a", ["物流"]), prediction=failed, reply="{}{}"))["answers"]
    assert (answer["status"], answer["problem"], answer["reply"]) == ("unreadable", "two answers", "{}{}")
    read = replace(made_row("a", ["物流"], ["物流"]), reply='{"labels": …}')
    assert full(read)["answers"][0]["reply"] == ""


def test_quotes_are_marked_in_their_post_and_those_that_are_not_there_are_named():
    evidence = (Evidence(1, "post", True), Evidence(1, "nowhere", False))
    row = made_row("a", ["物流"], ["物流"])
    quoting = replace(row, prediction=replace(row.prediction, evidence=evidence))
    shown = full(quoting)
    assert shown["posts"] == [{"parts": (("post", True), (" a", False)), "left_out": 0}]
    assert shown["answers"][0]["unfound"] == ["nowhere"]


def test_a_quote_from_another_post_or_from_none_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    row = made_row("a", ["物流"], ["物流"])
    row = replace(row, example=replace(row.example, items=("快递 慢", "要退钱")))
    wrong, far = Evidence(2, "快递 慢", False), (Evidence(3, "要退钱", False), Evidence(0, "丢了", False))
    quoting = replace(row, prediction=replace(row.prediction, evidence=(wrong,), unplaced=far))
    assert full(quoting)["answers"][0]["unfound"] == [
        "快递 慢（说是微博 2，其实在微博 1）",
        "要退钱（说是微博 3，其实在微博 2）",
        "丢了（说是微博 0，可是没有这一条）",
    ]


def test_a_huge_post_is_cut_and_the_rest_counted():
    row = made_row("a", ["物流"])
    long = replace(row, example=replace(row.example, items=("长" * (FULL_LIMIT + 7),)))
    assert full(long)["posts"][0]["left_out"] == 7
    run = tiny_run(long)
    line = browsed_rows(row_table(run), [run]).line(0)
    assert sum(len(text) for text, _ in line["posts"]) == LINE_LIMIT + 1


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hidden_character_reaches_the_page(text: str):
    said = Prediction(Status.ANSWERED, ("退款",), text, (Evidence(1, text, False),), text)
    row = made_row("a", ["物流"])
    run = tiny_run(replace(row, example=replace(row.example, id=text, items=(text,), note=text), prediction=said))
    rows = browsed_rows(row_table(run), [run])
    assert not {"\u202e", "\u2066", "\u200b", "\x1b", "\x07", "\x00"} & set(str((rows.line(0), rows.full(0))))


def test_two_answers_stand_side_by_side_with_what_changed():
    earlier = tiny_run(made_row("a", ["物流"], ["退款"]), name="earlier")
    later = tiny_run(made_row("a", ["物流"], ["物流"]), name="later")
    rows = browsed_rows(row_table(later, earlier), [earlier, later])
    assert [answer["labels"] for answer in rows.line(0)["answers"]] == [["退款"], ["物流"]]
    assert (rows.line(0)["change"], rows.full(0)["change"]) == ("fixed", "fixed")


def test_an_asking_of_several_says_which():
    run = tiny_run(made_row("a", []), replace(made_row("a", []), repeat=1), repeats=2)
    rows = browsed_rows(row_table(run), [run])
    assert [rows.line(k)["repeat"] for k in range(2)] == [1, 2]
    assert browsing_notes(row_table(run), [run]) == [
        "v1 · definition-reader asked each of its 1 example 2 times; every asking is a row of its own."
    ]


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([], "This run has no rows: nothing was asked."),
        ([made_row("a", None)], "No row has gold labels"),
        ([made_row("a", None), made_row("b", [])], "1 row has no gold labels"),
        ([made_row("a", [], (), Status.PENDING), made_row("b", [])], "1 of 2 rows is not asked yet"),
    ],
)
def test_what_must_be_known_is_said_first(rows: list[RunRow], note: str):
    run = tiny_run(*rows)
    assert note in browsing_notes(row_table(run), [run])[0]
    assert browsing_notes(row_table(run), [run], "zh")[0] != browsing_notes(row_table(run), [run])[0]


def test_rows_left_out_of_a_comparison_are_counted():
    earlier, later = tiny_run(made_row("a", [])), tiny_run(made_row("a", []), made_row("b", []))
    table = row_table(later, earlier)
    expected = ["1 row was asked in only one of the two runs and is left out."]
    assert browsing_notes(table, [earlier, later]) == expected
