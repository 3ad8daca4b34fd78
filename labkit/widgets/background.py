"""Work that must not hold up a callback: done in a thread of its own, the newest first, what it overtakes left out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")


class StoppedError(Exception):
    """Nobody waits any more for what is being worked out."""


class Background(Generic[Item]):
    """One thing at a time in a thread that ends when nothing waits.

    Args:
        work: is given one item; what it raises is its own affair, so it must tell it itself.
    """

    def __init__(self, work: Callable[[Item], None]) -> None:
        self._work, self._lock = work, Lock()
        self._waiting: tuple[Item] | None = None
        self._busy = False

    def soon(self, item: Item) -> None:
        """Have an item worked on and return at once; one that still waits is replaced by it."""
        with self._lock:
            self._waiting = (item,)
            if self._busy:
                return
            self._busy = True
        Thread(target=self._run, daemon=True, name="labkit-widget").start()

    def _run(self) -> None:
        while waiting := self._next():
            self._work(waiting[0])

    def _next(self) -> tuple[Item] | None:
        with self._lock:
            waiting, self._waiting = self._waiting, None
            self._busy = waiting is not None
            return waiting
