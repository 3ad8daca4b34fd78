"""Two different runs that share rows: what one is asking, the other waits for and takes over instead of paying too.

While a process asks, it holds a lock by the name of its run, which the system lets go of when it dies. Who waits holds
none, so nobody waits in a circle. What is out in a batch file is waited for by nobody, as that may take a day: it is
left open, and taken over once it was fetched. All of it is looked at before the first request, and again before what
goes out once the answers to that are in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from labkit.errors import RunBusy
from labkit.evaluation.following import tell_and_wait
from labkit.evaluation.plan import Plan
from labkit.evaluation.progress import Observer
from labkit.evaluation.twins import Asking, Content, asking_of, content_of
from labkit.records import sha256_of
from labkit.store import Store
from labkit.texts import say

_MOMENT_S = 0.02


class AskingAlone:
    """A block that asks what is open of a run, while no other run asks any of the same requests.

    Args:
        store: where both runs are.
        plan: the question.
        run: its whole id.
        observer: is told when another run is waited for.
        waits: whether it waits for others; they wait for it in any case.
    """

    def __init__(self, store: Store, plan: Plan, run: str, observer: Observer, *, waits: bool) -> None:
        self._store, self._plan, self._run, self._observer, self._waits = store, plan, run, observer, waits
        self._held = ExitStack()

    def __enter__(self) -> AskingAlone:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self) -> None:
        """Hold the run as the one that asks; again, where more goes out after the end."""
        if self._waits:
            _wait(self._held, self._store, self._plan, self._run, self._observer)
        else:
            self._held.enter_context(_held_soon(self._store, _asking(self._run)))  # others look at it for a moment

    def end(self) -> None:
        """To be called when nothing more goes out, so that those who share rows need not wait for the answers."""
        self._held.close()

    def out_elsewhere(self) -> dict[Asking, str]:
        """What is open of the run and out in a batch file of another -> that one."""
        return _out_elsewhere(self._store, self._plan, self._run) if self._waits else {}


def out_in_batches(store: Store, plan: Plan) -> set[Content]:
    """What of a plan is on its way in a batch file, of its own run or one that it looks at, and is not sent again."""
    run = store.find_run(plan.header, plan.task)
    looks = looks_at_others(plan, anew=run is not None and store.is_asked_anew(run))
    runs = store.kindred(plan.header) if looks else [run] if run else []
    return {content for one in runs for content in _batched(store, one)}


def looks_at_others(plan: Plan, *, anew: bool) -> bool:
    """Whether a run waits for what others ask; one request is sooner asked than waited for."""
    return not anew and plan.askings > 1


def _out_elsewhere(store: Store, plan: Plan, run: str) -> dict[Asking, str]:
    out = {content: other for other in store.kindred(plan.header, run) for content in _batched(store, other)}
    open_ = store.pending(run) if out else ()
    return {asking_of(row): out[content_of(row)] for row in open_ if content_of(row) in out}


def _wait(held: ExitStack, store: Store, plan: Plan, run: str, observer: Observer) -> None:
    """Wait until no other run asks any of the same, then hold this one as the one that asks."""
    told: set[str] = set()
    while other := _claim(held, store, plan, run):
        tell_and_wait(store, run, observer, "" if other in told else say("evaluate.shares_rows", run=other))
        told.add(other)


def _claim(held: ExitStack, store: Store, plan: Plan, run: str) -> str:
    """Hold a run as the one that asks, and say ""; or say which other run asks some of the same."""
    header = plan.header
    start = sha256_of([header.model, dict(header.parameters), header.prompt_sha256, header.masked])[:32]
    with _held_soon(store, f"starting-{start}"):  # two that look at each other at the same moment
        for other in store.kindred(header, run):
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


def _open(store: Store, run: str) -> set[Content]:
    return {content_of(row) for row in store.pending(run)}


def _batched(store: Store, run: str) -> set[Content]:
    """What of a run is out in batch files."""
    out = {(sent.row, sent.repeat) for sent in store.batched(run)}
    return {content_of(row) for row in store.pending(run) if asking_of(row) in out} if out else set()


def _is_asking(store: Store, run: str) -> bool:
    try:
        with store.lock(_asking(run)):
            return False
    except RunBusy:
        return True
