"""More of what went wrong: pool rows that resemble a row, whatever split it belongs to."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from labkit.curation.neighbours import Neighbour, PoolNeighbours

if TYPE_CHECKING:
    from labkit.workspace import Scene

_known: WeakKeyDictionary[Scene, PoolNeighbours] = WeakKeyDictionary()  # an open scene's texts stay what they are
_working = Lock()  # two askings at once would compare all rows twice


def more_like(scene: Scene, row: str, count: int = 5) -> tuple[Neighbour, ...]:
    """Find the pool rows that resemble a row most: what to label, to look at or to pin because of it.

    The first asking compares all rows of the scene with each other (some seconds for tens of thousands); what it found
    is kept as long as the scene is open.

    Args:
        scene: whose pool.
        row: the id of any row. Dev and test rows are never taken themselves; their nearest pool rows can be.
        count: at most so many.

    Returns:
        The nearest first, with their labels of now; near duplicates of dev and test rows and rows that were dropped
        are left out. See `curation.neighbours`.

    Raises:
        UnknownName: no row has that id.
        BadInput: a count below 1.
    """
    asked = scene.row(row)
    with _working:
        if scene not in _known:
            _known[scene] = PoolNeighbours(scene.rows)
    return _known[scene].of(asked, count, {example.id: example for example in scene.examples("pool")})
