from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from labkit.decision import ScoredRun, best_run, standing
from labkit.records import Bar, Run, Task
from labkit.scoring import score
from tests.made_runs import TASK, made_row, made_run, noisy_run, runs


def with_bar(**bar: object) -> Task:
    return replace(TASK, bar=Bar(**bar))


@pytest.mark.parametrize(
    ("bar", "verdict", "reached"),
    [
        (0.5, "above the bar", True),
        (0.9, "cannot tell", True),
        (0.98, "cannot tell", False),
        (0.99, "below the bar", False),
    ],
)
def test_the_verdict_is_that_of_the_whole_interval(bar: float, verdict: str, reached: bool):
    rows = [made_row(str(k), ["refund"], ["refund"] if k >= 2 else []) for k in range(40)]
    found = standing(with_bar(metric="accuracy", value=bar), score(made_run(rows)))
    assert (found.verdict, found.reached) == (verdict, reached)
    assert found.distance == pytest.approx(0.95 - bar)


def test_a_missed_recall_keeps_the_bar_from_being_reached():
    rows = [made_row("a", ["refund"], ["refund"]), made_row("b", ["quality"], [])]
    task = with_bar(metric="micro_f1", value=0.5, minimum_recall={"quality": 0.5, "delivery": 0.1, "refund": 1.0})
    found = standing(task, score(made_run(rows)))
    assert list(found.missed_recalls) == ["quality", "delivery"]
    assert found.missed_recalls["delivery"] is None  # no gold row: it cannot be measured, so it is not met
    assert not found.reached


def test_without_gold_nothing_can_be_told():
    found = standing(TASK, score(made_run([made_row("a", None, ["refund"])])))
    assert (found.value, found.distance, found.verdict, found.reached) == (None, None, "cannot tell", False)


def test_for_a_loss_the_bar_is_an_upper_limit():
    run = noisy_run(rows=400, error=0.02, seed=1)
    found = standing(replace(run.task, bar=Bar(metric="hamming_loss", value=0.1)), score(run))
    assert (found.verdict, found.reached) == ("above the bar", True)
    assert best_run([ScoredRun(run, score(run)), worse(0.2)], "hamming_loss").run is run


def worse(error: float) -> ScoredRun:
    run = noisy_run(rows=400, error=error, seed=2)
    return ScoredRun(run, score(run))


@given(runs())
def test_above_and_below_agree_with_reached(run: Run):
    found = standing(TASK, score(run))
    if found.verdict == "above the bar":
        assert found.distance >= 0
    if found.verdict == "below the bar":
        assert not found.reached
