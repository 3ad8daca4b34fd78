"""The label decisions of many rows as arrays, so that a hundred thousand of them are filtered at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from labkit.records import RunRow, Status

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

STATUSES = tuple(Status)


@dataclass(frozen=True, eq=False)
class Decisions:
    """What was expected and what was answered, row by row and label by label.

    Args:
        gold, answered: shape (rows, labels); a row without an answer answers no label.
        labelled: shape (rows,): whether the row has gold.
        status: shape (rows,): its place in STATUSES.
    """

    gold: Mask
    answered: Mask
    labelled: Mask
    status: NDArray[np.int8]

    @property
    def has_answer(self) -> Mask:
        """Rows that ended in an answer."""
        return self.of_status(Status.ANSWERED)

    @property
    def missed(self) -> Mask:
        """Labels that gold carries and the answer does not."""
        return self.gold & ~self.answered

    @property
    def spurious(self) -> Mask:
        """Labels that the answer carries and gold does not; none where there is no gold."""
        return self.answered & ~self.gold & self.labelled[:, None]

    @property
    def right(self) -> Mask:
        """Rows answered with exactly the gold labels."""
        same: Mask = (self.gold == self.answered).all(axis=1)
        return self.labelled & self.has_answer & same

    @property
    def wrong(self) -> Mask:
        """Rows with gold that were not; as in `score`, a row without an answer is wrong."""
        return self.labelled & ~self.right

    def of_status(self, status: Status) -> Mask:
        """Rows that ended so."""
        found: Mask = self.status == STATUSES.index(status)
        return found


@dataclass(frozen=True, eq=False)
class LabelSets:
    """Which labels each of many rows carries; a set stands once, for many rows share few.

    Args:
        distinct: the sets, in the order in which they occur; None for rows without gold.
        places: shape (rows,): the place of each row's set.
    """

    distinct: tuple[tuple[str, ...] | None, ...]
    places: NDArray[np.intp]

    def marks(self, labels: Sequence[str]) -> Mask:
        """Shape (rows, labels): what each row carries; `labels` holds every label of every set."""
        import numpy as np

        column = {label: k for k, label in enumerate(labels)}
        marks = np.zeros((len(self.distinct), len(labels)), bool)
        for k, found in enumerate(self.distinct):
            marks[k, [column[label] for label in found or ()]] = True
        carried: Mask = marks[self.places]
        return carried

    @property
    def present(self) -> Mask:
        """Shape (rows,): rows that carry a set at all, be it empty."""
        import numpy as np

        nothing = self.distinct.index(None) if None in self.distinct else -1
        found: Mask = np.not_equal(self.places, nothing)
        return found


def label_sets(carried: Sequence[tuple[str, ...] | None]) -> LabelSets:
    """Put each distinct set of labels in one place."""
    import numpy as np

    seen: defaultdict[tuple[str, ...] | None, int] = defaultdict(count().__next__)
    places = np.fromiter(map(seen.__getitem__, carried), np.intp, len(carried))
    return LabelSets(tuple(seen), places)


def decisions(rows: Sequence[RunRow], gold: LabelSets, answered: LabelSets, labels: Sequence[str]) -> Decisions:
    """Lay rows out as arrays.

    Args:
        rows: any rows.
        gold: what each carries.
        answered: what was answered to each.
        labels: the columns; they hold every label that a row carries or answers.
    """
    import numpy as np

    place = {status: k for k, status in enumerate(STATUSES)}
    status = np.array([place[row.prediction.status] for row in rows], np.int8)
    marks = answered.marks(labels)
    marks[status != place[Status.ANSWERED]] = False
    return Decisions(gold.marks(labels), marks, gold.present, status)


def marked_rows(marks: Mask) -> Mask:
    """Rows in which some label is marked."""
    found: Mask = marks.sum(axis=1) > 0
    return found
