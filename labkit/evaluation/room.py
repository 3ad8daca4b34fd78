"""How many batches may be on their way to a host at once: as many as it is set to take, fewer while it is crowded."""

from __future__ import annotations

_SHARE_BACK = 4  # a quarter more after each round of answers


class Room:
    """One until something has come back, then all; halved when the host says that it has too much to do.

    Args:
        most: how many the host is set to take.
    """

    def __init__(self, most: int) -> None:
        self._most = max(1, most)
        self._waits_for_first = True
        self._answers = 0
        self._last_sent_when_halved = -1
        self.size = 1

    def answered(self) -> None:
        """Something came back that is no sign of too much to do."""
        if self._waits_for_first:
            self._waits_for_first, self.size = False, self._most
        self._answers += 1
        if self._answers >= self.size:
            self._answers, self.size = 0, min(self._most, self.size + max(1, self.size // _SHARE_BACK))

    def crowded(self, number: int, last_sent: int) -> None:
        """The host has too much to do; what was sent before the last halving says nothing new.

        Args:
            number: of the request that was turned away.
            last_sent: of the newest request on its way.
        """
        if number > self._last_sent_when_halved:
            self.size = max(1, self.size // 2)
            self._answers, self._last_sent_when_halved = 0, last_sent
