"""A table in the making: header checked, rows squared, limits kept, whatever the file's format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from labkit.errors import BadData
from labkit.tables.limits import CELL_CHARACTERS, COLUMNS, ROWS, TOTAL_CHARACTERS

Cell: TypeAlias = "str | list[Any] | dict[str, Any]"


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows as text.

    Args:
        path: the file.
        columns: the header, in the file's order.
        rows: column -> cell, every column present. Cells are text exactly as written; an empty one is "". Lists and
            objects of JSON and Parquet stay lists and objects, of text.
        lines: the line each row begins in (JSON array: of its object; Excel and Parquet: the row's number).
        encoding: the codec it was read with; None for Excel and Parquet.
        blank_rows: rows without any cell, which are passed over.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...]
    lines: tuple[int, ...]
    encoding: str | None = None
    blank_rows: int = 0

    def where(self, row: int) -> str:
        """File and line of a row (an index into `rows`), for messages."""
        return f"{self.path.name} line {self.lines[row]}"


class TableBuilder:
    """Collects rows and refuses what a table must not hold.

    Args:
        path: the file, for messages.
        encoding: passed on to the table.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self._path, self._encoding = path, encoding
        self._columns: dict[str, None] = {}
        self._rows: list[dict[str, Cell]] = []
        self._lines: list[int] = []
        self._blank_rows = 0
        self._characters = 0

    def set_header(self, names: Sequence[str], line: int) -> None:
        """Take the column names; BadData when one is empty or stands twice, or when there are too many."""
        where = f"{self._path.name} line {line}"
        self._check_number_of_columns(len(names), line)
        for position, name in enumerate(map(str.strip, names), 1):
            if not name:
                raise BadData(f"{where}: column {position} has no name", "Name every column in the first row")
            if name in self._columns:
                raise BadData(f"{where}: two columns are called {name[:60]!r}", "Rename one")
            self._check_cell(name, name, line)
            self._columns[name] = None

    def add_cells(self, cells: Sequence[Cell], line: int) -> None:
        """Add a row given as cells under the header; BadData when their number differs from the header's."""
        if not any(cells):
            self._blank_rows += 1
            return
        if len(cells) != len(self._columns):
            raise BadData(
                f"{self._path.name} line {line}: {len(cells)} cells under {len(self._columns)} columns",
                "Give every row as many cells as the header; quote cells that hold a separator",
            )
        self._add(dict(zip(self._columns, cells, strict=True)), line)

    def add_object(self, cells: Mapping[str, Cell], line: int) -> None:
        """Add a row given as an object; its keys may be new columns."""
        for name in cells:
            if not name.strip():
                raise BadData(f"{self._path.name} line {line}: a field without a name", "Name it")
            self._columns.setdefault(name)
        self._check_number_of_columns(len(self._columns), line)
        if any(cells.values()):
            self._add(dict(cells), line)
        else:
            self._blank_rows += 1

    def table(self) -> Table:
        """The finished table; BadData when it has no row."""
        if not self._columns:
            raise BadData(f"{self._path} holds no table", "It needs a header and at least one row")
        if not self._rows:
            raise BadData(f"{self._path} has a header and no row", "Export it again, with its rows")
        rows = tuple({name: row.get(name, "") for name in self._columns} for row in self._rows)
        return Table(self._path, tuple(self._columns), rows, tuple(self._lines), self._encoding, self._blank_rows)

    def _add(self, row: dict[str, Cell], line: int) -> None:
        if len(self._rows) >= ROWS:
            raise BadData(f"{self._path.name} line {line}: more than {ROWS:,} rows", "Split the file")
        for name, cell in row.items():
            self._check_cell(name, cell, line)
        self._rows.append(row)
        self._lines.append(line)

    def _check_number_of_columns(self, number: int, line: int) -> None:
        if number > COLUMNS:
            raise BadData(f"{self._path.name} line {line}: more than {COLUMNS:,} columns", "Keep the ones you need")

    def _check_cell(self, name: str, cell: Cell, line: int) -> None:
        size = len(cell) if isinstance(cell, str) else len(str(cell))
        self._characters += size
        where = f"{self._path.name} line {line}"
        if size > CELL_CHARACTERS:
            raise BadData(
                f"{where}, column {name[:60]!r}: a cell of {size:,} characters, more than {CELL_CHARACTERS:,}",
                "Shorten it, or close the quote if one stays open",
            )
        if self._characters > TOTAL_CHARACTERS:
            raise BadData(f"{where}: more than {TOTAL_CHARACTERS:,} characters so far", "Split the file")
