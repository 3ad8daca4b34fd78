"""How often each label was missed, claimed or taken for another: the counts behind a matrix that filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.diagnosis.decisions import Decisions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ConfusionCounts:
    """Rows by what went wrong in them; each figure is the number of rows that the filter beside it finds.

    Args:
        right: shape (labels,): gold carries the label and so does the answer.
        swapped: shape (labels, labels): the first was missed and the second answered without cause. In a row with
            several of either, each missed label is paired with each spurious one, as in `scoring.confusions`.
        missed_alone: shape (labels,): missed, and nothing was answered without cause; the row has an answer.
        spurious_alone: shape (labels,): answered without cause, and nothing was missed.
        unanswered: shape (labels,): gold carries the label and the row has no answer.
    """

    right: Counts
    swapped: Counts
    missed_alone: Counts
    spurious_alone: Counts
    unanswered: Counts


def count_confusions(found: Decisions) -> ConfusionCounts:
    """Count the confusions of rows with gold."""
    import numpy as np

    answered = found.has_answer[:, None]
    missed, spurious = found.missed & answered, found.spurious
    pairs = missed.T.astype(np.float32) @ spurious.astype(np.float32)  # exact up to 16 million rows
    return ConfusionCounts(
        right=(found.gold & found.answered).sum(axis=0),
        swapped=pairs.astype(np.int64),
        missed_alone=(missed & ~spurious.any(axis=1, keepdims=True)).sum(axis=0),
        spurious_alone=(spurious & ~missed.any(axis=1, keepdims=True)).sum(axis=0),
        unanswered=(found.gold & ~answered).sum(axis=0),
    )
