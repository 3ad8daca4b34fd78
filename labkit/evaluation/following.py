"""Looking after a run that another process or another run keeps busy, seldom enough to cost next to nothing."""

from __future__ import annotations

import time

from labkit.evaluation.progress import Observer, Progress
from labkit.store import Store

_LOOK_S = 0.5  # how often
_SHARE_OF_LOOKING = 0.1  # of the time at most: reading a long run takes longer than half a second


def tell_and_wait(store: Store, run: str | None, observer: Observer, note: str) -> None:
    """Tell how far a run is, then wait until it is time to look again.

    Args:
        store: where it is.
        run: its whole id; None while there is none to tell of.
        observer: is told.
        note: what is said beside the figures; "" for nothing.
    """
    started = time.monotonic()
    if run is not None:
        found = store.load_run(run)
        done = len(found.rows) - found.counts["pending"]
        observer(Progress(run, done, len(found.rows), found.counts, note=note))
    time.sleep(max(_LOOK_S, (time.monotonic() - started) / _SHARE_OF_LOOKING))
