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


def decisions(rows: Sequence[RunRow], labels: Sequence[str]) -> Decisions:
    """Lay rows out as arrays.

    Args:
        rows: any rows.
        labels: the columns; they hold every label that a row carries or answers.
    """
    import numpy as np

    place = {status: k for k, status in enumerate(STATUSES)}
    predictions = [row.prediction for row in rows]
    status = np.array([place[found.status] for found in predictions], np.int8)
    gold, without_gold = _marked([row.example.labels for row in rows], labels)
    answered, _ = _marked([found.labels for found in predictions], labels)
    answered[status != place[Status.ANSWERED]] = False
    return Decisions(gold, answered, ~without_gold, status)


def marked_rows(marks: Mask) -> Mask:
    """Rows in which some label is marked."""
    found: Mask = marks.sum(axis=1) > 0
    return found


def _marked(carried: Sequence[tuple[str, ...] | None], labels: Sequence[str]) -> tuple[Mask, Mask]:
    """The labels of each row, and which rows carry None; each distinct set is laid out once: many rows share few."""
    import numpy as np

    column = {label: k for k, label in enumerate(labels)}
    seen: defaultdict[tuple[str, ...] | None, int] = defaultdict(count().__next__)
    places = np.fromiter(map(seen.__getitem__, carried), np.intp, len(carried))
    marks = np.zeros((len(seen), len(labels)), bool)
    for found, k in seen.items():
        marks[k, [column[label] for label in found or ()]] = True
    nothing: Mask = places == seen.get(None, -1)
    return marks[places], nothing
