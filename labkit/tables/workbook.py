"""Excel workbooks: sizes checked before anything is unpacked, every cell as text, nothing rounded."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from labkit.errors import BadData, LabkitError, UnknownName
from labkit.tables.building import Table, TableBuilder, column_key
from labkit.tables.header import take_header
from labkit.tables.limits import XLSX_RATIO, XLSX_ROWS, XLSX_UNPACKED_BYTES
from labkit.tables.unworked import refuse_unworked
from labkit.texts import Line, listed

_LOOKED_AT = 200  # rows of each sheet that are counted to find the one that is meant
_AHEAD = 3  # a sheet with so many times the rows of every other is it
_TOP_ROWS = 8  # where a header stands

_SAFE_NUMBER = 1e15  # Excel keeps 15 digits; a longer whole number that it wrote as 1.23E+18 has lost the rest
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")  # ECMA-376 ST_Xstring: how a workbook holds what XML cannot
_NEEDS_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def read_workbook(path: Path, sheet: str | None, holding: Sequence[Sequence[str]] = ()) -> Table:
    """Read one sheet of an .xlsx file.

    Args:
        path: the file; formulas count with the value Excel stored beside them.
        sheet: its name. When None and several visible sheets hold cells: the only one that has the columns `holding`,
            else the one with by far the most rows.
        holding: columns that tell the sheet, each as its possible names, folded by `column_key`.

    Raises:
        BadData: the file cannot be read, it is not clear which sheet is meant, or nothing has worked out its formulas.
        UnknownName: there is no such sheet.
    """
    check_workbook_size(path)
    builder = TableBuilder(path)
    header, rows = take_header(_rows(path, sheet, holding, builder), of_sheet=True)
    if header:
        builder.set_header(header.names, header.line, header.titles)
    for line, cells in rows:
        builder.add_cells(cells + [""] * (len(header.names) - len(cells)) if header else cells, line)
    return builder.table()


def check_workbook_size(path: Path) -> None:
    """Raise BadData unless the file is a ZIP whose members are of bearable declared size and ratio.

    Python's zipfile never unpacks more of a member than it declares, so what is declared can be relied on.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadData.told("error.workbook.none", path=path) from error
    unpacked = sum(member.file_size for member in members)
    if unpacked > XLSX_UNPACKED_BYTES:
        raise BadData.told("error.workbook.large", path=path, unpacked=unpacked)
    for member in members:
        if member.file_size > max(1_000_000, XLSX_RATIO * member.compress_size):
            ratio = member.file_size // max(1, member.compress_size)
            raise BadData.told("error.workbook.ratio", path=path, ratio=ratio)


def escape_for_workbook(text: str) -> str:
    """Write characters that XML cannot hold as `_xHHHH_`, as Excel does, and a literal `_xHHHH_` as `_x005F_xHHHH_`."""
    return _NEEDS_ESCAPE.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def _rows(
    path: Path, sheet: str | None, holding: Sequence[Sequence[str]], builder: TableBuilder
) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of every row, empty cells at the end left off."""
    from openpyxl import load_workbook

    try:
        workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        worksheet = _sheet(path, workbook.worksheets, sheet, holding)
        builder.name_sheet(worksheet.title, [other.title for other in workbook.worksheets if other is not worksheet])
        refuse_unworked(path, lambda: worksheet._get_source())
        worksheet.reset_dimensions()
        for number, row in enumerate(worksheet.iter_rows(), 1):
            if number > XLSX_ROWS:
                raise BadData.told("error.workbook.rows", path=path, most=XLSX_ROWS)
            cells = [_text(path, number, cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells
        workbook.close()
    except (LabkitError, MemoryError):
        raise
    except Exception as error:  # a damaged workbook makes openpyxl and its XML parser raise anything
        problem = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise BadData.told("error.workbook.unreadable", path=path, problem=problem) from error


def _sheet(path: Path, sheets: list[Any], wanted: str | None, holding: Sequence[Sequence[str]]) -> Any:
    names = [sheet.title for sheet in sheets]
    if wanted is not None:
        if wanted not in names:
            raise UnknownName("sheet of", wanted, names, where=path.name)
        return sheets[names.index(wanted)]
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    return visible[0] if len(visible) == 1 else _surest_sheet(path, visible, holding)


def _surest_sheet(path: Path, sheets: list[Any], holding: Sequence[Sequence[str]]) -> Any:
    """The only sheet with the columns looked for, else the one far ahead in rows."""
    sizes = sorted(((size, k) for k, sheet in enumerate(sheets) if (size := _filled_rows(sheet))), reverse=True)
    if not sizes:
        raise BadData.told("error.workbook.no_sheet", path=path)
    fitting = [k for _, k in sizes if holding and _holds(sheets[k], holding)]
    if len(fitting) == 1:
        return sheets[fitting[0]]
    if len(sizes) > 1 and sizes[0][0] < _AHEAD * sizes[1][0]:
        names = listed(repr(sheets[k].title) for k in sorted(k for _, k in sizes)[:12])
        raise BadData.told("error.workbook.sheets", file=path.name, sheets=len(sizes), names=names)
    return sheets[sizes[0][1]]


def _filled_rows(sheet: Any) -> int:
    """How many of a sheet's first rows hold something."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=_LOOKED_AT, values_only=True)
    return sum(any(value is not None for value in row) for row in rows)


def _holds(sheet: Any, columns: Sequence[Sequence[str]]) -> bool:
    """Whether one of a sheet's top rows names all these columns."""
    sheet.reset_dimensions()
    tops = ({column_key(str(value)) for value in row} for row in sheet.iter_rows(max_row=_TOP_ROWS, values_only=True))
    return any(all(set(names) & top for names in columns) for top in tops)


def _text(path: Path, line: int, cell: Any) -> str:
    """One cell as text, as its author would type it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        if cell.data_type == "e":
            raise BadData.told("error.workbook.error", where=Line(path.name, line), value=value)
        return _unescape(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def _number(value: float, shown_as: str) -> str:
    """A number as text: 7 instead of 7.0, 00123 where the format shows leading zeros.

    A long number that Excel has rounded stays 1.23E+18: its digits are gone, and an id of that form is refused.
    """
    if isinstance(value, float) and value.is_integer():
        if abs(value) >= _SAFE_NUMBER:
            return f"{value!r}".upper()
        value = int(value)
    text = str(value)
    return text.zfill(len(shown_as)) if shown_as and set(shown_as) == {"0"} else text
