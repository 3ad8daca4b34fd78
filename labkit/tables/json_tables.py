"""JSON as a table: an array of objects, one object or conversation a line, or a document with one list of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

from labkit.errors import BadData
from labkit.tables.building import Cell, Table, TableBuilder
from labkit.tables.columns import is_called
from labkit.tables.decoding import open_text, short_lines
from labkit.tables.json_text import json_problem, parse_object, parse_value, refuse_half_characters, strict_decoder
from labkit.tables.limits import JSON_ARRAY_BYTES, LINE_CHARACTERS
from labkit.texts import Line, Where

TURNS = "turns"  # the column of lines that are arrays: Qianfan takes a conversation as one
_OF_A_ROW = ("messages", "conversations", TURNS, "items", "history")  # lists of objects that are one row's own
_OF_ROWS = ("data", "rows", "records", "results", "examples", "samples", "list")  # and those that rows stand in
_ASKED = ("instruction", "prompt", "input", "output", "response", "completion", "tokens")
_SPACE = re.compile(r"[ \t\r\n]*")


def read_json(path: Path, encoding: str) -> Table:
    """Read a .json or .jsonl file; which form it has is seen from its first characters."""
    with open_text(path, encoding) as file:
        beginning = file.read(4096)
    if _first_character(beginning) == "[" and not _has_array_a_line(path, encoding):
        records = _array(path, encoding)
    elif path.suffix.lower() == ".json" and (_runs_on(beginning) or _is_one_line_of_rows(path, encoding)):
        records = _document(path, encoding)
    else:
        records = _lines(path, encoding)
    builder = TableBuilder(path, encoding)
    for line, record in records:
        builder.add_object({str(key): _cell(value) for key, value in record.items()}, line)
    return builder.table()


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    decoder, name = strict_decoder(numbers_as_text=True), path.name
    with path.open(encoding=encoding, newline="\n") as file:
        for number, text in enumerate(short_lines(file, name), 1):
            if text.strip():
                yield number, _record(text, Line(name, number), decoder)


def _record(text: str, where: Line, decoder: json.JSONDecoder) -> dict[str, Any]:
    """A line's object; an array of objects is the conversation of a row."""
    value = parse_value(text, where, decoder)
    if is_records(value):
        return {TURNS: value}
    if not isinstance(value, dict):
        raise BadData.told("error.json.no_object", where=where, kind=type(value).__name__)
    return value


def _has_array_a_line(path: Path, encoding: str) -> bool:
    """Whether the first line is an array and another begins behind it; one line alone is an array of rows."""
    with open_text(path, encoding) as file:
        first, following = file.readline(LINE_CHARACTERS), file.read(4096)
    return first.rstrip().endswith("]") and _first_character(following) == "["


def _runs_on(beginning: str) -> bool:
    """Whether the first line is the beginning of an object that goes on: JSON Lines close it on the same line."""
    first = beginning.lstrip().split("\n", 1)
    return len(first) == 2 and first[0].startswith("{") and not first[0].rstrip().endswith("}")


def _is_one_line_of_rows(path: Path, encoding: str) -> bool:
    """Whether a file is one line: an object with one list of objects, which holds its rows."""
    with open_text(path, encoding) as file:
        first, following = file.readline(LINE_CHARACTERS), file.read(4096)
    if following.strip() or "[" not in first:
        return False
    try:
        document = json.loads(first)
    except (ValueError, RecursionError):
        return False
    lists = [name for name, value in document.items() if is_records(value)] if isinstance(document, dict) else []
    return len(lists) == 1 and not _is_row(document, lists[0])


def _is_row(document: Mapping[str, Any], name: str) -> bool:
    """Whether an object with one list of objects is a row that owns it: a conversation, or parts marked in a text."""
    if name in _OF_A_ROW or name in _OF_ROWS:
        return name in _OF_A_ROW
    return any(beside in _ASKED or is_called(beside, "text") for beside in document if beside != name)


def _document(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of the one list of objects that a JSON document holds; what stands beside the list is left out.

    A document that is itself a row, with a list of its own, is that row.
    """
    _check_document_size(path)
    with open_text(path, encoding) as file:
        text = file.read()
    document = parse_object(text, path.name, strict_decoder(numbers_as_text=True))
    lists = {name: value for name, value in document.items() if is_records(value)}
    if len(lists) != 1:
        raise BadData.told(
            "error.json.fields" if lists else "error.json.no_rows",
            file=path.name,
            fields=[repr(name[:40]) for name in lists],
        )
    name, records = next(iter(lists.items()))
    if _is_row(document, name):
        return iter([(1, document)])
    first = text.count("\n", 0, max(0, text.find(json.dumps(name, ensure_ascii=False)))) + 1
    return ((first, record) for record in records)


def is_records(value: object) -> TypeGuard[list[dict[str, Any]]]:
    """Whether a value is a list of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _check_document_size(path: Path) -> None:
    if path.stat().st_size > JSON_ARRAY_BYTES:
        raise BadData.told("error.json.large", path=path, most=JSON_ARRAY_BYTES)


def _array(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON array, each with the line it begins in."""
    _check_document_size(path)
    with open_text(path, encoding) as file:
        text = file.read()
    decoder = strict_decoder(numbers_as_text=True)
    position, line, counted = _skip(text, text.index("[") + 1), 1, 0
    while text[position : position + 1] != "]":
        line, counted = line + text.count("\n", counted, position), position
        record, position = _element(text, position, decoder, Line(path.name, line))
        yield line, record
        position = _after_element(text, position, Line(path.name, line))
    if _skip(text, position + 1) != len(text):
        raise BadData.told("error.json.after_end", file=path.name)


def _element(text: str, position: int, decoder: json.JSONDecoder, where: Where) -> tuple[dict[str, Any], int]:
    try:
        record, end = decoder.raw_decode(text, position)
    except RecursionError as error:
        raise BadData.told("error.json.deep_element", where=where) from error
    except ValueError as error:
        problem = error.msg if isinstance(error, json.JSONDecodeError) else json_problem(error)
        raise BadData.told("error.json.element", where=where, problem=problem) from error
    if not isinstance(record, dict):
        raise BadData.told("error.json.no_element", where=where, kind=type(record).__name__)
    refuse_half_characters(record, where)
    return record, end


def _after_element(text: str, position: int, where: Where) -> int:
    """The position of the next element, or of the closing bracket."""
    position = _skip(text, position)
    following = text[position : position + 1]
    if following == "]":
        return position
    after = _skip(text, position + 1)
    if following != "," or text[after : after + 1] == "]":
        raise BadData.told("error.json.unfinished", where=where)
    return after


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _first_character(text: str) -> str:
    return text.lstrip(" \t\r\n")[:1]


def _cell(value: Any) -> Cell:
    """A JSON value as a cell: scalars as text, null as an empty cell, lists and objects as they are, of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_cell(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _cell(entry) for key, entry in value.items()}
    return str(value)
