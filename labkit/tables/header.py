"""Where a table begins in a sheet made for people: title lines above the header, a header in two rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

Line = tuple[int, list[str]]
_TITLES = 5  # lines above a header; what stands deeper is part of the table


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
        of_sheet: whether rows may differ in length and cells may be merged, as in a workbook; in a delimited file a
            line counts as a title only when it has the separators of a whole row.

    Returns:
        The header, or None when every row is blank; and the rows after it.
    """
    filled = (row for row in rows if any(cell.strip() for cell in row[1]))
    first = next(filled, None)
    titles: list[str] = []
    while first is not None and len(titles) < _TITLES and _one_cell(first[1], of_sheet):
        second = next(rows, None)
        while second is not None and not any(cell.strip() for cell in second[1]):
            second = next(rows, None)
        if second is None or _filled(second[1]) < 2:
            return Header(*first, titles=tuple(titles)), chain(() if second is None else (second,), rows)
        titles.append(next(cell for cell in first[1] if cell.strip()))
        first = second
    if first is None:
        return None, rows
    header = Header(*first, titles=tuple(titles))
    return _with_second_row(header, rows) if of_sheet else (header, rows)


def _one_cell(cells: Sequence[str], of_sheet: bool) -> bool:
    return _filled(cells) == 1 and (of_sheet or len(cells) > 1)


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
