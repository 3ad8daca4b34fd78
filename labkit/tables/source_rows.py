"""The rows of several tables as one, each knowing where it stands; their ids and their posts."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.errors import BadData
from labkit.tables.building import Cell, Table
from labkit.tables.columns import are_numbered
from labkit.tables.labels import as_list
from labkit.tables.spoilt_ids import ROUNDED
from labkit.texts import Line, Phrase

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
    def place(self) -> Line:
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
        suffixed: how many rows repeated an id of their file and got a number behind it.
    """

    values: tuple[str, ...]
    generated: int
    prefixed: bool
    suffixed: int = 0


def rows_of(tables: Sequence[Table]) -> list[SourceRow]:
    """All rows of all tables, in order."""
    return [SourceRow(table, index) for table in tables for index in range(len(table.rows))]


def read_posts(rows: Sequence[SourceRow], columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The posts of every row: () where it has none, or where a list of posts holds a blank one.

    Args:
        rows: the rows.
        columns: one column of posts; or several: numbered ones hold a post each, blank ones passed over; any others
            are parts of one post, each behind its column's name.
    """
    if len(columns) == 1:
        found = [_posts(row, columns[0]) for row in rows]
        return [texts if all(map(_has_text, texts)) else () for texts in found]
    numbered = are_numbered(columns)
    found = []
    for row in rows:
        parts = [(name, text) for name in columns for text in _posts(row, name) if _has_text(text)]
        texts = tuple(text for _, text in parts)
        found.append(texts if numbered or not texts else (" ".join(f"{name}: {text}" for name, text in parts),))
    return found


def refuse_blank(rows: Sequence[SourceRow], column: str) -> None:
    """Raise BadData that lists the rows without text, if there are any."""
    if rows:
        raise BadData.told("error.rows.blank", rows=len(rows), column=column[:60], places=places_of(rows))


def settle_ids(rows: Sequence[SourceRow], column: str | None, suffix_repeated: bool = False) -> RowIds:
    """Give every row an id: its own; with its file's name in front when files share ids; else its number.

    Args:
        rows: the rows.
        column: the column of ids, if there is one.
        suffix_repeated: let an id that stands in a file again get -2, -3, … instead of refusing it.

    Raises:
        BadData: one file uses an id twice, or its ids were rounded by a spreadsheet; the rows are listed.
    """
    own = [row.text(column) for row in rows]
    refuse_rounded(rows, own)
    suffixed = _suffix_repeated(rows, own) if suffix_repeated else 0
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
    return RowIds(tuple(values), len(own) - len(given), prefixed, suffixed)


def places_of(rows: Sequence[SourceRow]) -> Phrase | list[Line]:
    """Where rows stand: the first few named, the rest counted."""
    shown = [row.place for row in rows[:_SHOWN]]
    more = len(rows) - len(shown)
    return Phrase("where.rows_more", {"shown": shown, "more": more}) if more else shown


def _posts(row: SourceRow, column: str) -> tuple[str, ...]:
    cell = row.cells[column]
    if isinstance(cell, str) and column.strip().lower() in ("items", "posts"):
        cell = as_list(cell) or cell
    posts = [cell] if isinstance(cell, str) else cell
    if not isinstance(posts, list) or not all(isinstance(post, str) for post in posts):
        raise BadData.told("error.rows.posts", where=row.place, column=column[:60])
    return tuple(posts)


def _has_text(post: str) -> bool:
    return bool(post.translate(_INVISIBLE).strip())


def refuse_rounded(rows: Sequence[SourceRow], own: Sequence[str | None]) -> None:
    """Two posts whose ids a spreadsheet made 4.9E+18 would be one: their digits must come from the source.

    Raises:
        BadData: most ids are written so.
    """
    rounded = [row for row, text in zip(rows, own, strict=True) if text and ROUNDED.fullmatch(text)]
    if len(rounded) > 0.5 * sum(text is not None for text in own):
        example = next(text for text in own if text and ROUNDED.fullmatch(text))
        raise spoilt(rounded, example)


def spoilt(rows: Sequence[SourceRow], example: str) -> BadData:
    """The error that names rows whose ids a spreadsheet rounded or cut."""
    return BadData.told("error.rows.rounded", ids=len(rows), example=example, places=places_of(rows))


def _suffix_repeated(rows: Sequence[SourceRow], own: list[str | None]) -> int:
    """Put -2, -3, … behind ids that a file used before; how many rows that were."""
    given = {(id(row.table), text) for row, text in zip(rows, own, strict=True)}
    seen: Counter[tuple[int, str]] = Counter()
    changed = 0
    for k, row in enumerate(rows):
        text, table = own[k], id(row.table)
        if text is None:
            continue
        seen[table, text] += 1
        if seen[table, text] == 1:
            continue
        while (table, f"{text}-{seen[table, text]}") in given:
            seen[table, text] += 1
        own[k] = f"{text}-{seen[table, text]}"
        given.add((table, own[k]))
        changed += 1
    return changed


def _refuse_repeated(rows: Sequence[SourceRow], keys: Sequence[tuple[object, str] | None]) -> None:
    counts = Counter(key for key in keys if key is not None)
    if not counts or counts.most_common(1)[0][1] == 1:
        return
    places: dict[tuple[object, str], list[SourceRow]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        if key is not None and counts[key] > 1:
            places[key].append(row)
    first, where = next(iter(places.items()))
    raise BadData.told("error.rows.same_ids", ids=len(places), first=first[1][:60], places=places_of(where))


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
