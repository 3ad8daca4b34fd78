"""Ctrl-C may come between any two steps of the main thread; some steps belong together."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType


@contextmanager
def deferring_interrupts() -> Iterator[None]:
    """A short block that Ctrl-C does not cut in two: it is heard when the block ends, and at once when pressed again.

    Other threads than the main one are interrupted by nobody, and who ignores Ctrl-C goes on doing so.
    """
    handler = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(handler):
        yield
        return
    pressed: list[FrameType | None] = []

    def defer(number: int, frame: FrameType | None) -> None:
        pressed.append(frame)
        if len(pressed) > 1:
            handler(number, frame)

    signal.signal(signal.SIGINT, defer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if len(pressed) == 1:
            handler(signal.SIGINT, pressed[0])
