"""One door for every kind of table: the suffix names the format, everything inside is text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labkit.errors import BadData
from labkit.tables.building import Table
from labkit.tables.decoding import check_decodes, check_file, detect_encoding
from labkit.tables.delimited import read_delimited
from labkit.tables.hub_folder import read_dataset_folder
from labkit.tables.json_tables import read_json
from labkit.tables.parquet import read_arrow, read_parquet
from labkit.tables.workbook import read_workbook

_TEXT_READERS = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".json": read_json,
    ".jsonl": read_json,
    ".ndjson": read_json,
}
_MACROS = (".xlsm", ".xlsb", ".xltm", ".xlam")


def read_tables(
    path: str | Path, sheet: str | None = None, encoding: str | None = None, holding: Sequence[Sequence[str]] = ()
) -> tuple[Table, ...]:
    """Read a file, or every table of a Hugging Face dataset folder; see `read_table` and `read_dataset_folder`."""
    path = Path(path)
    return read_dataset_folder(path) if path.is_dir() else (read_table(path, sheet, encoding, holding),)


def read_table(
    path: str | Path, sheet: str | None = None, encoding: str | None = None, holding: Sequence[Sequence[str]] = ()
) -> Table:
    """Read a table; every cell is text exactly as written: ids of 19 digits, 00123, and labels called None, NA or null.

    Args:
        path: a .csv, .tsv, .json (array or lines), .jsonl, .xlsx, .parquet or .arrow file.
        sheet: an Excel sheet's name; needed when several hold cells and none stands out.
        encoding: of a text file; by default its byte order mark, else UTF-8, else GB18030.
        holding: columns that tell an Excel sheet; see `read_workbook`.

    Returns:
        The table, with the line of every row.

    Raises:
        BadData: the file cannot be read, in part or whole; file, line and fix are named, and nothing is dropped.
        UnknownName: there is no such sheet.
    """
    path = Path(path)
    check_file(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return read_workbook(path, sheet, holding)
    if suffix == ".parquet":
        return read_parquet(path)
    if suffix == ".arrow":
        return read_arrow(path)
    if suffix not in _TEXT_READERS:
        known = ", ".join([*_TEXT_READERS, ".xlsx", ".parquet"])
        if suffix in _MACROS:
            raise BadData.told("error.table.macros", file=path.name)
        raise BadData.told("error.table.suffix", file=path.name, suffix=suffix, known=known)
    if encoding:
        check_decodes(path, encoding)
    return _TEXT_READERS[suffix](path, encoding or detect_encoding(path))
