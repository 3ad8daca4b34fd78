"""The rows of several tables as one, each knowing where it stands; their ids and their posts."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.errors import BadData
from labkit.tables.building import Cell, Table
from labkit.tables.labels import as_list

_SHOWN = 5
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of one file.

    Args:
        table: the file's table.
        index: its position in it, from 0.
    """

    table: Table
    index: int

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return self.table.where(self.index)

    @property
    def cells(self) -> dict[str, Cell]:
        """Column -> cell."""
        return self.table.rows[self.index]

    def text(self, column: str | None) -> str | None:
        """A cell as text, or None when there is no such column or the cell is blank."""
        cell = self.cells.get(column, "") if column else ""
        text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
        return text if text.strip() else None


@dataclass(frozen=True, slots=True)
class RowIds:
    """The ids of all rows.

    Args:
        values: one unique id per row.
        generated: how many rows had none.
        prefixed: whether files share ids, so that each got its file's name in front.
    """

    values: tuple[str, ...]
    generated: int
    prefixed: bool


def rows_of(tables: Sequence[Table]) -> list[SourceRow]:
    """All rows of all tables, in order."""
    return [SourceRow(table, index) for table in tables for index in range(len(table.rows))]


def read_posts(rows: Sequence[SourceRow], column: str) -> list[tuple[str, ...]]:
    """The posts of every row; BadData that lists the rows with none, or with a blank one."""
    posts = [_posts(row, column) for row in rows]
    blank = [row for row, texts in zip(rows, posts, strict=True) if not texts or not all(map(_has_text, texts))]
    if blank:
        raise BadData(
            f"{len(blank)} row(s) have no text in column {column[:60]!r}: {listed(blank)}",
            "Fill or remove those rows, or name another column with --text",
        )
    return posts


def settle_ids(rows: Sequence[SourceRow], column: str | None) -> RowIds:
    """Give every row an id: its own; with its file's name in front when files share ids; else its number.

    Raises:
        BadData: one file uses an id twice; the rows are listed.
    """
    own = [row.text(column) for row in rows]
    _refuse_repeated(
        rows, [None if text is None else (id(row.table), text) for row, text in zip(rows, own, strict=True)]
    )
    given = [text for text in own if text is not None]
    prefixed = len(set(given)) < len(given)
    stems = _stems(rows)
    several = len(stems) > 1
    values = []
    for row, text in zip(rows, own, strict=True):
        prefix = f"{stems[id(row.table)]}-" if prefixed or (several and text is None) else ""
        values.append(prefix + (text if text is not None else f"row{row.index + 1:05d}"))
    _refuse_repeated(rows, [("", value) for value in values])
    return RowIds(tuple(values), len(own) - len(given), prefixed)


def listed(rows: Sequence[SourceRow]) -> str:
    """Where rows stand: the first few named, the rest counted."""
    shown = ", ".join(row.place for row in rows[:_SHOWN])
    return f"{shown} and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else shown


def _posts(row: SourceRow, column: str) -> tuple[str, ...]:
    cell = row.cells[column]
    if isinstance(cell, str) and column.strip().lower() in ("items", "posts"):
        cell = as_list(cell) or cell
    posts = [cell] if isinstance(cell, str) else cell
    if not isinstance(posts, list) or not all(isinstance(post, str) for post in posts):
        raise BadData(f"{row.place}, column {column[:60]!r}: neither a text nor a list of texts", "Choose with --text")
    return tuple(posts)


def _has_text(post: str) -> bool:
    return bool(post.translate(_INVISIBLE).strip())


def _refuse_repeated(rows: Sequence[SourceRow], keys: Sequence[tuple[object, str] | None]) -> None:
    counts = Counter(key for key in keys if key is not None)
    if not counts or counts.most_common(1)[0][1] == 1:
        return
    places: dict[tuple[object, str], list[SourceRow]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        if key is not None and counts[key] > 1:
            places[key].append(row)
    first, where = next(iter(places.items()))
    raise BadData(
        f"{len(places)} id(s) stand more than once, first {first[1][:60]!r}: {listed(where)}",
        "Make them unique, or name another column with --id",
    )


def _stems(rows: Sequence[SourceRow]) -> dict[int, str]:
    """A short name per file, different for every file."""
    tables = {id(row.table): row.table for row in rows}
    taken: Counter[str] = Counter()
    stems = {}
    for key, table in tables.items():
        stem = table.path.stem
        taken[stem] += 1
        stems[key] = stem if taken[stem] == 1 else f"{stem}.{taken[stem]}"
    return stems
