"""CSV and TSV: Python's csv reader in strict mode, line by line, nothing converted."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice
from pathlib import Path

from labkit.errors import BadData
from labkit.tables.building import Table, TableBuilder
from labkit.tables.decoding import open_text, short_lines
from labkit.tables.formulas import original_cell
from labkit.tables.header import MOST_TITLES, take_header
from labkit.tables.limits import CELL_CHARACTERS
from labkit.texts import Line

_ROWS_BELOW = 3  # rows that show what parts a table whose first line is a title
_SEPARATORS = (",", "\t", ";", "|")


def read_delimited(path: Path, encoding: str) -> Table:
    """Read a CSV or TSV file; its encoding was checked.

    The separator is a tab for .tsv; else the first of comma, tab, semicolon and bar that stands in the first line, or
    that parts what stands below title lines into a table.
    """
    builder = TableBuilder(path, encoding)
    separator = "\t" if path.suffix.lower() == ".tsv" else _separator_of(path, encoding)
    header, records = take_header(_records(path, encoding, separator), of_sheet=False)
    if header:
        builder.set_header(header.names, header.line, header.titles)
    for line, cells in records:
        builder.add_cells([original_cell(cell) for cell in cells], line)
    return builder.table()


def _separator_of(path: Path, encoding: str) -> str:
    with open_text(path, encoding) as file:
        filled = (line for line in short_lines(file, path.name) if line.strip())
        lines = list(islice(filled, MOST_TITLES + 1 + _ROWS_BELOW))
    first = next((separator for separator in _SEPARATORS if lines and separator in lines[0]), "")
    return first or next((separator for separator in _SEPARATORS if _parts_a_table(lines, separator)), ",")


def _parts_a_table(lines: Sequence[str], separator: str) -> bool:
    """Whether below lines of one cell there are column names, and rows as wide as these."""
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return False
    names, *below = dropwhile(lambda row: len(row) == 1, rows) if any(len(row) > 1 for row in rows) else [[]]
    named = len(set(names)) == len(names) and all(name.strip() for name in names)
    return named and len(below) >= _ROWS_BELOW - 1 and all(len(row) == len(names) for row in below)


def _records(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line it begins in; a record may run over several lines inside quotes."""
    with open_text(path, encoding) as file:
        reader = csv.reader(short_lines(file, path.name), delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadData.told(_problem(error), where=Line(path.name, line), most=CELL_CHARACTERS) from error
            yield line, cells


def _problem(error: csv.Error) -> str:
    """The key of the words for what csv says."""
    said = str(error)
    if "unexpected end of data" in said:
        return "error.delimited.open_quote"
    if "field larger" in said:
        return "error.delimited.cell"
    if "expected after" in said:
        return "error.delimited.after_quote"
    return "error.delimited.line_break"
