"""Something long, watched: it tells how far it is, and whoever is told may raise to end it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Progress = Callable[[float], None]  # is told the share that is done, 0 to 1; what it raises ends the work

_EVERY = 500  # items between two words


def unwatched(_share: float) -> None:
    """Progress that nobody wants to know of."""


def stretch(progress: Progress, begin: float, end: float) -> Progress:
    """Progress of a part of the work, which is from one share of the whole to another."""
    return lambda share: progress(begin + share * (end - begin))


class Watched(Generic[Item]):
    """Items that tell how far they are read, each time that they are.

    Args:
        items: what is read.
        progress: told the share read so far.
    """

    def __init__(self, items: Sequence[Item], progress: Progress) -> None:
        self._items, self._progress = items, progress

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        for place, item in enumerate(self._items):
            if place % _EVERY == 0:
                self._progress(place / len(self._items))
            yield item
