"""Rows by their subtask: one post asked of two of them is two questions, each with an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol, TypeVar


class OfSubtask(Protocol):
    """What may belong to a subtask."""

    @property
    def subtask(self) -> str | None:
        """The subtask's name, or None."""


Row = TypeVar("Row", bound=OfSubtask)


def by_subtask(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of every subtask, in order; those of none under the empty word."""
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[row.subtask or ""].append(row)
    return dict(parts)
