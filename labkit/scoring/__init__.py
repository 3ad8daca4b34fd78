"""A run becomes scores with intervals, and the confusions that cost it most. No I/O."""

from __future__ import annotations

from labkit.scoring.confusions import Confusion, confusions
from labkit.scoring.intervals import Interval
from labkit.scoring.scores import LabelScore, Scores, score
from labkit.scoring.tally import LOWER_IS_BETTER, METRICS

__all__ = ["LOWER_IS_BETTER", "METRICS", "Confusion", "Interval", "LabelScore", "Scores", "confusions", "score"]
