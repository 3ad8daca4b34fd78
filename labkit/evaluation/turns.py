"""Two processes at one question: the second follows the first, and goes on where the first was cut off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from labkit.errors import RunBusy
from labkit.evaluation.plan import Plan
from labkit.evaluation.progress import Observer, Progress
from labkit.records import Status
from labkit.store import Store, run_identity
from labkit.texts import say

_LOOK_S = 0.5  # how often the other process is looked after
_SHARE_OF_LOOKING = 0.1  # of the time at most: reading a long run takes longer than half a second


@contextmanager
def our_turn(store: Store, plan: Plan, observer: Observer, *, fresh: bool) -> Iterator[None]:
    """Hold a question against other processes; while another holds it, tell how far that one is.

    Args:
        store: where the run is.
        plan: the question.
        observer: is told the other process's progress.
        fresh: ask anew, so another's run is none to wait for.

    Raises:
        RunBusy: another process is at it, and this one would ask anew.
    """
    identity = run_identity(plan.header, plan.task)
    with ExitStack() as held:
        note = say("evaluate.following")
        while not _got(held, store.lock(identity), patient=not fresh):
            looked = _tell(store, plan, observer, note)
            note = ""
            time.sleep(max(_LOOK_S, looked / _SHARE_OF_LOOKING))
        yield


def _got(held: ExitStack, lock: AbstractContextManager[None], *, patient: bool) -> bool:
    try:
        held.enter_context(lock)
    except RunBusy:
        if not patient:
            raise
        return False
    return True


def _tell(store: Store, plan: Plan, observer: Observer, note: str) -> float:
    """Tell how far the other process is; the seconds it took to see."""
    started = time.monotonic()
    if known := store.find_run(plan.header, plan.task):
        run = store.load_run(known)
        done = sum(row.prediction.status is not Status.PENDING for row in run.rows)
        observer(Progress(known, done, len(run.rows), run.counts, note=note))
    return time.monotonic() - started
