"""Rows of one run or two, laid out to be searched: what is kept, what is left out, what is wrong in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from labkit.diagnosis import change_counts, changes_of, count_confusions, row_table
from labkit.errors import BadInput
from labkit.records import Prediction, Run, Status
from labkit.scoring import confusions
from tests.made_runs import LABELS, TASK, made_row, made_run, run_pairs, runs


def test_rows_stay_in_the_order_of_the_run_that_is_read():
    later = made_run([made_row("b", ["refund"]), made_row("a", ["refund"])], "later")
    earlier = made_run([made_row("a", ["refund"]), made_row("b", ["refund"])], "earlier")
    table = row_table(later, earlier)
    assert [row.example.id for row in table.rows] == ["b", "a"]
    assert [row.example.id for row in table.earlier] == ["b", "a"]
    assert table.left_out == {}


def test_rows_that_cannot_be_held_against_each_other_are_counted():
    same, alone = made_row("same", ["refund"]), made_row("alone", [])
    regold, reworded = made_row("regold", ["refund"]), made_row("reworded", [])
    other = replace(reworded, example=replace(reworded.example, items=("another post",)))
    earlier = made_run([same, made_row("regold", ["quality"]), other, made_row("gone", None)], "earlier")
    table = row_table(made_run([same, alone, regold, reworded], "later"), earlier)
    assert [row.example.id for row in table.rows] == ["same"]
    assert table.left_out == {"missing": 2, "changed": 2}


def test_the_order_of_gold_labels_means_nothing_but_no_gold_is_not_no_label():
    later = made_run([made_row("a", ["refund", "quality"]), made_row("b", [])], "later")
    earlier = made_run([made_row("a", ["quality", "refund"]), made_row("b", None)], "earlier")
    table = row_table(later, earlier)
    assert ([row.example.id for row in table.rows], table.left_out) == (["a"], {"changed": 1})


def test_repeats_are_paired_with_repeats():
    asked = [replace(made_row("a", ["refund"]), repeat=k) for k in range(2)]
    answered = [replace(row, prediction=Prediction(Status.ANSWERED, ("refund",) * k)) for k, row in enumerate(asked)]
    table = row_table(made_run(answered, "later"), made_run(asked[:1], "earlier"))
    assert [(row.repeat, row.prediction.labels) for row in table.rows] == [(0, ())]
    assert table.left_out == {"missing": 1}


def test_a_label_outside_the_task_gets_a_column_of_its_own():
    table = row_table(made_run([made_row("a", ["staff"], ["quality"])]))
    assert table.labels == (*LABELS, "staff")
    assert table.read.missed.sum() == 1


def test_an_empty_run_has_an_empty_table():
    table = row_table(made_run([]))
    assert (table.rows, table.labels, table.left_out) == ((), TASK.labels, {})
    assert table.read.wrong.tolist() == []


def test_one_run_alone_has_no_changes():
    with pytest.raises(BadInput, match="no changes"):
        changes_of(row_table(made_run([made_row("a", [])])))


def test_changes_of_a_label_are_about_rows_in_which_it_plays_a_part():
    gold = {"fixed": ["refund"], "regressed": [], "wrong": ["refund"], "other": ["quality"], "unknown": None}
    before = {"fixed": [], "regressed": [], "wrong": ["quality"], "other": ["quality"], "unknown": ["refund"]}
    now = {"fixed": ["refund"], "regressed": ["refund"], "wrong": [], "other": ["quality"], "unknown": []}
    earlier = made_run([made_row(key, gold[key], before[key]) for key in gold], "earlier")
    later = made_run([made_row(key, gold[key], now[key]) for key in gold], "later")
    counts = {entry.label: entry for entry in change_counts(row_table(later, earlier))}
    refund, rows = counts["refund"], counts[""]
    assert (refund.fixed, refund.regressed, refund.still_wrong, refund.differ) == (1, 1, 1, 3)
    assert (rows.fixed, rows.regressed, rows.still_wrong, rows.differ) == (1, 1, 1, 4)


@given(run_pairs())
def test_every_labelled_row_changed_in_exactly_one_way(pair: tuple[Run, Run]):
    earlier, later = pair
    table = row_table(later, earlier)
    found = changes_of(table)
    parts = (found.fixed, found.regressed, found.still_wrong, found.still_right)
    assert sum(part.astype(int) for part in parts).tolist() == table.read.labelled.astype(int).tolist()
    right = [(a.correct, b.correct) for a, b in zip(table.earlier, table.rows, strict=True)]
    assert found.fixed.tolist() == [pair == (False, True) for pair in right]
    assert found.regressed.tolist() == [pair == (True, False) for pair in right]


@given(runs())
def test_wrong_rows_are_those_that_the_scores_count_as_wrong(run: Run):
    table = row_table(run)
    assert table.read.wrong.tolist() == [row.correct is False for row in run.rows]
    assert table.read.right.tolist() == [row.correct is True for row in run.rows]


@given(runs())
def test_confusions_are_those_that_scoring_lists(run: Run):
    counts = count_confusions(row_table(run).read)
    listed = {(c.gold, c.predicted): len(c.rows) for c in confusions(run)}
    for i, gold in enumerate(LABELS):
        assert counts.missed_alone[i] == listed.get((gold, None), 0)
        assert counts.spurious_alone[i] == listed.get((None, gold), 0)
        assert [counts.swapped[i][j] for j in range(3)] == [listed.get((gold, other), 0) for other in LABELS]
