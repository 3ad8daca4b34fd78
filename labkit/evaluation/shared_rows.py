"""Two different runs that share rows: what one is asking, the other waits for and takes over instead of paying too.

While a process asks, it holds a lock by the name of its run, which the system lets go of when it dies. Who waits holds
none, so nobody waits in a circle. All of it is looked at once, before the first request; nothing is looked at for each.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from labkit.errors import RunBusy
from labkit.evaluation.following import tell_and_wait
from labkit.evaluation.known import known_answers
from labkit.evaluation.plan import Plan
from labkit.evaluation.progress import Observer
from labkit.records import sha256_of
from labkit.store import Store
from labkit.texts import say

_MOMENT_S = 0.02
_Content = tuple[tuple[str, ...], str | None, int]  # posts, subtask, which asking


@contextmanager
def asking_alone(
    store: Store, plan: Plan, run: str, observer: Observer, *, begun_now: bool, waits: bool
) -> Iterator[None]:
    """A block that asks what is open of a run, while no other run asks any of the same requests.

    Args:
        store: where both runs are.
        plan: the question.
        run: its whole id.
        observer: is told when another run is waited for.
        begun_now: whether it is a new run, which takes over what was answered since its plan was made.
        waits: whether it waits for others; they wait for it in any case.
    """
    with ExitStack() as held:
        if not waits:
            held.enter_context(_held_soon(store, _asking(run)))  # others look at it for a moment
        elif _wait(held, store, plan, run, observer) or (begun_now and store.kindred(run)):
            _take_over(store, plan, run)
        yield


def _wait(held: ExitStack, store: Store, plan: Plan, run: str, observer: Observer) -> bool:
    """Wait until no other run asks any of the same, then hold this one as the one that asks; whether it had to wait."""
    told: set[str] = set()
    while other := _claim(held, store, plan, run):
        tell_and_wait(store, run, observer, "" if other in told else say("evaluate.shares_rows", run=other))
        told.add(other)
    return bool(told)


def _claim(held: ExitStack, store: Store, plan: Plan, run: str) -> str:
    """Hold a run as the one that asks, and say ""; or say which other run asks some of the same."""
    header = plan.header
    start = sha256_of([header.model, dict(header.parameters), header.prompt_sha256, header.masked])[:32]
    with _held_soon(store, f"starting-{start}"):  # two that look at each other at the same moment
        for other in store.kindred(run):
            if _is_asking(store, other) and _open(store, run) & _open(store, other):
                return other
        held.enter_context(store.lock(_asking(run)))
    return ""


@contextmanager
def _held_soon(store: Store, name: str) -> Iterator[None]:
    """Hold something that nobody holds for long."""
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(store.lock(name))
                break
            except RunBusy:
                time.sleep(_MOMENT_S)
        yield


def _asking(run: str) -> str:
    """The lock of the process that asks what is open of a run."""
    return f"asking-{run}"


def _open(store: Store, run: str) -> set[_Content]:
    return {(row.example.items, row.example.subtask, row.repeat) for row in store.pending(run)}


def _is_asking(store: Store, run: str) -> bool:
    try:
        with store.lock(_asking(run)):
            return False
    except RunBusy:
        return True


def _take_over(store: Store, plan: Plan, run: str) -> None:
    """Copy answers of other runs to what is open of this one."""
    open_ = {(row.example.id, row.repeat) for row in store.pending(run)}
    known = known_answers(store, plan) if open_ else ()
    store.take_over(run, [one for one in known if (one.request.row, one.request.repeat) in open_])
