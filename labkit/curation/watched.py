"""Something long, watched: it tells how far it is, and whoever is told may raise to end it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Literal, TypeVar

Item = TypeVar("Item")
Progress = Callable[[float], None]  # is told the share that is done, 0 to 1; what it raises ends the work

Step = Literal["leaks", "copies", "runs", "vectors", "choosing", "nearest", "map", "learning"]
Steps = Callable[[Step, float], None]  # is told what the work is at, and the share of that which is done; may raise too

_EVERY = 500  # items, by default


def unwatched(_share: float) -> None:
    """Progress that nobody wants to know of."""


def unwatched_steps(_step: Step, _share: float) -> None:
    """Steps that nobody wants to know of."""


def stretch(progress: Progress, begin: float, end: float) -> Progress:
    """Progress of a part of the work, which is from one share of the whole to another."""
    return lambda share: progress(begin + share * (end - begin))


class Watched(Generic[Item]):
    """Items that tell how far they are read, each time that they are.

    Args:
        items: what is read.
        progress: told the share read so far.
        every: items between two words.
    """

    def __init__(self, items: Sequence[Item], progress: Progress, every: int = _EVERY) -> None:
        self._items, self._progress, self._every = items, progress, every

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        for place, item in enumerate(self._items):
            if place % self._every == 0:
                self._progress(place / len(self._items))
            yield item
