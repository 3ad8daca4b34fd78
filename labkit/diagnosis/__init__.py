"""What runs say beyond a score: where answers and gold part, what changed, whether definitions are read. No I/O."""

from __future__ import annotations

from labkit.diagnosis.affected import CONTROL, REASONS, AffectedRows, affected_rows
from labkit.diagnosis.blame import Blame, Blamed, blame, untangled
from labkit.diagnosis.changes import LabelChanges, change_counts, changes_of
from labkit.diagnosis.confusion import ConfusionCounts, count_confusions
from labkit.diagnosis.estimate import ScoreEstimate, estimate_scores
from labkit.diagnosis.filters import CHANGES, OUTCOMES, UNANSWERED, Change, Outcome, RowFilter, find_rows
from labkit.diagnosis.gold_suspects import GoldSuspect, doubtful_misses, suspect_gold
from labkit.diagnosis.rationales import FLAGS, RationaleFlag, rationale_flags
from labkit.diagnosis.redaction import Redaction
from labkit.diagnosis.reliance import (
    LabelReliance,
    Reliance,
    is_probe,
    names_only,
    reliance,
    swapped_definitions,
    swaps,
)
from labkit.diagnosis.row_table import RowTable, row_table
from labkit.diagnosis.themes import Theme, Themes, find_themes

__all__ = [
    "CHANGES",
    "CONTROL",
    "FLAGS",
    "OUTCOMES",
    "REASONS",
    "UNANSWERED",
    "AffectedRows",
    "Blame",
    "Blamed",
    "Change",
    "ConfusionCounts",
    "GoldSuspect",
    "LabelChanges",
    "LabelReliance",
    "Outcome",
    "RationaleFlag",
    "Redaction",
    "Reliance",
    "RowFilter",
    "RowTable",
    "ScoreEstimate",
    "Theme",
    "Themes",
    "affected_rows",
    "blame",
    "change_counts",
    "changes_of",
    "count_confusions",
    "doubtful_misses",
    "estimate_scores",
    "find_rows",
    "find_themes",
    "is_probe",
    "names_only",
    "rationale_flags",
    "reliance",
    "row_table",
    "suspect_gold",
    "swapped_definitions",
    "swaps",
    "untangled",
]
