"""Whether an answer is still wanted while it is computed: who computes for long in this process asks at each step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event

from labkit.errors import ModelBusy
from labkit.texts import say

_STOPPED: ContextVar[Event | None] = ContextVar("stopped", default=None)  # of this thread's evaluation


@contextmanager
def wanted_until(stopped: Event) -> Iterator[None]:
    """A block in which answers are computed for somebody, as long as an event is not set."""
    before = _STOPPED.set(stopped)
    try:
        yield
    finally:
        _STOPPED.reset(before)


def require_wanted() -> None:
    """Raise ModelBusy when nobody waits for the answer any more: the request is still open, and may be asked again."""
    stopped = _STOPPED.get()
    if stopped is not None and stopped.is_set():
        error = ModelBusy(say("error.stopped"))
        error.maybe_billed = False
        raise error
