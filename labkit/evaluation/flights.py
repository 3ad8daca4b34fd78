"""What an engine sends and gets back: batches of rows, those on their way, and what of them has landed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from labkit.evaluation.retry import Verdict
from labkit.records import Reply, Request


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that travel together.

    Args:
        requests: one of each row.
        attempt: how often they have been sent when this is sent, from 1.
        blank: the empty answer to the one row in it, which is why it is asked a second time.
    """

    requests: tuple[Request, ...]
    attempt: int = 1
    blank: Reply | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """A batch on its way, with the numbers of its recorded requests and the moment it left.

    Args:
        early: places of those whose replies landed before the others.
    """

    batch: Batch
    ids: tuple[int, ...]
    sent: float = field(default_factory=time.monotonic)
    early: set[int] = field(default_factory=set)

    def only(self, places: Sequence[int]) -> Flight:
        """What of it is at these places."""
        batch = replace(self.batch, requests=tuple(self.batch.requests[k] for k in places))
        return Flight(batch, tuple(self.ids[k] for k in places), self.sent)

    @property
    def late(self) -> list[int]:
        """Places of those that land with the whole."""
        return [k for k in range(len(self.ids)) if k not in self.early]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came of a flight: its replies, or the error and what follows from it.

    Args:
        part: what of it has landed.
        whole: the flight itself, once nothing of it is on its way any more.
    """

    part: Flight
    whole: Flight | None
    replies: Sequence[Reply] = ()
    error: Exception | None = None
    verdict: Verdict | None = None


@dataclass(order=True, slots=True)
class Later:
    """A batch that waits for its next attempt."""

    not_before: float
    batch: Batch = field(compare=False)
