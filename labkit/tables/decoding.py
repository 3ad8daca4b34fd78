"""From bytes to text: byte order mark, else strict UTF-8, else GB18030; what fits none is named by its line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from labkit.errors import BadData
from labkit.tables.limits import FILE_BYTES, LINE_CHARACTERS
from labkit.texts import Line, Phrase

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = {b"PK\x03\x04": "binary.zip", b"\xd0\xcf\x11\xe0": "binary.xls", b"PAR1": "binary.parquet"}
_CHUNK = 1 << 20
_UTF8_CHINESE = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}){4}")


def check_file(path: Path) -> None:
    """Raise BadData when a path is not a regular, non-empty file of bearable size."""
    if not path.exists():
        raise BadData.told("error.file.missing", path=path)
    if not path.is_file():
        raise BadData.told("error.file.no_file", path=path)
    size = path.stat().st_size
    if size == 0:
        raise BadData.told("error.file.empty", path=path)
    if size > FILE_BYTES:
        raise BadData.told("error.file.large", path=path, size=size, most=FILE_BYTES)


def detect_encoding(path: Path) -> str:
    """The encoding of a text file, found by decoding all of it.

    Args:
        path: an existing file.

    Returns:
        A codec's name: by the byte order mark, else utf-8 when every byte fits, else gb18030.

    Raises:
        BadData: the file is no text, or neither UTF-8 nor GB18030; the line is named.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for magic, what in _BINARY.items():
        if start.startswith(magic):
            raise BadData.told("error.text.binary", path=path, what=Phrase(what))
    for mark, name in _BOMS:
        if start.startswith(mark):
            check_decodes(path, name)
            return name
    problem = _first_problem(path, "utf-8")
    if problem is None:
        return "utf-8"
    if _first_problem(path, "gb18030") is None and _looks_chinese(path):
        _refuse_mixture(path)
        return "gb18030"
    raise problem


def check_decodes(path: Path, encoding: str) -> None:
    """Raise BadData when a file cannot be read in an encoding; LookupError becomes BadData as well."""
    problem = _first_problem(path, encoding)
    if problem is not None:
        raise problem


def open_text(path: Path, encoding: str) -> TextIO:
    """Open a file whose encoding was checked; line breaks stay as they are."""
    return path.open(encoding=encoding, newline="")


def short_lines(file: TextIO, name: str, first: int = 1) -> Iterator[str]:
    """The lines of an open file, none longer than the limit, so that no line is read whole to find that out."""
    number = first - 1
    while line := file.readline(LINE_CHARACTERS + 1):
        number += 1
        if len(line) > LINE_CHARACTERS:
            raise BadData.told("error.text.line", where=Line(name, number), most=LINE_CHARACTERS)
        yield line


def _first_problem(path: Path, encoding: str) -> BadData | None:
    """What keeps a file from being text in an encoding, or None."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except (LookupError, TypeError):
        return BadData.told("error.text.encoding", encoding=encoding)
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                return _undecodable(path, line, error)
            nul = text.find("\0")
            if nul >= 0:
                where = Line(path.name, line + text.count("\n", 0, nul))
                return BadData.told("error.text.nul", where=where)
            line += text.count("\n")
            if not chunk:
                return None


def _undecodable(path: Path, line: int, error: UnicodeError) -> BadData:
    if isinstance(error, UnicodeDecodeError):
        line += error.object[: error.start].count(b"\n")
    return BadData.told("error.text.bytes", where=Line(path.name, line))


def _refuse_mixture(path: Path) -> None:
    """Raise BadData when a line of a GB18030 file is UTF-8: read as the rest of the file it would be other characters.

    Chinese in GB18030 can be UTF-8 by chance; four characters in a row hardly ever are.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if _UTF8_CHINESE.search(line) and _is_utf8(line):
                raise BadData.told("error.text.mixed", where=Line(path.name, number))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(path: Path) -> bool:
    """Whether GB18030 is plausible: in Western text read as such, second bytes are nearly all ASCII letters."""
    with path.open(encoding="gb18030", newline="") as file:
        wide = [ch.encode("gb18030") for ch in file.read(_CHUNK) if not ch.isascii()]
    western = sum(len(pair) == 2 and pair[1:].isalpha() for pair in wide)
    return western <= 0.6 * len(wide)
