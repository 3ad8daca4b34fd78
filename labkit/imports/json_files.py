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

_HALF = re.compile("[\ud800-\udfff]")


def read_json(path: Path) -> Any:
    """The value of a whole JSON file.

    Raises:
        BadData: it cannot be read, is too large, or no JSON.
    """
    try:
        size = path.stat().st_size
        if size > JSON_ARRAY_BYTES:
            raise BadData(f"{path.name} has {size:,} bytes, more than {JSON_ARRAY_BYTES:,}", "Write it as JSON lines")
        content = path.read_bytes()
    except OSError as error:
        raise BadData(f"Cannot read {path} ({error.strerror})", "Check the path") from error
    return decode_json(content, path.name)


def read_json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and object of each line that is not blank.

    Raises:
        BadData: a line cannot be read, is too long, or holds no object.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadData(f"Cannot read {path} ({error.strerror})", "Check the path") from error
    with file:
        number = 0
        while line := file.readline(LINE_BYTES + 1):
            number += 1
            place = f"{path.name} line {number}"
            if len(line) > LINE_BYTES:
                raise BadData(f"{place}: longer than {LINE_BYTES:,} bytes", "Split the record")
            if line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield place, _object(decode_json(line, place), place)


def decode_json(content: bytes, place: str) -> Any:
    """Bytes as a JSON value; half characters become U+FFFD.

    Raises:
        BadData: not UTF-8, not JSON, a key twice, NaN, or nested too deeply.
    """
    try:
        value = strict_decoder().decode(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadData(f"{place}: not UTF-8", "Save the file as UTF-8") from error
    except RecursionError as error:
        raise BadData(f"{place}: nested too deeply", "Export it again") from error
    except ValueError as error:
        raise BadData(f"{place}: not valid JSON ({json_problem(error)})", "Export it again, whole") from error
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(_HALF.sub("\ufffd", text)) if _HALF.search(text) else value


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadData(f"{place}: {type(value).__name__} instead of a JSON object", "Check --format")
    return value
