"""Definitions of labels from a file of their own: a table, a JSON object, or a list in a text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from labkit.errors import BadData, LabkitError
from labkit.prompts.taking_apart import take_apart
from labkit.records import Definition
from labkit.tables.building import Cell, Table, column_key
from labkit.tables.confined import read_confined
from labkit.tables.decoding import check_decodes, check_file, detect_encoding, open_text
from labkit.tables.labels import as_list
from labkit.texts import Where, listed

_TEXTS = (".md", ".markdown", ".txt", "")
_TEXT_CHARACTERS = 1_000_000
_ROLES = {
    "label": "label name category class intent tag labelname 标签 类别 分类 名称 意图 类目 标签名",
    "text": "definition description meaning desc text explanation 定义 说明 描述 含义 解释 标签定义 标签说明",
    "includes": "includes include including 包括 包含 正例范围",
    "excludes": "excludes exclude excluding 不包括 不包含 排除",
    "examples": "examples example samples 例子 示例 例句 样例 举例",
}
_SHEET = [_ROLES["label"].split(), _ROLES["text"].split()]
_PARTS = re.compile(r"[\n;；]")


def read_definitions(
    path: Path, labels: Sequence[str] = (), sheet: str | None = None, encoding: str | None = None
) -> tuple[Definition, ...]:
    """Read what labels mean.

    Args:
        path: a table with a column of labels and one of definitions (optionally includes, excludes, examples); a
            .json object {label: definition}; or a .md or .txt list, such as `1. 物流：…` or `- refund: …`.
        labels: the labels of the data; they tell a list of definitions from other lists.
        sheet: of an Excel file; found by its columns when None.
        encoding: of a text file; found by its bytes when None.

    Returns:
        One definition per label, in the file's order.

    Raises:
        BadData: there are none in it, a row has no label, or a label is defined twice.
    """
    check_file(path)
    if path.suffix.lower() in _TEXTS:
        found = _from_list(read_text_file(path, encoding), labels)
    elif path.suffix.lower() == ".json" and (named := _from_object(path, encoding)):
        found = named
    else:
        found = _from_table(read_confined(path, sheet, encoding, holding=_SHEET)[0])
    if not found:
        raise BadData.told("error.definitions.none", file=path.name)
    names = [definition.label for definition in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadData.told("error.definitions.twice", file=path.name, label=twice[:60])
    return found


def read_text_file(path: Path, encoding: str | None = None) -> str:
    """The text of a prompt or of a list, whatever its encoding; BadData when it is none or too long."""
    check_file(path)
    if encoding:
        check_decodes(path, encoding)
    with open_text(path, encoding or detect_encoding(path)) as file:
        return check_length(file.read(_TEXT_CHARACTERS + 1), str(path))


def check_length(text: str, where: Where) -> str:
    """The same text; BadData when it is too long to be a prompt or a list."""
    if len(text) > _TEXT_CHARACTERS:
        raise BadData.told("error.prompt_text.long", where=where, most=_TEXT_CHARACTERS)
    return text


def _from_list(text: str, labels: Sequence[str]) -> tuple[Definition, ...]:
    """Definitions of the lists that name labels of the data; else of the list that looks like one, as in a table."""
    return take_apart(text, labels).prompt.definitions or take_apart(text).prompt.definitions


def _from_object(path: Path, encoding: str | None) -> tuple[Definition, ...]:
    """Definitions of a JSON object {label: text} or {label: {"definition": …}}; () when it has another form."""
    try:
        found = json.loads(read_text_file(path, encoding))
    except (ValueError, RecursionError, LabkitError):
        return ()
    if isinstance(found, dict) and len(found) == 1 and isinstance(inner := next(iter(found.values())), dict):
        found = inner
    if not isinstance(found, dict):
        return ()
    entries = [(label, _object_text(value)) for label, value in found.items()]
    return (
        tuple(_definition(label, text or "") for label, text in entries)
        if all(t is not None for _, t in entries)
        else ()
    )


def _object_text(value: object) -> str | None:
    if isinstance(value, dict):
        known = {column_key(str(name)): entry for name, entry in value.items()}
        value = next((known[key] for key in _ROLES["text"].split() if key in known), None)
    return value if isinstance(value, str) else None


def _from_table(table: Table) -> tuple[Definition, ...]:
    columns = {role: _column(table, words) for role, words in _ROLES.items()}
    label, text = columns["label"] or table.columns[0], columns["text"]
    if text is None and len(table.columns) == 2:
        text = next(name for name in table.columns if name != label)
    if text is None and len(table.columns) > 1:
        names = listed(map(repr, table.columns[:12]))
        raise BadData.told("error.definitions.no_column", file=table.path.name, columns=names)
    definitions = []
    for k, row in enumerate(table.rows):
        name = str(row[label]).strip()
        if not name:
            raise BadData.told("error.definitions.no_label", where=table.where(k))
        parts = {
            role: _parts(row[column]) for role in ("includes", "excludes", "examples") if (column := columns[role])
        }
        definitions.append(_definition(name, str(row[text]) if text else "", **parts))
    return tuple(definitions)


def _definition(label: str, text: str, **lists: tuple[str, ...]) -> Definition:
    """A definition in the words a prompt file can keep: one line, no heading."""
    return Definition(label.strip(), re.sub(r"^#+\s*", "", " ".join(text.split())), **lists)


def _column(table: Table, words: str) -> str | None:
    keys = {column_key(name): name for name in reversed(table.columns)}
    return next((keys[word] for word in words.split() if word in keys), None)


def _parts(cell: Cell) -> tuple[str, ...]:
    pieces = cell if isinstance(cell, list) else as_list(str(cell)) or _PARTS.split(str(cell))
    return tuple(" ".join(str(piece).split()).lstrip("-* ") for piece in pieces if str(piece).strip())
