"""Difficulty from a training's dynamics: what moved, what was always believed, what never was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.curation.dynamics import gold_probability, rate_by_dynamics
from labkit.errors import BadData
from labkit.records import Run
from tests.made_runs import made_row, made_run

COURSES = {  # the probability of gold at the base, at a checkpoint, at the adapter
    **{f"easy{k}": (0.90, 0.93, 0.95) for k in range(8)},
    **{f"moved{k}": (0.1, 0.5, 0.95) for k in range(5)},
    **{f"never{k}": (0.05, 0.06, 0.1) for k in range(3)},
}


def points() -> list[Run]:
    runs = []
    for k in range(3):
        rows = [
            replace(
                made_row(row, ["a"], ["a"] if course[k] > 0.5 else ["b"], split="pool"),
                probabilities={"a": course[k], "b": 1 - course[k]},
            )
            for row, course in COURSES.items()
        ]
        runs.append(made_run(rows, f"point{k}", split="pool", model=f"local/base+point{k}@labels"))
    return runs


def test_what_moved_most_is_boundary_what_was_believed_easy_and_what_never_was_hard():
    runs = points()
    found = rate_by_dynamics([row.example for row in runs[0].rows], runs)
    kinds = {"easy": "easy", "moved": "boundary", "never": "hard"}
    assert found.ratings == {row: kinds[row.rstrip("0123456789")] for row in COURSES}
    assert found.accuracy == pytest.approx(13 / 16)
    assert found.runs == ("point0", "point1", "point2")


def test_what_is_right_only_at_the_end_is_boundary_even_where_others_moved_more():
    runs = points()
    late = [replace(made_row("late", ["a"], ["a"], split="pool"), probabilities={"a": p}) for p in (0.02, 0.03, 0.4)]
    runs = [replace(run, rows=(*run.rows, row)) for run, row in zip(runs, late, strict=True)]
    assert rate_by_dynamics([row.example for row in runs[0].rows], runs).ratings["late"] == "boundary"


def test_a_model_that_has_not_learnt_the_rows_rates_none():
    runs = [
        made_run([replace(made_row("r", ["a"], split="pool"), probabilities={"a": p})], f"p{p}") for p in (0.1, 0.2)
    ]
    found = rate_by_dynamics([runs[0].rows[0].example], runs)
    assert (found.accuracy, found.ratings) == (0.0, {})


def test_rows_whose_gold_was_corrected_since_are_not_rated():
    runs = points()
    examples = [replace(row.example, labels=("b",)) if k == 0 else row.example for k, row in enumerate(runs[0].rows)]
    assert examples[0].id not in rate_by_dynamics(examples, runs).ratings


def test_the_least_sure_decision_counts():
    assert gold_probability({"a": 0.9, "b": 0.8, "c": 0.1}, ["a", "b"]) == pytest.approx(0.8)
    assert gold_probability({"a": 0.9, "b": 0.8, "c": 0.1}, ["a"]) == pytest.approx(0.2)
    assert gold_probability({}, ["a"]) == 0.0


def test_one_point_and_runs_without_probabilities_are_refused():
    runs = points()
    with pytest.raises(BadData, match="One point"):
        rate_by_dynamics([], runs[:1])
    bare = [made_run([made_row("r", ["a"], split="pool")], f"run{k}") for k in range(2)]
    with pytest.raises(BadData, match="No row has probabilities"):
        rate_by_dynamics([bare[0].rows[0].example], bare)
