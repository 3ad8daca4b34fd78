"""A run becomes scores with intervals, and the confusions that cost it most. No I/O."""

from __future__ import annotations

from labkit.scoring.confusions import CommonestConfusions, Confusion, commonest_confusions, confusions
from labkit.scoring.effort import Effort, effort
from labkit.scoring.intervals import Interval
from labkit.scoring.repeats import RepeatVariance, repeat_variance
from labkit.scoring.scores import LabelScore, Scores, score
from labkit.scoring.slices import Slice, slices
from labkit.scoring.tally import LOWER_IS_BETTER, METRICS

__all__ = [
    "LOWER_IS_BETTER",
    "METRICS",
    "CommonestConfusions",
    "Confusion",
    "Effort",
    "Interval",
    "LabelScore",
    "RepeatVariance",
    "Scores",
    "Slice",
    "commonest_confusions",
    "confusions",
    "effort",
    "repeat_variance",
    "score",
    "slices",
]
