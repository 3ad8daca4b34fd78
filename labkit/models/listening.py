"""Exchanges that are on their way, all listened to by one thread.

What waits in a thread of its own wakes it several times for each reply, and each time it stands in line for the
interpreter behind all the others.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from labkit.models.connections import Answer
    from labkit.models.transport import Exchange

_LOOK_S = 0.25  # how often exchanges are looked for that take too long
Ended: TypeAlias = "Callable[[Answer | Exception], None]"


class Listener:
    """Goes on with exchanges until each is over; all but `ring` is for one thread."""

    def __init__(self) -> None:
        self._ready = selectors.DefaultSelector()
        self._heard, self._bell = socket.socketpair()
        for end in (self._heard, self._bell):
            end.setblocking(False)
        self._ready.register(self._heard, selectors.EVENT_READ)
        self._looked = time.monotonic()

    def add(self, exchange: Exchange, ended: Ended) -> None:
        """Listen to an exchange.

        Args:
            exchange: was begun.
            ended: is called by `go_on`, with the reply or the error.
        """
        self._ready.register(exchange.socket, _events_of(exchange), (exchange, ended))

    def ring(self) -> None:
        """Wake who waits; from any thread."""
        with suppress(OSError):  # who rings late finds nobody; a bell that takes no more was rung
            self._bell.send(b"\0")

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to go on with, or the bell was rung; whether that came in time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._ready.select(min(left, _LOOK_S)):
                return True
            if any(key.data[0].is_late(time.monotonic()) for key in self._on_their_way()):
                return True
        return False

    def go_on(self) -> None:
        """Do for each exchange what can be done without waiting, and end those that are over or late."""
        for key, _ in self._ready.select(0):
            if key.data is None:
                self._heard.recv(4096)
            else:
                self._advance(*key.data)
        if time.monotonic() - self._looked > _LOOK_S:
            self._give_up_the_late()

    def close(self) -> None:
        """Hang up on what is still on its way; nobody hears of it."""
        for key in self._on_their_way():
            key.data[0].give_up()
        self._ready.close()
        self._heard.close()
        self._bell.close()

    def _advance(self, exchange: Exchange, ended: Ended) -> None:
        place, sending = exchange.socket, exchange.has_more_to_send
        try:
            outcome = exchange.go_on()
        except Exception as error:
            self._ready.unregister(place)
            ended(error)
            return
        if outcome is not None:
            self._ready.unregister(place)
            ended(outcome)
        elif exchange.has_more_to_send != sending:
            self._ready.modify(place, _events_of(exchange), (exchange, ended))

    def _give_up_the_late(self) -> None:
        self._looked = now = time.monotonic()
        for key in self._on_their_way():
            exchange, ended = key.data
            if exchange.is_late(now):
                self._ready.unregister(key.fileobj)
                ended(exchange.give_up())

    def _on_their_way(self) -> list[selectors.SelectorKey]:
        return [key for key in self._ready.get_map().values() if key.data is not None]


def _events_of(exchange: Exchange) -> int:
    """What its socket is looked at for."""
    return selectors.EVENT_READ | (selectors.EVENT_WRITE if exchange.has_more_to_send else 0)
