"""Models that learnt nothing, or only words, as a floor: whatever does not beat them is not worth money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from labkit.comparison import Pair, Verdict, holm, paired
from labkit.comparison.paired import verdict_of
from labkit.decision.standing import goodness
from labkit.records import Run
from labkit.scoring.scores import metric_value

FLOORS = ("definition-reader", "linear")


@dataclass(frozen=True, slots=True)
class AgainstFloor:
    """How one run stands against the best floor.

    Args:
        run: its id.
        model, floor: whose it is, and which floor is the best.
        pair: the floor's run and this one.
        verdict: that pair's, adjusted for the number of runs (Holm).
    """

    run: str
    model: str
    floor: str
    pair: Pair
    verdict: Verdict


def against_floors(runs: Sequence[Run]) -> tuple[AgainstFloor, ...]:
    """Hold runs against the best floor among them.

    Args:
        runs: on the same rows; their bar's metric counts.

    Returns:
        One entry for each run that is no floor, in the order given; nothing when no floor is among them.

    Raises:
        BadInput: runs without common rows.
    """
    floors = [run for run in runs if run.header.model in FLOORS]
    others = [run for run in runs if run.header.model not in FLOORS]
    if not floors or not others:
        return ()
    best = max(floors, key=_goodness)
    pairs = [paired(best, other) for other in others]
    adjusted = holm([pair.p_swap.get(pair.metric, 1.0) for pair in pairs])
    return tuple(
        AgainstFloor(
            other.id,
            other.header.model,
            best.header.model,
            pair,
            verdict_of(pair.metric, pair.delta.get(pair.metric), p),
        )
        for other, pair, p in zip(others, pairs, adjusted, strict=True)
    )


def _goodness(run: Run) -> float:
    metric = run.task.bar.metric
    value = metric_value(run, metric)
    return -inf if value is None else goodness(metric, value)
