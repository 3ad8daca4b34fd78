"""Labels in a table: one cell with a separator, a list, or several columns."""

from __future__ import annotations

import ast
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from labkit.errors import BadData
from labkit.tables.building import Cell
from labkit.texts import Where

SEPARATORS = (";", "；", "|", "、", "，", ",", "/")
YES = frozenset({"1", "1.0", "true", "t", "yes", "y", "是", "有", "对", "√", "✓", "✔"})
NO = frozenset({"0", "0.0", "false", "f", "no", "n", "否", "无", "不是", "×", "✗", "✘"})
_LABEL_CHARACTERS = 200
_OPEN, _CLOSE = ("[", "(", "{", "set("), ("]", ")", "}")  # of lists, tuples and sets


def read_flags(row: Mapping[str, Cell], names: Sequence[str], where: Where) -> tuple[str, ...] | None:
    """The names of the 0/1 columns that say yes; None when all are empty.

    Args:
        row: column -> cell.
        names: the columns; an empty cell beside a filled one says no.
        where: file and line, for errors.

    Raises:
        BadData: a cell that says neither yes nor no.
    """
    cells = {name: str(row[name]).strip().lower() for name in names}
    for name, cell in cells.items():
        if cell not in YES | NO | {""}:
            raise BadData.told("error.labels.flag", where=where, column=name[:60], cell=cell[:40])
    return tuple(name for name in names if cells[name] in YES) if any(cells.values()) else None


def read_cells(
    row: Mapping[str, Cell], names: Sequence[str], separator: str | None, where: Where
) -> tuple[str, ...] | None:
    """The labels in one or several cells, as written (outer spaces included), each once.

    Args:
        row: column -> cell.
        names: the label columns.
        separator: what parts several labels in a cell; None when a cell is one label.
        where: file and line, for errors.

    Returns:
        The labels; () for an empty list; None when every cell is empty.

    Raises:
        BadData: a label that is no text, too long, or holds a line break.
    """
    cells = [cell for name in names if (cell := row[name]) == [] or (cell and str(cell).strip())]
    if not cells:
        return None
    found = [label for cell in cells for label in _parts(cell, separator, where)]
    for label in found:
        if len(label) > _LABEL_CHARACTERS or any(unicodedata.category(ch) in ("Cc", "Zl", "Zp") for ch in label):
            raise BadData.told("error.labels.long", where=where, label=label[:40])
    return tuple(dict.fromkeys(found))


def guess_separator(cells: Iterable[Cell]) -> str | None:
    """What parts several labels in a cell, or None when each cell is one label.

    A semicolon always does. Another mark does only when parting makes fewer names than there were cells, so that a
    label called 退款/退货 stays whole.
    """
    texts = {cell for cell in cells if isinstance(cell, str) and cell and as_list(cell) is None}
    for mark in SEPARATORS:
        if not any(mark in text for text in texts):
            continue
        names = {part.strip() for text in texts for part in text.split(mark)}
        if mark in ";；" or len(names) < len(texts):
            return mark
    return None


def as_list(text: str) -> list[str] | None:
    """A list written into a cell, as JSON or as Python prints one, a tuple or a set; None when the cell is none."""
    text = text.strip()
    if not text.startswith(_OPEN) or not text.endswith(_CLOSE) or len(text) > 20_000:
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list | tuple | set) and all(isinstance(entry, str) for entry in value):
            return sorted(value) if isinstance(value, set) else list(value)
    return None


def tidy(labels: Iterable[tuple[str, ...] | None]) -> tuple[list[tuple[str, ...] | None], dict[str, int]]:
    """Take outer spaces off every label: no reply could ever name `物流 `.

    Returns:
        The labels, each once a row; and how many rows held each name that had such spaces.
    """
    tidied: list[tuple[str, ...] | None] = []
    stripped: Counter[str] = Counter()
    for row in labels:
        stripped.update(label for label in row or () if label != label.strip())
        names = None if row is None else tuple(dict.fromkeys(label.strip() for label in row if label.strip()))
        tidied.append(names)
    return tidied, dict(stripped)


def near_equal(labels: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of labels that differ only in case, width, spaces, invisible characters or punctuation marks.

    Simplified against traditional characters, and synonyms, would take a dictionary: they are not looked for.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for label in labels:
        groups[fold_label(label)].append(label)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def fold_label(label: str) -> str:
    """A label without what near-equal names differ in; `+`, `#` and the marks of a name without letters count."""
    folded = unicodedata.normalize("NFKC", label).casefold()
    kept = "".join(ch for ch in folded if ch.isalnum() or ch in "+#")
    return kept if any(ch.isalpha() for ch in kept) else "".join(folded.split())


def merge_near_equal(gold: Iterable[tuple[str, ...] | None]) -> tuple[list[tuple[str, ...] | None], dict[str, str]]:
    """Give labels that look alike one name: the one most rows carry, the earlier one when even.

    Returns:
        The labels, each once a row; and each name that went -> the name it got.
    """
    rows = list(gold)
    counts = Counter(label for row in rows for label in row or ())
    renamed = {
        label: max(group, key=lambda name: counts[name])
        for group in near_equal(counts)
        for label in group
        if label != max(group, key=lambda name: counts[name])
    }
    merged = [None if row is None else tuple(dict.fromkeys(renamed.get(name, name) for name in row)) for row in rows]
    return merged, renamed


def _parts(cell: Cell, separator: str | None, where: Where) -> Iterator[str]:
    if isinstance(cell, dict):
        raise BadData.told("error.labels.object", where=where)
    listed = as_list(cell) if isinstance(cell, str) else cell
    if listed is not None:
        for entry in listed:
            if not isinstance(entry, str):
                raise BadData.told("error.labels.nested", where=where)
            yield entry
    elif isinstance(cell, str):
        yield from (part for part in (cell.split(separator) if separator else [cell]) if part.strip())
