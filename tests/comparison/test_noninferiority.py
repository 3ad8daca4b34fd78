from __future__ import annotations

import random
from dataclasses import replace
from math import sqrt

import pytest

from labkit.comparison import Pair, compare, non_inferiority, paired
from labkit.errors import BadInput
from labkit.records import Bar, Run, Task
from labkit.scoring import Interval
from tests.comparison.test_paired import accuracy_runs
from tests.made_runs import made_row, made_run, noisy_run

TASK = Task("one", ("yes", "no"), bar=Bar(metric="accuracy"))


def run_of(rights: list[bool], name: str) -> Run:
    rows = [made_row(f"{k:04d}", ["yes"], ["yes" if right else "no"]) for k, right in enumerate(rights)]
    return made_run(rows, name, TASK)


def test_a_run_that_never_differs_is_not_worse_once_there_are_enough_rows():
    """Agresti & Min 2005 with half a row in each cell: the loss is below 1.96 / (n + 2)."""
    held = non_inferiority(paired(run_of([True] * 200, "a"), run_of([True] * 200, "b")), margin=0.01)
    assert held.loss is not None
    assert held.loss.high == pytest.approx(1.959964 / 202)
    assert held.verdict == "not worse"
    assert non_inferiority(paired(run_of([True] * 50, "a"), run_of([True] * 50, "b")), 0.01).verdict == "cannot tell"


def test_the_interval_is_at_least_that_of_agresti_and_min():
    fixed, regressed, both = 6, 9, 285
    n = fixed + regressed + both + 2
    b, c = fixed + 0.5, regressed + 0.5
    error = sqrt((b + c) / n - ((b - c) / n) ** 2) / sqrt(n)
    held = non_inferiority(paired(*accuracy_runs(fixed, regressed, both)), 0.05)
    assert held.loss is not None
    assert held.loss.value == pytest.approx(0.01)
    assert held.loss.high == pytest.approx((c - b) / n + 1.959964 * error, abs=0.004)


def test_a_clear_loss_is_worse_and_a_gain_is_not():
    good, poor = noisy_run(300, 0.02, 1, "good"), noisy_run(300, 0.2, 2, "poor")
    assert non_inferiority(paired(good, poor), 0.02).verdict == "worse"
    assert non_inferiority(paired(poor, good), 0.02).verdict == "not worse"


def test_for_a_loss_metric_more_is_worse():
    pair = paired(noisy_run(300, 0.02, 1, "good"), noisy_run(300, 0.2, 2, "poor"))
    held = non_inferiority(pair, 0.02, "hamming_loss")
    assert held.loss is not None
    assert held.loss.value == pair.delta["hamming_loss"].value > 0
    assert held.verdict == "worse"


def test_a_metric_that_is_undefined_cannot_be_told():
    rows = [made_row(str(k), [], []) for k in range(5)]
    held = non_inferiority(paired(made_run(rows, "a"), made_run(rows, "b")), 0.02)
    assert (held.metric, held.loss, held.verdict) == ("macro_f1", None, "cannot tell")


@pytest.mark.parametrize("margin", [0, -0.02, 1, 5, float("nan")])
def test_a_margin_is_a_part_of_one(margin: float):
    runs = (run_of([True], "a"), run_of([True], "b"))
    with pytest.raises(BadInput, match="margin"):
        compare(runs, margin=margin)


def test_a_run_that_is_worse_by_exactly_the_margin_is_seldom_let_through():
    """Of 200 pairs whose true loss is the margin at most 2.5 % should pass; above 11 would refute that (p < 0.01)."""
    passed = sum(_held(seed).verdict == "not worse" for seed in range(200))
    assert passed <= 11


def _held(seed: int):
    """300 rows; one in ten gets lost and one in twenty is gained: 5 points worse."""
    draw = random.Random(seed)
    sides = [draw.choices(((True, False), (False, True), (True, True)), (0.10, 0.05, 0.85))[0] for _ in range(300)]
    n = len(sides)
    change = [after - before for before, after in sides]
    mean = sum(change) / n
    error = sqrt(sum((c - mean) ** 2 for c in change)) / n  # what the bootstrap of `paired` converges to
    pair = replace(
        _PAIR, rows=n, clusters=n, delta={"accuracy": Interval(mean, mean - 1.96 * error, mean + 1.96 * error)}
    )
    return non_inferiority(replace(pair, standard_error={"accuracy": error}), 0.05)


_PAIR: Pair = paired(run_of([True, False], "a"), run_of([True, False], "b"))


def test_every_other_run_is_held_against_the_first_given():
    runs = [
        noisy_run(300, error, seed, name)
        for seed, (name, error) in enumerate({"dear": 0.05, "cheap": 0.05, "poor": 0.3}.items())
    ]
    found = compare(runs, margin=0.1).not_worse
    assert [(held.a, held.b) for held in found] == [("dear", "cheap"), ("dear", "poor")]
    assert [held.verdict for held in found] == ["not worse", "worse"]
    assert compare(runs).not_worse == ()
