"""JSON that other tools wrote: read strictly, but half characters, which models emit, do not cost the whole file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.tables.json_text import json_problem, strict_decoder
from labkit.tables.limits import JSON_ARRAY_BYTES, LINE_BYTES
from labkit.texts import Line, Where

_HALF = re.compile("[\ud800-\udfff]")


def read_json(path: Path) -> Any:
    """The value of a whole JSON file.

    Raises:
        BadData: it cannot be read, is too large, or no JSON.
    """
    try:
        size = path.stat().st_size
        if size > JSON_ARRAY_BYTES:
            raise BadData.told("error.import.large", file=path.name, size=size, most=JSON_ARRAY_BYTES)
        content = path.read_bytes()
    except OSError as error:
        raise BadData.told("error.file.unreadable", path=path, reason=error.strerror) from error
    return decode_json(content, path.name)


def read_json_lines(path: Path) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Place and object of each line that is not blank.

    Raises:
        BadData: a line cannot be read, is too long, or holds no object.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadData.told("error.file.unreadable", path=path, reason=error.strerror) from error
    with file:
        name, number = path.name, 0
        while line := file.readline(LINE_BYTES + 1):
            number += 1
            place = Line(name, number)
            if len(line) > LINE_BYTES:
                raise BadData.told("error.json.long", where=place, most=LINE_BYTES)
            if line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield place, _object(decode_json(line, place), place)


def decode_json(content: bytes, place: Where) -> Any:
    """Bytes as a JSON value; half characters become U+FFFD.

    Raises:
        BadData: not UTF-8, not JSON, a key twice, NaN, or nested too deeply.
    """
    try:
        value = strict_decoder().decode(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadData.told("error.json.utf8", where=place) from error
    except RecursionError as error:
        raise BadData.told("error.import.deep", where=place) from error
    except ValueError as error:
        raise BadData.told("error.import.invalid", where=place, problem=json_problem(error)) from error
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(_HALF.sub("\ufffd", text)) if _HALF.search(text) else value


def _object(value: Any, place: Where) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadData.told("error.import.no_object", where=place, kind=type(value).__name__)
    return value
