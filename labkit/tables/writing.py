"""Tables on their way out: atomic, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.tables.atomic import replacing
from labkit.tables.formulas import safe_cell
from labkit.tables.limits import XLSX_CELL_CHARACTERS
from labkit.tables.own_files import refuse_own
from labkit.tables.workbook import escape_for_workbook
from labkit.texts import say

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")  # no reader, ours included, accepts these in a text file
_LONG_NUMBER = 10**15  # Excel keeps 15 digits of a number
_CUT = "… [cut]"
_SHEET = "labkit"


def write_jsonl(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write records as JSON Lines, atomically; characters stay as they are, so the file can be read and compared."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json.dumps(dict(record), ensure_ascii=False) + "\n")


def write_table(path: str | Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Write a table for people, atomically, in the format of its suffix.

    Text never becomes a formula: in .csv it gets an apostrophe (`safe_cell`), in .xlsx the type text. `read_table`
    gives the original back. In .csv a NUL becomes ␀; in .xlsx what XML cannot hold becomes `_xHHHH_`, as in Excel.

    Args:
        path: .csv (UTF-8 with byte order mark, which Excel needs), .xlsx or .jsonl.
        head: the column names.
        rows: cells: text, numbers, truth values or None; lists and objects are written as JSON.

    Returns:
        The cells that were cut at Excel's limit of 32,767 characters, as "row 3, column text"; to be said aloud.

    Raises:
        BadData: the suffix is none of these, or the file cannot be written.
        BadInput: a scene reads from there.
    """
    path = Path(path)
    refuse_own(path)
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx, ".jsonl": _write_lines}
    if path.suffix.lower() not in writers:
        raise BadData.told("error.file_rows.suffix", target=path.name, suffix=path.suffix)
    try:
        with replacing(path) as temporary:
            return writers[path.suffix.lower()](temporary, head, rows)
    except OSError as error:
        raise BadData.told("error.run_file.unwritable", path=path, reason=error.strerror) from error


def workbook_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The .xlsx that `write_table` would write, made without touching a disk; cells are cut as there.

    Args:
        head: the column names.
        rows: as in `write_table`.
    """
    from io import BytesIO
    from zipfile import ZIP_DEFLATED, ZipFile

    from openpyxl import Workbook

    from labkit.tables.memory_workbook import MemoryWriter

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _fill(workbook.create_sheet(_SHEET), head, rows)
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        MemoryWriter(workbook, archive).save()
    return target.getvalue()


def _write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[str, ...]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
        for cells in (head, *rows):
            writer.writerow([_csv_cell(cell) for cell in cells])
    return ()


def _csv_cell(cell: object) -> object:
    plain = _plain(cell)
    if not isinstance(plain, str):
        return plain
    return safe_cell(_UNWRITABLE.sub(lambda found: "␀" if found.group() == "\0" else "\ufffd", plain))


def _write_lines(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[str, ...]:
    write_jsonl(path, (dict(zip(head, cells, strict=True)) for cells in rows))
    return ()


def _write_xlsx(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[str, ...]:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    cut = _fill(workbook.create_sheet(_SHEET), head, rows)
    workbook.save(path)
    return cut


def _fill(sheet: Any, head: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Append head and rows to a sheet; the cells that were cut."""
    from openpyxl.cell import WriteOnlyCell

    cut: list[str] = []

    def text_cell(text: str, row: int, column: int) -> Any:
        escaped = escape_for_workbook(text)
        if len(escaped) > XLSX_CELL_CHARACTERS:
            escaped = escaped[: XLSX_CELL_CHARACTERS - len(_CUT)] + _CUT
            cut.append(say("where.cell", row=row, column=head[column]))
        cell = WriteOnlyCell(sheet, escaped)
        cell.data_type = "s"  # never a formula, never an error value
        return cell

    for row, cells in enumerate((head, *rows), 1):
        plain = [_plain(cell) for cell in cells]
        sheet.append([text_cell(c, row, k) if isinstance(c, str) else c for k, c in enumerate(plain)])
    return tuple(cut)


def _plain(cell: object) -> Any:
    """What a cell can hold whole: text, a number, a truth value or nothing; all else as JSON or text."""
    if isinstance(cell, int) and abs(cell) >= _LONG_NUMBER:
        return str(cell)
    if cell is None or isinstance(cell, str | int | float):
        return cell
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | tuple | dict) else str(cell)
