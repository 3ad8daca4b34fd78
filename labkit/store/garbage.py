"""Objects that stay, as asking and reading rows make by the thousand, are seldom looked through for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_YOUNG = 20_000  # new objects after which Python looks for garbage, 700 as it comes; a megabyte or two
_lock = Lock()
_blocks = 0
_as_found = gc.get_threshold()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """A block in which Python looks for garbage less often; what refers to nothing in a circle is freed at once."""
    global _blocks, _as_found
    with _lock:
        _blocks += 1
        if _blocks == 1:
            _as_found = gc.get_threshold()
            _look_after(_YOUNG)
    try:
        yield
    finally:
        with _lock:
            _blocks -= 1
            if _blocks == 0:
                gc.set_threshold(*_as_found)


@contextmanager
def collecting_never() -> Iterator[None]:
    """A short block without, for reading many rows at once: those of earlier runs that stay would be looked at, too."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _look_after(young: int) -> None:
    """Raise the first threshold, unless the program has its own mind: 0 means never."""
    first, *others = gc.get_threshold()
    gc.set_threshold(max(first, young) if first else 0, *others)
