"""Two processes at one question: the second follows the first, and goes on where the first was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from labkit.errors import RunBusy
from labkit.evaluation.following import tell_and_wait
from labkit.evaluation.plan import Plan
from labkit.evaluation.progress import Observer
from labkit.store import Store, run_identity
from labkit.texts import say


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
            known = store.find_run(plan.header, plan.task)
            tell_and_wait(store, known, observer, note)
            note = "" if known else note
        yield


def _got(held: ExitStack, lock: AbstractContextManager[None], *, patient: bool) -> bool:
    try:
        held.enter_context(lock)
    except RunBusy:
        if not patient:
            raise
        return False
    return True
