"""Which run is better, on the rows they share, and how sure that is. No I/O."""

from __future__ import annotations

from labkit.comparison.agreement import Agreement, krippendorff_alpha
from labkit.comparison.cautions import Caution
from labkit.comparison.common import CommonRows, common_rows
from labkit.comparison.noninferiority import NonInferiority, non_inferiority
from labkit.comparison.paired import LabelDelta, Pair, Verdict, common_pair, paired
from labkit.comparison.power import Power, mcnemar_power, power_analysis, rows_needed, visible_gain
from labkit.comparison.ranking import Comparison, Ranked, compare
from labkit.comparison.selection_luck import SelectionLuck, selection_luck
from labkit.comparison.significance import benjamini_hochberg, holm, mcnemar_p

__all__ = [
    "Agreement",
    "Caution",
    "CommonRows",
    "Comparison",
    "LabelDelta",
    "NonInferiority",
    "Pair",
    "Power",
    "Ranked",
    "SelectionLuck",
    "Verdict",
    "benjamini_hochberg",
    "common_pair",
    "common_rows",
    "compare",
    "holm",
    "krippendorff_alpha",
    "mcnemar_p",
    "mcnemar_power",
    "non_inferiority",
    "paired",
    "power_analysis",
    "rows_needed",
    "selection_luck",
    "visible_gain",
]
