"""Members of a ZIP file as Inspect writes it: stored, deflated or packed with Zstandard; never more than allowed."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from labkit.errors import BadData, MissingExtra
from labkit.tables.limits import JSON_ARRAY_BYTES, LINE_BYTES
from labkit.texts import say

ZSTANDARD = 93  # the method's number in the ZIP format; Python's zipfile knows it from 3.14 on
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")


def members(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Name and content of the members that are wanted, in the archive's order.

    Args:
        path: a ZIP file.
        wanted: says by a member's name whether it is.

    Raises:
        BadData: it is damaged, packed in another way, or a member, or all together, unpack to too much.
        MissingExtra: a member is packed with Zstandard, and that package is missing.
    """
    total = 0
    try:
        with path.open("rb") as file, ZipFile(file) as archive:
            for info in archive.infolist():
                if wanted(info.filename):
                    content = _unpack(file, archive, info, path)
                    total += len(content)
                    if total > JSON_ARRAY_BYTES:
                        raise BadData.told("error.import.unpacked", file=path.name, most=JSON_ARRAY_BYTES)
                    yield info.filename, content
    except OSError as error:
        raise BadData.told("error.file.unreadable", path=path, reason=error.strerror) from error
    except (BadZipFile, EOFError, struct.error, ValueError, NotImplementedError, RuntimeError) as error:
        raise BadData.told("error.import.torn_log", file=path.name, reason=error) from error


def _unpack(file: IO[bytes], archive: ZipFile, info: ZipInfo, path: Path) -> bytes:
    """One member, at most `LINE_BYTES` of it."""
    if info.compress_type in (ZIP_STORED, ZIP_DEFLATED):
        with archive.open(info) as member:
            content = member.read(LINE_BYTES + 1)
    elif info.compress_type == ZSTANDARD:
        content = _zstandard(_packed(file, info))
    else:
        raise BadData.told("error.import.packed", file=path.name, member=info.filename[:60])
    if len(content) > LINE_BYTES:
        raise BadData.told("error.import.member", file=path.name, member=info.filename[:60], most=LINE_BYTES)
    return content


def _packed(file: IO[bytes], info: ZipInfo) -> bytes:
    """The bytes of a member as they lie in the file, behind its local header."""
    file.seek(info.header_offset)
    fields = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    name_length, extra_length = fields[-2:]
    file.seek(name_length + extra_length, 1)
    return file.read(min(info.compress_size, LINE_BYTES))


def _zstandard(packed: bytes) -> bytes:
    try:
        import zstandard
    except ImportError as error:
        raise MissingExtra(say("feature.inspect"), "inspect") from error
    try:
        with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
            return reader.read(LINE_BYTES + 1)
    except zstandard.ZstdError as error:
        raise BadZipFile(str(error)) from error
