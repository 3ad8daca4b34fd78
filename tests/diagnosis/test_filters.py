"""Filters: each finds what it says, they combine, and the figure beside a confusion is the number of rows behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from labkit.diagnosis import UNANSWERED, RowFilter, change_counts, count_confusions, find_rows, row_table
from labkit.errors import BadInput, UnknownName
from labkit.records import Evidence, Prediction, Run, RunRow, Status
from tests.made_runs import LABELS, made_row, made_run, run_pairs, runs

ROWS = (
    made_row("right", ["refund"], ["refund"]),
    made_row("swapped", ["refund"], ["quality"]),
    made_row("missed", ["refund", "quality"], ["quality"]),
    made_row("spurious", ["refund"], ["refund", "delivery"]),
    made_row("failed", ["refund"], (), Status.FAILED),
    made_row("pending", ["delivery"], (), Status.PENDING),
    made_row("unlabelled", None, ["refund"]),
    made_row("none", [], []),
)


def found(run_rows: tuple[RunRow, ...] = ROWS, against: Run | None = None, **wanted: Any) -> list[str]:
    table = row_table(made_run(run_rows), against)
    return [table.rows[k].example.id for k in find_rows(table, RowFilter(**wanted))]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, [row.example.id for row in ROWS]),
        ({"outcome": "wrong"}, ["swapped", "missed", "spurious", "failed", "pending"]),
        ({"outcome": "right"}, ["right", "none"]),
        ({"label": "delivery"}, ["spurious", "pending"]),
        ({"label": "refund", "outcome": "right"}, ["right", "spurious"]),
        ({"label": "refund", "outcome": "wrong"}, ["swapped", "missed", "failed"]),
        ({"missed": "refund"}, ["swapped", "missed", "failed"]),
        ({"spurious": "quality"}, ["swapped"]),
        ({"missed": "refund", "spurious": "quality"}, ["swapped"]),
        ({"missed": "refund", "alone": True, "status": "answered"}, ["missed"]),
        ({"spurious": "delivery", "alone": True}, ["spurious"]),
        ({"status": UNANSWERED}, ["failed", "pending"]),
        ({"status": "pending"}, ["pending"]),
        ({"query": "POST mis"}, ["missed"]),
        ({"query": "  "}, [row.example.id for row in ROWS]),
        ({"query": "nowhere"}, []),
        ({"outcome": "wrong", "label": "quality", "query": "s"}, ["swapped"]),
    ],
)
def test_a_filter_finds_what_it_says(wanted: dict[str, Any], ids: list[str]):
    assert found(**wanted) == ids


def test_words_are_searched_in_rationales_of_both_runs_and_taken_as_they_stand():
    said = Prediction(Status.ANSWERED, ("refund",), "因为 (提到) 退款.*", (Evidence(1, "x", False),))
    run = (replace(ROWS[0], prediction=said),)
    assert found(run, query="(提到) 退款.*") == ["right"]
    assert found(run, query="退款.+") == []
    assert found(ROWS[:1], made_run(run, "earlier"), query="提到") == ["right"]


def test_the_earlier_run_can_be_asked_about():
    earlier = made_run([replace(row, prediction=Prediction(Status.BLANK)) for row in ROWS], "earlier")
    assert found(against=earlier, outcome="right", earlier=True) == []
    assert found(against=earlier, change="fixed") == ["right", "none"]
    assert found(against=earlier, change="fixed", label="quality") == ["missed"]


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ({"label": "refunds"}, "refund"),
        ({"missed": "x"}, "label"),
        ({"status": "failing"}, "failed"),
        ({"outcome": "wrongly"}, "wrong"),
        ({"change": "fix"}, "fixed"),
    ],
)
def test_a_filter_that_names_what_there_is_not_is_refused(wanted: dict[str, Any], named: str):
    with pytest.raises(UnknownName, match=named):
        found(**wanted)


def test_a_change_needs_two_runs():
    with pytest.raises(BadInput, match="hold it against"):
        found(change="fixed")


@given(runs())
def test_each_figure_of_the_confusion_is_the_number_of_rows_behind_it(run: Run):
    table = row_table(run)
    counts = count_confusions(table.read)

    def rows(**wanted: Any) -> int:
        return len(find_rows(table, RowFilter(**wanted)))

    for i, gold in enumerate(LABELS):
        assert counts.right[i] == rows(label=gold, outcome="right")
        assert counts.missed_alone[i] == rows(missed=gold, alone=True, status="answered")
        assert counts.spurious_alone[i] == rows(spurious=gold, alone=True)
        assert counts.unanswered[i] == rows(missed=gold, status=UNANSWERED)
        for j, other in enumerate(LABELS):
            assert counts.swapped[i][j] == (rows(missed=gold, spurious=other) if i != j else 0)


@given(run_pairs())
def test_each_figure_of_the_changes_is_the_number_of_rows_behind_it(pair: tuple[Run, Run]):
    table = row_table(pair[1], pair[0])
    for entry in change_counts(table):
        for change in ("fixed", "regressed", "still_wrong", "differ"):
            assert getattr(entry, change) == len(find_rows(table, RowFilter(change=change, label=entry.label)))
