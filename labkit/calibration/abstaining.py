"""What is left of a run's accuracy when its least sure answers are handed to somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import TYPE_CHECKING

from labkit.scoring.intervals import Interval, clustered_wilson, wilson

if TYPE_CHECKING:
    from labkit.calibration.scaling import Floats

RISK = 0.05  # how often a guaranteed threshold may fall short of its target
_POINTS = 100  # of a curve


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """What a run is worth when only answers of at least this confidence count.

    Args:
        threshold: the least confidence that is answered.
        coverage: the share of all rows that keep their answer.
        accuracy: the share of these that are right, with its 95 % interval.
    """

    threshold: float
    coverage: float
    accuracy: Interval


@dataclass(frozen=True, slots=True)
class Abstention:
    """From which confidence on a model may answer alone, for a target accuracy.

    Args:
        target: the accuracy asked for.
        threshold: the least confidence; None when no threshold reaches the target.
        coverage: the share of rows that keep their answer, with its 95 % interval.
        accuracy: how many of those are right, with its 95 % interval; it says nothing (0 to 1) without a threshold.
        guaranteed: whether the threshold was chosen so that, 95 times of 100, new rows of the same kind reach the
            target; else it is only the loosest one that reaches it on these rows.
    """

    target: float
    threshold: float | None
    coverage: Interval
    accuracy: Interval
    guaranteed: bool


@dataclass(frozen=True, slots=True)
class Graded:
    """Rows of known truth, surest first; a row without confidence is never kept.

    Args:
        confidence: shape (kept,), falling.
        correct: 1 or 0, shape (kept,).
        clusters: the cluster of each, shape (kept,), numbered from 0.
        rows: all rows, those without confidence included.
    """

    confidence: Floats
    correct: Floats
    clusters: Floats
    rows: int

    def accuracy(self, kept: int) -> Interval:
        """The accuracy of the surest rows, clusters minded."""
        import numpy as np

        size = int(self.clusters.max()) + 1 if len(self.clusters) else 0
        groups = self.clusters[:kept].astype(int)
        hits = np.bincount(groups, weights=self.correct[:kept], minlength=size).astype(np.float64)
        return clustered_wilson(hits, np.bincount(groups, minlength=size).astype(np.float64))

    def steps(self) -> Sequence[int]:
        """How many rows each distinct threshold keeps: rows of one confidence are kept or dropped together."""
        import numpy as np

        last_of_its_kind = (
            np.append(np.diff(self.confidence) != 0, True) if len(self.confidence) else np.array([], bool)
        )
        return [int(k) + 1 for k in np.flatnonzero(last_of_its_kind)]


def coverage_points(graded: Graded) -> Iterator[CoveragePoint]:
    """The accuracy-coverage curve, at most a hundred points, the strictest threshold first."""
    steps = graded.steps()
    for k in sorted({round(i * (len(steps) - 1) / (_POINTS - 1)) for i in range(_POINTS)} if steps else ()):
        kept = steps[k]
        yield CoveragePoint(float(graded.confidence[kept - 1]), kept / graded.rows, graded.accuracy(kept))


def abstain(graded: Graded, target: float, guaranteed: bool) -> Abstention:
    """The threshold of largest coverage for a target accuracy.

    Args:
        graded: the rows.
        target: the accuracy asked for, 0 to 1.
        guaranteed: choose by selection with guaranteed risk (Geifman & El-Yaniv 2017): a binary search over thresholds
            in which each step's exact one-sided bound on the error gets an equal share of the 5 % risk.
    """
    kept = _guaranteed(graded, target) if guaranteed else _observed(graded, target)
    threshold = float(graded.confidence[kept - 1]) if kept else None
    return Abstention(target, threshold, wilson(kept, graded.rows), graded.accuracy(kept), guaranteed)


def _observed(graded: Graded, target: float) -> int:
    hits = graded.correct.cumsum()
    return max((kept for kept in graded.steps() if hits[kept - 1] >= target * kept), default=0)


def _guaranteed(graded: Graded, target: float) -> int:
    steps, hits = graded.steps(), graded.correct.cumsum()
    share = RISK / max(1, ceil(log2(len(steps) + 1)))
    low, high, best = 0, len(steps) - 1, 0
    while low <= high:
        middle = (low + high) // 2
        kept = steps[middle]
        if _most_error(kept - float(hits[kept - 1]), kept, share) <= 1 - target:
            best, low = kept, middle + 1
        else:
            high = middle - 1
    return best


def _most_error(errors: float, trials: int, risk: float) -> float:
    """The one-sided upper limit of an error rate (Clopper & Pearson 1934)."""
    from scipy.stats import beta

    return 1.0 if errors >= trials else float(beta.ppf(1 - risk, errors + 1, trials - errors))
