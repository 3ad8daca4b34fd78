"""More of what went wrong: pool rows that resemble a row, whatever split it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.curation.neighbours import Neighbour, nearest_pool_rows
from labkit.diagnosis.triage import corrected

if TYPE_CHECKING:
    from labkit.workspace import Scene


def more_like(scene: Scene, row: str, count: int = 5) -> tuple[Neighbour, ...]:
    """Find the pool rows that resemble a row most: what to label, to look at or to pin because of it.

    Args:
        scene: whose pool.
        row: the id of any row. Dev and test rows are never taken themselves; their nearest pool rows can be.
        count: at most so many.

    Returns:
        The nearest first, near duplicates of dev and test rows left out; see `curation.neighbours`.

    Raises:
        UnknownName: no row has that id.
        BadInput: a count below 1.
    """
    return nearest_pool_rows(corrected(scene.row(row), scene.gold_fixes()), scene.examples("all"), count)
