"""How many batches may be on their way to a host at once: as many as it is set to take, fewer while it is crowded.

All evaluations of a process that ask one host with one key share its room, whatever models they ask there: providers
count requests by key. What a server says of one model only is that evaluation's own affair.

Other processes have rooms of their own: a limit of the key that they share is told to each of them by its own 429, and
each slows down by it. A row that met one waits and is never failed for it, so sharing would save refusals, not answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from labkit.models.base import Model
from labkit.models.openai_compatible import OpenAICompatible

_SHARE_BACK = 4  # a quarter more after each round of answers


@dataclass(eq=False, slots=True)
class Guest:
    """One evaluation in a room.

    Args:
        flying: its batches that are on their way.
        waits: whether it has more to send.
        kept_out: whether others are why it may not send what it would.
    """

    flying: int = 0
    waits: bool = False
    kept_out: bool = False


class Room:
    """Room for as many as the host is set to take, halved when it says that it has too much to do.

    Args:
        most: how many the host is set to take.
    """

    def __init__(self, most: int) -> None:
        self._most = self.size = max(1, most)
        self._answers = 0
        self._halved = float("-inf")
        self.quiet_until = 0.0  # a server that limits the key gets its pause from all who use it
        self._guests: list[Guest] = []
        self._lock = Lock()

    @contextmanager
    def guest(self) -> Iterator[Guest]:
        """Take part, until the block ends."""
        guest = Guest()
        with self._lock:
            self._guests.append(guest)
        try:
            yield guest
        finally:
            with self._lock:
                self._guests.remove(guest)

    def allow(self, most: int) -> None:
        """Learn of a setting of the host: the largest one holds for all together."""
        with self._lock:
            self.size = most if most > self._most and self.size == self._most else self.size
            self._most = max(self._most, most)

    def claim(self, guest: Guest, flying: int, wanted: int) -> int:
        """How many batches a guest may send now, each of those who wait getting an equal share.

        Args:
            guest: who asks.
            flying: how many of its batches are on their way.
            wanted: how many more it would send.
        """
        with self._lock:
            guest.flying, guest.waits = flying, wanted > 0
            waiting = [other for other in self._guests if other.waits or other is guest]
            share, left_over = divmod(self.size, len(waiting))
            share += waiting.index(guest) < left_over
            free = self.size - sum(other.flying for other in self._guests)
            granted = max(0, min(wanted, share - flying, free))
            guest.kept_out = granted < min(wanted, self.size - flying)
            guest.flying += granted
            return granted

    def answered(self) -> None:
        """Something came back that is no sign of too much to do; what an equal share leaves over goes to the next."""
        with self._lock:
            self._guests.append(self._guests.pop(0)) if self._guests else None
            self._answers += 1
            if self._answers >= self.size:
                self._answers, self.size = 0, min(self._most, self.size + max(1, self.size // _SHARE_BACK))

    def crowded(self, sent: float) -> None:
        """The host has too much to do; what was sent before the last halving says nothing new.

        Args:
            sent: the moment of the monotonic clock at which the batch left that was turned away.
        """
        with self._lock:
            if sent > self._halved:
                self.size = max(1, self.size // 2)
                self._answers, self._halved = 0, time.monotonic()

    def pause(self, until: float) -> None:
        """Nobody sends before a moment of the monotonic clock."""
        with self._lock:
            self.quiet_until = max(self.quiet_until, until)


_ROOMS: WeakValueDictionary[tuple[str, str | None], Room] = WeakValueDictionary()  # each as long as somebody asks there
_ROOMS_LOCK = Lock()


def room_of(model: Model) -> Room:
    """The room at a model's host for its key; a model without an address has one to itself."""
    if not isinstance(model, OpenAICompatible):
        return Room(model.concurrency)
    place = urlsplit(model.provider.base_url).netloc.lower(), model.provider.key
    with _ROOMS_LOCK:
        room = _ROOMS.get(place) or Room(model.concurrency)
        _ROOMS[place] = room
    room.allow(model.concurrency)
    return room
