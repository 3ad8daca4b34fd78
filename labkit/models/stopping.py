"""Whether an answer is still wanted while it is computed: who computes for long in this process asks at each step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event

from labkit.errors import ModelBusy
from labkit.texts import say

_STOPPED: ContextVar[tuple[Event, ...]] = ContextVar("stopped", default=())  # of who waits for this thread's answers


@contextmanager
def wanted_until(stopped: Event) -> Iterator[None]:
    """A block in which answers are wanted until an event is set, or that of a block around it."""
    before = _STOPPED.set((*_STOPPED.get(), stopped))
    try:
        yield
    finally:
        _STOPPED.reset(before)


def require_wanted() -> None:
    """Raise ModelBusy when nobody waits for the answer any more: the request is still open, and may be asked again."""
    if any(stopped.is_set() for stopped in _STOPPED.get()):
        error = ModelBusy(say("error.stopped"))
        error.maybe_billed = False
        raise error
