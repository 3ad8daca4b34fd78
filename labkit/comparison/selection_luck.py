"""How much of the best run's score is luck: of several tried on the same rows, the best is also the luckiest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.comparison.common import common_rows
from labkit.errors import BadData
from labkit.records import Run
from labkit.scoring.intervals import resample
from labkit.scoring.tally import LOWER_IS_BETTER, metric_values, tally

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats


@dataclass(frozen=True, slots=True)
class SelectionLuck:
    """What choosing the best of several runs adds to its score, in the metric's own units (0.01 is one point).

    Args:
        runs: the ids of the runs chosen from, the best first.
        rows: examples that all of them answered.
        metric: the metric they are chosen by.
        value: the best run's.
        lead: how far it lies ahead of the next best.
        optimism: what the choice adds, by the bootstrap: the choice is made anew in every resample, and its winner's
            score there is held against the winner's own average (Efron 1983, "Estimating the error rate of a
            prediction rule", with the choice as the rule). Runs whose scores lie apart add little, because the same
            one wins each time.
        if_equal: what the best of as many would gain if all were equally good: the expected maximum of their
            resampling noise, correlated as these runs are on their common rows (White 2000, "A reality check for data
            snooping").
    """

    runs: tuple[str, ...]
    rows: int
    metric: str
    value: float
    lead: float
    optimism: float
    if_equal: float


def selection_luck(runs: Sequence[Run]) -> SelectionLuck:
    """Estimate the luck in the best of several runs over the same rows.

    Both estimates resample clusters of rows, all runs on the same draws. The truth usually lies between them: the
    bootstrap takes the observed distances between runs for real, and part of these is noise too.

    Args:
        runs: at least two of one scene.

    Raises:
        BadData: fewer than two runs, no labelled row in common, or a metric that these rows do not define.
    """
    if len(runs) < 2:
        raise BadData.told("error.luck.one_run")
    common = common_rows(runs)
    metric = runs[0].task.bar.metric
    cells = [tally(rows, common.task) for rows in common.rows]
    now, noise = _scores_and_noise(cells, metric)
    order = sorted(range(len(runs)), key=lambda k: -now[k])
    winners = (now + noise).argmax(axis=1)
    return SelectionLuck(
        runs=tuple(runs[k].id for k in order),
        rows=len(common.ids),
        metric=metric,
        value=float(now[order[0]]) * _sign(metric),
        lead=float(now[order[0]] - now[order[1]]),
        optimism=max(0.0, float(noise[range(len(noise)), winners].mean())),
        if_equal=float(noise.max(axis=1).mean()),
    )


def _scores_and_noise(cells: Sequence[Floats], metric: str) -> tuple[Floats, Floats]:
    """Each run's score, turned so that more is better, and how far resamples lie from their average: (resamples, runs).

    `resample` draws the same clusters at every call, so the noise of two runs is as correlated as their answers.
    """
    import numpy as np

    now = _sign(metric) * np.array([metric_values(part.sum(axis=0))[metric] for part in cells])
    spread = _sign(metric) * np.stack([metric_values(resample(part))[metric] for part in cells], axis=1)
    if np.isnan(now).any():
        raise BadData.told("error.luck.metric_undefined", metric=metric)
    spread = spread[~np.isnan(spread).any(axis=1)]
    return now, spread - spread.mean(axis=0)


def _sign(metric: str) -> int:
    return -1 if metric in LOWER_IS_BETTER else 1
