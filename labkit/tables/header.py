"""Where a table begins in a sheet made for people: title lines above the header, a header in two rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile

Line = tuple[int, list[str]]
MOST_TITLES = 5  # lines above a header; what stands deeper is part of the table
_BELOW = 3  # rows below a header that are compared with it


@dataclass(frozen=True, slots=True)
class Header:
    """A table's column names.

    Args:
        line: the line they stand in.
        names: as written; "" where a column has none.
        titles: lines above that hold one cell only, such as the name of the sheet; they are no part of the table.
        two_rows: whether the names were put together from two rows of merged cells.
    """

    line: int
    names: list[str]
    titles: tuple[str, ...] = ()
    two_rows: bool = False


def take_header(rows: Iterator[Line], *, of_sheet: bool) -> tuple[Header | None, Iterator[Line]]:
    """Find the header, and give the rows that follow it.

    Args:
        rows: line number and cells of every row, from the file's start.
        of_sheet: whether rows may differ in length and cells may be merged, as in a workbook.

    Returns:
        The header, or None when every row is blank; and the rows after it.
    """
    top, filled = _top(rows)
    if not filled:
        return None, rows
    above = list(takewhile(lambda row: _filled(row[1]) == 1, filled))
    if not _are_titles(above, filled[len(above) :], of_sheet):
        above = []
    line, names = filled[len(above)]
    header = Header(line, names, tuple(next(cell for cell in cells if cell.strip()) for _, cells in above))
    after = chain((row for row in top if row[0] > line), rows)
    return _with_second_row(header, after) if of_sheet else (header, after)


def _top(rows: Iterator[Line]) -> tuple[list[Line], list[Line]]:
    """The first rows, as many as a header and what stands around it may take; and those of them that are not blank."""
    top: list[Line] = []
    filled: list[Line] = []
    while len(filled) <= MOST_TITLES + _BELOW and (row := next(rows, None)) is not None:
        top.append(row)
        if _filled(row[1]):
            filled.append(row)
    return top, filled


def _are_titles(above: Sequence[Line], table: Sequence[Line], of_sheet: bool) -> bool:
    """Whether rows of one cell are titles: the row below them is wide, and the rows below that are like it."""
    if not above or not table or len(above) > MOST_TITLES:
        return False
    names, below = table[0][1], [cells for _, cells in table[1 : 1 + _BELOW]]
    if len(above) == 1 and (of_sheet or len(above[0][1]) > 1):
        return True
    if of_sheet:
        return bool(below) and all(_filled(cells) > 1 for cells in below)
    full = len(set(names)) == len(names) == _filled(names)
    return full and bool(below) and all(len(cells) == len(names) and _filled(cells) > 1 for cells in below)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _with_second_row(header: Header, rows: Iterator[Line]) -> tuple[Header, Iterator[Line]]:
    """Names below a merged cell: a second row that fills the gaps of the first and leaves other columns empty."""
    second = next(rows, None)
    if second is None:
        return header, rows
    cells = second[1] + [""] * (len(header.names) - len(second[1]))
    names = header.names + [""] * (len(cells) - len(header.names))
    joined = [below or above for above, below in zip(names, cells, strict=True)]
    gaps = [k for k, name in enumerate(names) if not name]
    fills_gaps = bool(gaps) and all(cells[k] for k in gaps) and not all(cells)
    if fills_gaps and len(set(joined)) == len(joined):
        return Header(header.line, joined, header.titles, two_rows=True), rows
    return header, chain((second,), rows)
