"""The write-ahead log of a run database, looked at before SQLite sees it.

SQLite takes whatever follows a damaged frame for never written: one flipped bit, and answers that were committed are
gone at the next write. Form of the log: https://www.sqlite.org/fileformat2.html#walformat, and walformat.html of its
index (`-shm`), which says how many frames were committed.
"""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEAD = struct.Struct(">8I")  # magic, version, page size, checkpoint, two salts, checksum
_FRAME_HEAD = struct.Struct(">6I")  # page, size of the database after a commit or 0, two salts, checksum
_MAGIC = 0x377F0682  # one more where checksums are of big-endian words
_NATIVE = "<" if sys.byteorder == "little" else ">"
_PAGE = 4096  # labkit leaves it as SQLite has it
_MASK = 0xFFFFFFFF
_GLANCES, _GLANCE_S = 5, 0.05  # another process may be writing: only what stays so is damage

Checksum = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """One page as a transaction left it.

    Args:
        page: its number, from 1.
        commits: whether a transaction of the last generation ends with it.
        in_line: whether SQLite would read it: it and all before it are whole.
        whole: whether it is as it was written, whatever stands before it.
        content: the page.
    """

    page: int
    commits: bool
    in_line: bool
    whole: bool
    content: bytes


def log_of(file: Path) -> Path:
    """Where the write-ahead log of a database lies."""
    return file.with_name(f"{file.name}-wal")


def has_log(file: Path) -> bool:
    """Whether there is a write-ahead log with anything in it."""
    log = log_of(file)
    return log.is_file() and log.stat().st_size > 0


def has_lost(file: Path) -> bool:
    """Whether its log holds, or held, committed transactions that SQLite would not read."""
    seen = b""
    for _ in range(_GLANCES):
        committed = _committed(file)  # before the log: it only grows
        log = log_of(file).read_bytes() if has_log(file) else b""
        if not _lacks(log, committed):
            return False
        if log == seen:
            return True
        seen = log
        time.sleep(_GLANCE_S)
    return False


def frames(log: bytes) -> Iterator[Frame]:
    """The frames of a log, as far as they are there; those of generations before the last one lie behind it."""
    if len(log) < _HEAD.size + _FRAME_HEAD.size:
        return
    magic, _, size, _, *salts, first, second = _HEAD.unpack_from(log)
    words = ">" if magic == _MAGIC + 1 else "<"
    counted, stored = _checksum(log[:24], (0, 0), words), (first, second)
    in_line = counted == stored
    if not in_line:  # as this machine writes them, and as the first frame says
        words, size, salts = _NATIVE, _PAGE, list(struct.unpack_from(">2I", log, _HEAD.size + 8))
    for start in range(_HEAD.size, len(log) - _FRAME_HEAD.size - size + 1, _FRAME_HEAD.size + size):
        page, after, *own, first, second = _FRAME_HEAD.unpack_from(log, start)
        content = log[start + _FRAME_HEAD.size : start + _FRAME_HEAD.size + size]
        seeds = dict.fromkeys((counted, stored))  # one of them is damaged where the frame before is
        sums = [_checksum(log[start : start + 8] + content, seed, words) for seed in seeds]
        stored, is_ours = (first, second), own == salts
        in_line = in_line and is_ours and sums[0] == stored
        counted = stored if stored in sums else sums[0]
        yield Frame(page, after > 0 and is_ours, in_line, is_ours and stored in sums, content)


def replay(log: bytes, database: Path) -> None:
    """Write the pages of committed transactions into a copy of the database, those behind a damaged frame too.

    Args:
        log: the write-ahead log.
        database: a copy; may be empty.
    """
    found = list(frames(log))
    last = max((k for k, frame in enumerate(found) if frame.commits and frame.whole), default=-1)
    with database.open("r+b") as file:
        for frame in found[: last + 1]:
            if frame.whole and frame.page:
                file.seek((frame.page - 1) * len(frame.content))
                file.write(frame.content)


def _lacks(log: bytes, committed: tuple[bytes, int] | None) -> bool:
    """Whether transactions that were committed are not what SQLite would read of a log."""
    found = list(frames(log))
    read = sum(frame.in_line for frame in found)
    if any(frame.commits and (frame.whole or k > read) for k, frame in enumerate(found[read:], read)):
        return True
    if committed is not None and committed[0] in (log[16:24], b"") and committed[1] > read:
        return True
    return _ends_damaged(log, found)


def _ends_damaged(log: bytes, found: list[Frame]) -> bool:
    """Whether the very last frame is there from end to end, says that it commits, and is not what was written."""
    if not found or found[-1].whole or not found[-1].commits:
        return False
    return len(log) == _HEAD.size + len(found) * (_FRAME_HEAD.size + len(found[-1].content))


def _committed(file: Path) -> tuple[bytes, int] | None:
    """Salts of a log and how many of its frames were committed, as its index says; None when it says nothing."""
    index = file.with_name(f"{file.name}-shm")
    head = index.read_bytes()[:136] if index.is_file() else b""
    if len(head) < 136 or head[:48] != head[48:96]:
        return None
    if _checksum(head[:40], (0, 0), _NATIVE) != struct.unpack_from("=2I", head, 40):
        return None
    (count,), (written_back,) = struct.unpack_from("=I", head, 16), struct.unpack_from("=I", head, 96)
    if has_log(file):
        return head[32:40], count
    return (b"", count) if count > written_back else None


def _checksum(content: bytes, seed: Checksum, words: str) -> Checksum:
    """SQLite's own, over pairs of words."""
    first, second = seed
    numbers = iter(struct.unpack(f"{words}{len(content) // 4}I", content))
    for even, odd in zip(numbers, numbers, strict=True):
        first = (first + even + second) & _MASK
        second = (second + odd + first) & _MASK
    return first, second
