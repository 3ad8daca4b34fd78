from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from labkit.comparison import common_rows
from labkit.errors import BadData
from labkit.records import Run, RunRow, Status, Task
from tests.made_runs import made_row, made_run, run_pairs


def test_each_row_left_out_has_its_reason():
    same = made_row("same", ["refund"])
    moved = made_row("moved", ["refund"])
    a = [same, moved, made_row("regold", ["refund"]), made_row("only", ["refund"]), made_row("bare", None)]
    b = [
        same,
        RunRow(replace(moved.example, items=("another post",)), moved.prediction),
        made_row("regold", ["quality"]),
        made_row("bare", None),
        made_row("wait", ["refund"], status=Status.PENDING),
    ]
    a.append(made_row("wait", ["refund"]))
    common = common_rows((made_run(a, "a"), made_run(b, "b")))
    assert [[row.example.id for row in rows] for rows in common.rows] == [["same"], ["same"]]
    assert common.left_out == {"changed": 2, "missing": 1, "unlabelled": 1, "pending": 1}


def test_gold_in_another_order_is_the_same_gold():
    a = made_run([made_row("r", ["refund", "quality"])], "a")
    b = made_run([made_row("r", ["quality", "refund"])], "b")
    assert len(common_rows((a, b)).rows[0]) == 1


def test_nothing_in_common_is_refused_with_the_reason():
    with pytest.raises(BadData, match=r"a, b have no labelled row in common \(2 missing\)"):
        common_rows((made_run([made_row("x", [])], "a"), made_run([made_row("y", [])], "b")))


def test_labels_of_a_later_run_stand_at_the_end_of_the_common_task():
    wider = made_run([made_row("x", [])], "b", Task("other", ("price", "refund", "quality"), multi_label=True))
    common = common_rows((made_run([made_row("x", [])], "a"), wider))
    assert common.task.labels == ("delivery", "refund", "quality", "price")
    assert common.task.name == "made"


def test_tasks_without_a_common_label_are_refused():
    other = made_run([made_row("x", [])], "b", Task("other", ("price", "colour")))
    with pytest.raises(BadData, match="'price' is only in one, and none is in both"):
        common_rows((made_run([made_row("x", [])], "a"), other))


def test_of_a_row_asked_several_times_an_open_asking_is_left_out():
    open_ = replace(made_row("x", ["refund"], status=Status.PENDING), repeat=1)
    common = common_rows(
        (made_run([made_row("x", ["refund"]), open_], "a"), made_run([made_row("x", ["refund"])], "b"))
    )
    assert [len(rows) for rows in common.rows] == [1, 1]
    assert (common.ids, common.left_out) == (("x",), {})


def test_other_subtasks_are_refused():
    run = made_run([made_row("x", [])], "a")
    other = replace(run, task=replace(run.task, subtasks={"s": run.task.labels}))
    with pytest.raises(BadData, match="subtasks differ"):
        common_rows((run, other))


@given(run_pairs())
def test_common_and_left_out_rows_add_up(runs: tuple[Run, Run]):
    common = common_rows(runs)
    assert len(common.rows[0]) + sum(common.left_out.values()) == len(runs[0].rows)
    assert [row.example.id for row in common.rows[0]] == [row.example.id for row in common.rows[1]]
