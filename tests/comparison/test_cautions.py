from __future__ import annotations

from dataclasses import replace

from labkit.comparison import Caution, compare
from labkit.records import Run, Task
from tests.made_runs import TASK, made_row, made_run

ROWS = [made_row(str(k), ["refund"], ["refund"]) for k in range(4)]


def cautions_of(*runs: Run) -> tuple[Caution, ...]:
    return compare(runs).cautions


def test_runs_asked_the_same_need_no_caution():
    assert cautions_of(made_run(ROWS, "a"), made_run(ROWS, "b")) == ()


def test_rows_left_out_are_counted_by_their_reason():
    other_gold = replace(ROWS[0], example=replace(ROWS[0].example, labels=("quality",)))
    found = cautions_of(made_run(ROWS, "a"), made_run([other_gold, *ROWS[1:3]], "b"))
    assert found == (Caution("missing", 1), Caution("changed", 1))


def test_labels_that_only_one_run_knows_are_named():
    wider = Task("made", (*TASK.labels, "price"), multi_label=True, allow_none=True)
    assert cautions_of(made_run(ROWS, "a"), made_run(ROWS, "b", wider)) == (
        Caution("labels", values={"a": "", "b": "price"}),
    )


def test_another_parser_split_or_number_of_repeats_is_said():
    run = made_run(ROWS, "b", split="all")
    other = replace(run, header=replace(run.header, parser=7, repeats=3))
    assert cautions_of(made_run(ROWS, "a"), other) == (
        Caution("parser", values={"a": "3", "b": "7"}),
        Caution("split", values={"a": "dev", "b": "all"}),
        Caution("repeats", values={"a": "1", "b": "3"}),
    )


def test_a_model_that_was_swapped_during_a_run_is_said_first():
    swapped = [replace(row, served_by="m-2 (fp_2)" if k else "m-1 (fp_1)") for k, row in enumerate(ROWS)]
    silent = [replace(ROWS[0], served_by="m-1"), *ROWS[1:]]
    assert cautions_of(made_run(silent, "a"), made_run(swapped, "b")) == (
        Caution("served", values={"b": "m-2 (fp_2) (3), m-1 (fp_1) (1)"}),
    )
