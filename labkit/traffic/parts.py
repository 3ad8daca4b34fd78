"""The files of a traffic log: only added to, a new one each day and each start, deleted whole when they are old."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime, timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

from labkit.errors import BadData, BadInput
from labkit.tables.atomic import replace_text
from labkit.tables.limits import LINE_BYTES
from labkit.traffic.keeping import Keeping

FOLDER, KEEPING_FILE, DELETED_FILE = "traffic", "keeping.json", "deleted_through.txt"
PARTS = 20  # so many make up the whole size that is kept: what is deleted for room is a twentieth
_MEGABYTE = 1_000_000


class Parts:
    """Where one server's entries go.

    Args:
        folder: of the log; made when missing, with a .gitignore: traffic is nobody's to commit.
        keeping: when a part is too old, or all are too large.
    """

    def __init__(self, folder: Path, keeping: Keeping) -> None:
        self._folder, self._keeping = folder, keeping
        self._path: Path | None = None

    def append(self, lines: bytes, now: datetime) -> None:
        """Add whole lines, onto the disk, or none of them.

        Raises:
            OSError: they cannot be written.
        """
        if self._path is None or _day(self._path) != now.date() or self._is_full(self._path):
            self._path = self._begin(now)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _write_all(handle, lines)
        finally:
            os.close(handle)

    def forget(self, now: datetime) -> None:
        """Delete what is too old, also when nothing comes in; a folder that cannot be changed stays as it is."""
        _forget(self._folder, self._keeping, now.date())

    def _begin(self, now: datetime) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError), (self._folder / ".gitignore").open("x", encoding="utf-8") as file:
            file.write("*\n")
        replace_text(self._folder / KEEPING_FILE, json.dumps(asdict(self._keeping)) + "\n")
        delete_old(self._folder, self._keeping, now.date())
        return self._folder / f"{now:%Y-%m-%dT%H%M%S%f}-{secrets.token_hex(4)}.jsonl"

    def _is_full(self, path: Path) -> bool:
        try:
            return path.stat().st_size * PARTS >= self._keeping.megabytes * _MEGABYTE
        except FileNotFoundError:  # somebody cleared the log
            return True


def parts_of(folder: Path) -> tuple[Path, ...]:
    """The parts of a log, oldest first; what else lies in the folder is none."""
    return tuple(path for path in sorted(folder.glob("*.jsonl")) if _day(path) is not None)


def kept_parts(folder: Path, today: date) -> tuple[Path, ...]:
    """The parts that may still be read, by what the last server was told to keep; older ones are deleted.

    Nothing else deletes them where no server runs any more. In a folder that cannot be changed they are passed over.
    """
    keeping = read_keeping(folder)
    _forget(folder, keeping, today)
    oldest = _oldest(keeping, today)
    return tuple(path for path in parts_of(folder) if (_day(path) or today) >= oldest)


def _forget(folder: Path, keeping: Keeping, today: date) -> None:
    """Delete what is too old in a log and in those inside it, such as feedback, as far as the disk lets."""
    with suppress(OSError):
        delete_old(folder, keeping, today)
        for inside in folder.iterdir() if folder.is_dir() else ():
            if inside.is_dir():
                delete_old(inside, keeping, today)


def delete_old(folder: Path, keeping: Keeping, today: date) -> None:
    """Delete the parts that began too long ago, and the oldest of what is too much."""
    room = keeping.megabytes * _MEGABYTE * (PARTS - 1) // PARTS  # the part about to begin needs the rest
    oldest = _oldest(keeping, today)
    for path in reversed(parts_of(folder)):
        room -= _size(path)
        day = _day(path) or today
        if room < 0 or day < oldest:
            with suppress(OSError):  # before it is gone, so that a crash hides no gap; on a full disk afterwards
                _note_deleted(folder, day)
            path.unlink(missing_ok=True)
            _note_deleted(folder, day)


def deleted_through(folder: Path) -> date | None:
    """The last day of which something was deleted, for its age or for room; None where nothing was."""
    try:
        return date.fromisoformat((folder / DELETED_FILE).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


def _note_deleted(folder: Path, day: date) -> None:
    known = deleted_through(folder)
    if known is None or day > known:
        replace_text(folder / DELETED_FILE, f"{day.isoformat()}\n")


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Every line of a part with its number; none when it was deleted meanwhile.

    Of a line longer than any entry only the beginning is given, once, which is no entry.

    Raises:
        BadData: the part cannot be read.
    """
    try:
        with path.open("rb") as file:
            yield from enumerate(_cut_lines(file), start=1)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BadData.told("error.traffic.unreadable", path=path, reason=error.strerror) from error


def holds_entry(folder: Path, entry: str) -> bool:
    """Whether a log holds the entry of an id, looked for without reading any: 200 MB take a tenth of a second or two.

    A line begins with its id, and what posts say in quotes is escaped there, so nothing else looks like it.
    """
    wanted = b"{" + f'"id": {json.dumps(entry, ensure_ascii=False)}, '.encode()
    for path in reversed(parts_of(folder)):
        with suppress(OSError, ValueError), path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as held:
            if held.find(wanted) >= 0:
                return True
    return False


def _cut_lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LINE_BYTES):
        yield line
        while len(line) == LINE_BYTES and not line.endswith(b"\n"):  # the rest of it
            line = file.readline(LINE_BYTES)


def read_keeping(folder: Path) -> Keeping:
    """What the last server was told to keep; the usual where nobody wrote it down or it cannot be read."""
    try:
        found = json.loads((folder / KEEPING_FILE).read_text(encoding="utf-8"))
        return Keeping(bool(found["masked"]), int(found["days"]), int(found["megabytes"]))
    except (OSError, KeyError, TypeError, ValueError, OverflowError, RecursionError, BadInput):
        return Keeping()


def _oldest(keeping: Keeping, today: date) -> date:
    return today - timedelta(days=min(keeping.days, today.toordinal() - 1))


def _write_all(handle: int, data: bytes) -> None:
    before = os.fstat(handle).st_size
    try:
        written = 0
        while written < len(data):
            written += os.write(handle, data[written:])
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)  # a full disk leaves no half line
        raise


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _day(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.name[:10])
    except ValueError:
        return None
