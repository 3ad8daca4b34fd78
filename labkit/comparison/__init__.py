"""Which run is better, on the rows they share, and how sure that is. No I/O."""

from __future__ import annotations

from labkit.comparison.common import CommonRows, common_rows
from labkit.comparison.paired import LabelDelta, Pair, Verdict, paired
from labkit.comparison.power import rows_needed, visible_gain
from labkit.comparison.ranking import Comparison, Ranked, compare
from labkit.comparison.significance import holm, mcnemar_p

__all__ = [
    "CommonRows",
    "Comparison",
    "LabelDelta",
    "Pair",
    "Ranked",
    "Verdict",
    "common_rows",
    "compare",
    "holm",
    "mcnemar_p",
    "paired",
    "rows_needed",
    "visible_gain",
]
