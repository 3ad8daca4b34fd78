"""Strict JSON: duplicate keys, NaN and half characters are errors, one record is one line whatever it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from labkit.errors import BadData
from labkit.tables.limits import LINE_BYTES
from labkit.texts import Line, Where, say


class _Refused(ValueError):
    """Valid for Python's json module, but not to be let in."""


def strict_decoder(numbers_as_text: bool = False) -> json.JSONDecoder:
    """A JSON decoder that refuses duplicate keys and NaN.

    Args:
        numbers_as_text: keep numbers as they are written (19-digit ids, 1.0), instead of as int and float.
    """
    number = str if numbers_as_text else None
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=number, parse_float=number
    )


def parse_object(text: str, where: Where, decoder: json.JSONDecoder) -> dict[str, Any]:
    """Read one JSON object.

    Args:
        text: the text of one record.
        where: file and line, for errors.
        decoder: made by `strict_decoder`.

    Raises:
        BadData: not JSON, not an object, a key twice, NaN, a half character, or nested too deeply.
    """
    value = parse_value(text, where, decoder)
    if not isinstance(value, dict):
        raise BadData.told("error.json.no_object", where=where, kind=type(value).__name__)
    return value


def parse_value(text: str, where: Where, decoder: json.JSONDecoder) -> Any:
    """Read one JSON value of any kind; see `parse_object`.

    Raises:
        BadData: not JSON, a key twice, NaN, a half character, or nested too deeply.
    """
    try:
        value = decoder.decode(text)
        text.encode("utf-8")
    except RecursionError as error:
        raise BadData.told("error.json.deep", where=where) from error
    except ValueError as error:
        raise BadData.told("error.json.invalid", where=where, problem=json_problem(error)) from error
    refuse_half_characters(value, where)
    return value


def json_problem(error: ValueError) -> str:
    """What is wrong, in the few words that fit into a line of ours."""
    if isinstance(error, json.JSONDecodeError):
        return say("json.at", problem=error.msg, character=error.pos + 1)
    return str(error).splitlines()[0][:120]


def refuse_half_characters(value: Any, where: Where) -> None:
    r"""Raise BadData when a string holds a lone surrogate (`\ud83d` without its other half): no file can keep it."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadData.told("error.json.half", where=where) from error


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    r"""Read a JSON Lines file of ours: UTF-8, one object a line.

    Args:
        path: the file. Only `\n` ends a record, so U+2028, U+2029 and U+0085 inside a string do not.

    Yields:
        Line number (from 1) and object; blank lines are passed over.

    Raises:
        BadData: the file is missing, or a line cannot be read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadData.told("error.file.unreadable", path=path, reason=error.strerror) from error
    with file:
        yield from records_in(file, path.name)


def records_in(file: BinaryIO, name: str, first: int = 1) -> Iterator[tuple[int, dict[str, Any]]]:
    """What `read_jsonl` yields, of a file that is open.

    Args:
        file: at the beginning of a line.
        name: as errors name it.
        first: the number of its first line.

    Raises:
        BadData: a line cannot be read.
    """
    decoder = strict_decoder()
    for number, line in enumerate(iter(lambda: file.readline(LINE_BYTES + 1), b""), first):
        where = Line(name, number)
        if len(line) > LINE_BYTES:
            raise BadData.told("error.json.long", where=where, most=LINE_BYTES)
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise BadData.told("error.json.utf8", where=where) from error
        if text.strip():
            yield number, parse_object(text, where, decoder)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(say("json.key_twice", key_=twice))
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise _Refused(say("json.constant", word=word))
