"""The write-ahead log of a run database, looked at before SQLite sees it.

SQLite takes whatever follows a damaged frame for never written: one flipped bit, and answers that were committed are
gone at the next write. Form of the log: https://www.sqlite.org/fileformat2.html#walformat, and walformat.html of its
index (`-shm`), which says how many frames were committed. A log of any length is looked at, with numpy: 4 to 6 ms a
megabyte, in as much memory as it is long.
"""

from __future__ import annotations

import struct
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from labkit.store.log_sums import NATIVE, Checksum, FrameSums, checksum

_HEAD = struct.Struct(">8I")  # magic, version, page size, checkpoint, two salts, checksum
_FRAME_HEAD = struct.Struct(">6I")  # page, size of the database after a commit or 0, two salts, checksum
_MAGIC = 0x377F0682  # one more where checksums are of big-endian words
_VERSION = 3007000
_PAGE = 4096  # labkit leaves it as SQLite has it
_PAGES = {1 << k for k in range(9, 17)}  # the sizes that SQLite knows
_GLANCES, _GLANCE_S = 5, 0.05  # another process may be writing or closing: only what stays so is damage

Salts = tuple[int, int]
FrameHead = tuple[int, int, Salts, Checksum]


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
    content: memoryview


@dataclass(frozen=True, slots=True)
class Index:
    """What the index of a log (`-shm`) says.

    Args:
        salts: those of the log it belongs to, as they stand there.
        committed: how many of the log's frames were committed.
        written_back: how many of them stand in the database too.
    """

    salts: bytes
    committed: int
    written_back: int


@dataclass(frozen=True, slots=True)
class _Head:
    """How a log is to be read; where its own head is damaged, as well as the rest of it says."""

    valid: bool
    words: str
    page: int
    salts: Salts
    counted: Checksum
    stored: Checksum


def log_of(file: Path) -> Path:
    """Where the write-ahead log of a database lies."""
    return file.with_name(f"{file.name}-wal")


def index_of(file: Path) -> Path:
    """Where the index of that log lies."""
    return file.with_name(f"{file.name}-shm")


def has_log(file: Path) -> bool:
    """Whether there is a write-ahead log with anything in it; whoever closes a database last takes it away."""
    try:
        return log_of(file).stat().st_size > 0
    except FileNotFoundError:
        return False


def read_log(file: Path) -> bytes:
    """The write-ahead log of a database; empty where there is none, or none any more."""
    return _read(log_of(file))


def read_index(file: Path) -> Index | None:
    """What the index of its log says; None when it says nothing."""
    head = _read(index_of(file), 136)
    if len(head) < 136 or head[:48] != head[48:96]:
        return None
    if checksum(head[:40], (0, 0), NATIVE) != struct.unpack_from("=2I", head, 40):
        return None
    (committed,), (written_back,) = struct.unpack_from("=I", head, 16), struct.unpack_from("=I", head, 96)
    return Index(head[32:40], committed, written_back)


def is_torn(file: Path) -> bool:
    """Whether its log holds, or held, committed transactions that SQLite would not read."""
    seen = None
    for _ in range(_GLANCES):
        index = read_index(file)  # before the log: that only grows
        log = read_log(file)
        if not _reads_less(log, index):
            return False
        if (index, log) == seen:
            return True
        seen = index, log
        time.sleep(_GLANCE_S)
    return False


def frames(log: bytes, index: Index | None = None) -> list[Frame]:
    """The frames of a log, as far as they are there; those of generations before the last one lie behind it.

    Args:
        log: all of it.
        index: names the last generation where the log's head is damaged.
    """
    return _frames(log, _head_of(log, index)) if len(log) >= _HEAD.size else []


def replay(log: bytes, database: Path, index: Index | None = None) -> None:
    """Write the pages of committed transactions into a copy of the database, those behind a damaged frame too.

    Args:
        log: the write-ahead log.
        database: a copy; may be empty.
        index: as for `frames`.
    """
    found = frames(log, index)
    last = max((k for k, frame in enumerate(found) if frame.commits and frame.whole), default=-1)
    with database.open("r+b") as file:
        for frame in found[: last + 1]:
            if frame.whole and frame.page:
                file.seek((frame.page - 1) * len(frame.content))
                file.write(frame.content)


def _read(file: Path, size: int = -1) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(size)
    except FileNotFoundError:
        return b""


def _reads_less(log: bytes, index: Index | None) -> bool:
    """Whether SQLite would read less of a log than was committed."""
    if not log:
        return index is not None and index.committed > index.written_back
    if len(log) < _HEAD.size:
        return index is not None and index.committed > 0
    head = _head_of(log, index)
    found = _frames(log, head)
    read = sum(frame.in_line for frame in found)
    if index is not None and index.committed > read and (not head.valid or index.salts == log[16:24]):
        return True
    if any(frame.commits and (frame.whole or k > read or not head.valid) for k, frame in enumerate(found) if k >= read):
        return True
    return _ends_damaged(log, found)


def _ends_damaged(log: bytes, found: list[Frame]) -> bool:
    """Whether the very last frame is there from end to end, says that it commits, and is not what was written."""
    if not found or found[-1].whole or not found[-1].commits:
        return False
    return len(log) == _HEAD.size + len(found) * (_FRAME_HEAD.size + len(found[-1].content))


def _head_of(log: bytes, index: Index | None) -> _Head:
    magic, _, page, _, *salts, first, second = _HEAD.unpack_from(log)
    words = ">" if magic == _MAGIC + 1 else "<"
    counted, stored = checksum(log[:24], (0, 0), words), (first, second)
    if magic in (_MAGIC, _MAGIC + 1) and page in _PAGES and counted == stored:
        return _Head(True, words, page, (salts[0], salts[1]), counted, stored)
    return _guessed_head(log, index)


def _guessed_head(log: bytes, index: Index | None) -> _Head:
    """The head as this machine writes it, its salts from the index or else from the frames."""
    heads, sums = _heads(log, _PAGE), FrameSums(log, _HEAD.size, _PAGE, NATIVE)
    named: Salts | None = struct.unpack(">2I", index.salts) if index else None
    salts = named if named and any(head[2] == named for head in heads) else _salts_of(heads, sums)
    written = struct.pack(">4I", _MAGIC + (NATIVE == ">"), _VERSION, _PAGE, 0) + struct.pack(">2I", *salts)
    without = checksum(written, (0, 0), NATIVE)  # the number of the checkpoint is not known, but follows from the sum
    needed = sums.seed(0, heads[0][3]) if heads else without
    number = _checkpoint(needed[0] - without[0])
    written = written[:12] + struct.pack(">I", number) + written[16:]
    counted = checksum(written, (0, 0), NATIVE)
    return _Head(False, NATIVE, _PAGE, (salts[0], salts[1]), counted, counted)


def _checkpoint(difference: int) -> int:
    """The word of a head that adds so much to the first half of its sum, as a big-endian number."""
    return int.from_bytes((difference & 0xFFFFFFFF).to_bytes(4, "little" if NATIVE == "<" else "big"), "big")


def _salts_of(heads: list[FrameHead], sums: FrameSums) -> Salts:
    """Those of the first frame whose sum follows from the frame before it, else the most frequent."""
    for k, ((*_, seed), (_, _, salts, stored)) in enumerate(pairwise(heads), 1):
        if any(salts) and sums.total(k, seed) == stored:
            return salts
    return max(Counter(salts for _, _, salts, _ in heads).items(), key=lambda pair: pair[1], default=((0, 0), 0))[0]


def _heads(log: bytes, page: int) -> list[FrameHead]:
    size = _FRAME_HEAD.size + page
    starts = range(_HEAD.size, len(log) - size + 1, size)
    return [
        (number, after, (one, two), (first, second))
        for number, after, one, two, first, second in (_FRAME_HEAD.unpack_from(log, start) for start in starts)
    ]


def _frames(log: bytes, head: _Head) -> list[Frame]:
    heads, sums = _heads(log, head.page), FrameSums(log, _HEAD.size, head.page, head.words)
    counted, stored, in_line = head.counted, head.stored, head.valid
    found = []
    for k, (page, after, salts, own) in enumerate(heads):
        seeds = (counted, stored)  # one of them is damaged where the frame before is
        totals = [sums.total(k, seed) for seed in seeds]
        is_ours = salts == head.salts
        in_line = in_line and is_ours and totals[0] == own
        whole = is_ours and own in totals
        counted, stored = own if own in totals else totals[0], own
        found.append(Frame(page, after > 0 and is_ours, in_line, whole, _content(log, k, head.page)))
    return found


def _content(log: bytes, number: int, page: int) -> memoryview:
    start = _HEAD.size + number * (_FRAME_HEAD.size + page) + _FRAME_HEAD.size
    return memoryview(log)[start : start + page]
