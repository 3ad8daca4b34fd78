"""What is worked out of a run once, however often it is asked for while the run is in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TypeVar
from weakref import ref

from labkit.records import Run

Found = TypeVar("Found")


def once_per_run(work_out: Callable[[Run], Found]) -> Callable[[Run], Found]:
    """Keep what a function of a run returns for as long as that very run object lives: a run never changes.

    Args:
        work_out: its result is handed to every caller, and is not to be changed by any.
    """
    known: dict[int, tuple[ref[Run], Found]] = {}  # by identity: to hash a run is to read all its rows

    @wraps(work_out)
    def of(run: Run) -> Found:
        key = id(run)
        if key in known:
            return known[key][1]
        found = work_out(run)
        known[key] = ref(run, partial(_forget, known, key)), found
        return found

    return of


def _forget(known: dict[int, tuple[ref[Run], Found]], key: int, gone: ref[Run]) -> None:
    del known[key]
