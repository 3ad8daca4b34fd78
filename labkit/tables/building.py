"""A table in the making: header checked, rows squared, limits kept, whatever the file's format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from labkit.errors import BadData
from labkit.tables.limits import CELL_CHARACTERS, COLUMNS, ROWS, TOTAL_CHARACTERS
from labkit.texts import Line

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
        titles: lines above the header, which are passed over.
        sheet: the Excel sheet that was read, where there are several.
        other_sheets: those that were not.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...]
    lines: tuple[int, ...]
    encoding: str | None = None
    blank_rows: int = 0
    titles: tuple[str, ...] = field(default=())
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()

    def where(self, row: int) -> Line:
        """File and line of a row (an index into `rows`), for messages."""
        return Line(self.path.name, self.lines[row])


def column_key(name: str) -> str:
    """A column's name for comparing: `Created_At`, `created-at` and `created at` are one."""
    return re.sub(r"[\s_\-.]+", "", unicodedata.normalize("NFKC", name).lower())


class TableBuilder:
    """Collects rows and refuses what a table must not hold.

    Args:
        path: the file, for messages.
        encoding: passed on to the table.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self._path, self._encoding = path, encoding
        self._columns: dict[str, None] = {}
        self._places: list[str | None] = []  # the column name of each cell of a row; None has no name
        self._header_line = 1
        self._titles: tuple[str, ...] = ()
        self._sheets: tuple[str | None, tuple[str, ...]] = (None, ())
        self._rows: list[dict[str, Cell]] = []
        self._lines: list[int] = []
        self._blank_rows = 0
        self._characters = 0

    def set_header(self, names: Sequence[str], line: int, titles: Sequence[str] = ()) -> None:
        """Take the column names; BadData when one stands twice, or when there are too many.

        A column without a name may stand there as long as it is empty; the first one is called `index`, since pandas
        writes its row numbers so.
        """
        self._header_line, self._titles = line, tuple(titles)
        self._check_number_of_columns(len(names), line)
        if not any(map(str.strip, names)):
            raise self._without_name(0)
        for position, name in enumerate(map(str.strip, names)):
            called = name or ("index" if position == 0 and "index" not in names else None)
            if called in self._columns:
                raise BadData.told("error.table.same_names", where=self._at(line), name=name[:60])
            self._places.append(called)
            if called:
                self._check_cell(called, called, line)
                self._columns[called] = None

    def name_sheet(self, name: str, others: Sequence[str]) -> None:
        """Say which sheet of a workbook the rows come from, when it has others."""
        self._sheets = (name if others else None, tuple(others))

    def add_cells(self, cells: Sequence[Cell], line: int) -> None:
        """Add a row given as cells under the header; BadData when their number differs from the header's."""
        if not any(cells):
            self._blank_rows += 1
            return
        if len(cells) != len(self._places):
            raise self._ragged(len(cells), line)
        for position, cell in enumerate(cells):
            if cell and self._places[position] is None:
                raise self._without_name(position)
        self._add({name: cell for name, cell in zip(self._places, cells, strict=True) if name}, line)

    def add_object(self, cells: Mapping[str, Cell], line: int) -> None:
        """Add a row given as an object; its keys may be new columns."""
        for name in cells:
            if not name.strip():
                raise BadData.told("error.table.nameless_field", where=self._at(line))
            self._columns.setdefault(name)
        self._check_number_of_columns(len(self._columns), line)
        if any(cells.values()):
            self._add(dict(cells), line)
        else:
            self._blank_rows += 1

    def table(self) -> Table:
        """The finished table; BadData when it has no row."""
        if not self._columns:
            raise BadData.told("error.table.none", path=self._path)
        if not self._rows:
            raise BadData.told("error.table.no_row", path=self._path)
        rows = tuple({name: row.get(name, "") for name in self._columns} for row in self._rows)
        read = (self._encoding, self._blank_rows, self._titles, *self._sheets)
        return Table(self._path, tuple(self._columns), rows, tuple(self._lines), *read)

    def _at(self, line: int) -> Line:
        return Line(self._path.name, line)

    def _ragged(self, cells: int, line: int) -> BadData:
        return BadData.told(
            "error.table.one_column" if len(self._places) == 1 else "error.table.ragged",
            where=self._at(line),
            cells=cells,
            columns=len(self._places),
            line=line,
        )

    def _without_name(self, position: int) -> BadData:
        return BadData.told("error.table.nameless_column", where=self._at(self._header_line), column=position + 1)

    def _add(self, row: dict[str, Cell], line: int) -> None:
        if len(self._rows) >= ROWS:
            raise BadData.told("error.table.rows", where=self._at(line), most=ROWS)
        for name, cell in row.items():
            self._check_cell(name, cell, line)
        self._rows.append(row)
        self._lines.append(line)

    def _check_number_of_columns(self, number: int, line: int) -> None:
        if number > COLUMNS:
            raise BadData.told("error.table.columns", where=self._at(line), most=COLUMNS)

    def _check_cell(self, name: str, cell: Cell, line: int) -> None:
        size = len(cell) if isinstance(cell, str) else len(str(cell))
        self._characters += size
        if size > CELL_CHARACTERS:
            raise BadData.told(
                "error.table.cell", where=self._at(line), column=name[:60], size=size, most=CELL_CHARACTERS
            )
        if self._characters > TOTAL_CHARACTERS:
            raise BadData.told("error.table.characters", where=self._at(line), most=TOTAL_CHARACTERS)
