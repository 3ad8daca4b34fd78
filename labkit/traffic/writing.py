"""The log that a server writes: a thread of its own masks and writes, so that no answer waits for a disk."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from labkit.texts import say
from labkit.traffic.entry import TrafficEntry, entry_to_json, mask_entry
from labkit.traffic.keeping import Keeping
from labkit.traffic.parts import FOLDER, Parts, holds_entry

_log = logging.getLogger(__name__)
MOST_WAITING = 1000  # entries; a request holds a megabyte at most
AT_ONCE = 200  # entries that share one way onto the disk
_CLOSING_S = 30.0
_FORGET_EVERY_S = 3600.0


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


class TrafficLog:
    """Keeps what a server answered, under `traffic/` in the scene's folder.

    Whatever goes wrong, no answer is held up or lost: an entry that cannot be kept is counted in `lost`, and `problem`
    says why. What is written is whole and on the disk; a server that is killed loses the entries of its last moment.

    Args:
        scene: the scene's folder.
        keeping: in what form, and how long.
        language: "zh" or "en", of the placeholders for personal data.
        now: the time.
    """

    def __init__(self, scene: Path, keeping: Keeping, language: str, now: Callable[[], datetime] = utc_now) -> None:
        self._folder = scene / FOLDER
        self._parts = Parts(self._folder, keeping)
        self._masked, self._language, self._now = keeping.masked, language, now
        self._on_the_way: set[str] = set()  # ids of what was answered and is not on the disk yet
        self._waiting: queue.Queue[TrafficEntry | None] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)
        self.written = 0  # entries on the disk
        self.lost = 0  # entries that are not
        self.problem = ""  # why entries are lost now; "" when they are kept

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, entry: TrafficEntry) -> None:
        """Keep an entry; returns at once."""
        self._on_the_way.add(entry.id)
        try:
            self._waiting.put_nowait(entry)
        except queue.Full:
            self._on_the_way.discard(entry.id)
            self._lose(1, say("traffic.lost.waiting", most=MOST_WAITING))

    def holds(self, entry: str) -> bool:
        """Whether an answer of that id is kept, or about to be; looks through the files."""
        return entry in self._on_the_way or holds_entry(self._folder, entry)

    def close(self) -> None:
        """Write what waits, and stop."""
        if not self._thread.is_alive():
            return
        try:
            self._waiting.put(None, timeout=_CLOSING_S)
        except queue.Full:  # the disk hangs: the server's end does not wait for it
            return
        self._thread.join(_CLOSING_S)

    def _run(self) -> None:
        entries: list[TrafficEntry] = []
        while (entry := self._next()) is not None:
            entries.append(entry)
            if self._waiting.empty() or len(entries) >= AT_ONCE:
                self._write(entries)
                entries = []
        if entries:
            self._write(entries)

    def _next(self) -> TrafficEntry | None:
        """The next entry; while none comes, what grows too old is deleted all the same."""
        while True:
            try:
                return self._waiting.get(timeout=_FORGET_EVERY_S)
            except queue.Empty:
                self._parts.forget(self._now())

    def _write(self, entries: list[TrafficEntry]) -> None:
        lines = [line for entry in entries if (line := self._line(entry)) is not None]
        try:
            self._parts.append(b"".join(lines), self._now())
        except OSError as error:
            self._lose(len(lines), say("traffic.lost.disk", reason=error.strerror or error))
            return
        finally:
            self._on_the_way.difference_update(entry.id for entry in entries)
        with self._lock:
            self.written += len(lines)
            self.problem = "" if len(lines) == len(entries) else self.problem

    def _line(self, entry: TrafficEntry) -> bytes | None:
        try:
            kept = mask_entry(entry, self._language) if self._masked else entry
            return entry_to_json(kept).encode() + b"\n"
        except Exception as error:  # what cannot be masked must not be written, and the thread goes on
            # whoever asks for /health reads this, so it quotes nothing of the entry
            self._lose(1, say("traffic.lost.entry", error=type(error).__name__))
            return None

    def _lose(self, entries: int, problem: str) -> None:
        with self._lock:
            if not self.problem:
                _log.warning("labkit: %s; the answers go out all the same", problem)
            self.lost += entries
            self.problem = problem
