"""Parquet files: read in small batches, strings left in their dictionaries until they are known to be short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.tables.building import Cell, Table, TableBuilder
from labkit.tables.limits import CELL_CHARACTERS, COLUMNS

_BATCH_ROWS = 500


def read_parquet(path: Path) -> Table:
    """Read a Parquet file; numbers and times become text, lists and structs stay what they are."""
    builder = TableBuilder(path)
    line = 0
    for rows in _batches(path):
        for row in rows:
            line += 1
            builder.add_object({name: _cell(value, f"{path.name} row {line}") for name, value in row.items()}, line)
    return builder.table()


def _batches(path: Path) -> Iterator[list[dict[str, Any]]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        schema = parquet.read_schema(path)
        if len(schema.names) > COLUMNS or len(set(schema.names)) < len(schema.names):
            raise BadData(f"{path} has over {COLUMNS:,} columns, or two of one name", "Keep the ones you need")
        texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_binary(field.type)]
        with parquet.ParquetFile(path, read_dictionary=texts) as file:
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
                _check_dictionaries(batch, path)
                yield batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        problem = (str(error).splitlines() or ["damaged"])[0][:120]
        raise BadData(f"{path} cannot be read as Parquet ({problem})", "Export it again, or as CSV") from error


def _check_dictionaries(batch: Any, path: Path) -> None:
    """A value of 1 MB that 19,000 rows share is refused before it is unpacked 19,000 times."""
    import pyarrow as pa
    from pyarrow import compute

    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_dictionary(column.type) and len(column.dictionary):
            longest = compute.max(compute.binary_length(column.dictionary)).as_py() or 0
            if longest > 4 * CELL_CHARACTERS:
                raise BadData(f"{path}, column {name[:60]!r}: a cell of {longest:,} bytes", "Shorten it")


def _cell(value: Any, where: str) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))  # pandas turns whole numbers with a gap among them into floats
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return _decode(value, where)
    if isinstance(value, list):
        return [_cell(entry, where) for entry in value]
    if isinstance(value, dict):
        return {str(key): _cell(entry, where) for key, entry in value.items()}
    return str(value)


def _decode(value: bytes, where: str) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadData(f"{where}: bytes that are not UTF-8 text", "Export the column as text") from error
