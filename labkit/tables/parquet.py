"""Parquet and Arrow: read in small batches, strings left in their dictionaries until they are known to be short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.tables.building import Cell, Table, TableBuilder
from labkit.tables.features import class_names_of_schema, named
from labkit.tables.limits import CELL_CHARACTERS, COLUMNS
from labkit.texts import Line

_BATCH_ROWS = 500


def read_parquet(path: Path) -> Table:
    """Read a Parquet file; numbers and times become text, lists and structs stay what they are."""
    return _table(path, _parquet_batches(path))


def read_arrow(path: Path) -> Table:
    """Read an Arrow file (stream or file format), as `datasets` keeps its rows."""
    return _table(path, _arrow_batches(path))


def _table(path: Path, batches: Iterator[Any]) -> Table:
    builder = TableBuilder(path)
    line, name_of_file = 0, path.name
    for batch in batches:
        names = class_names_of_schema(batch.schema.metadata)
        for row in batch.to_pylist():
            line += 1
            where = Line(name_of_file, line, "where.file_row")
            cells = {name: _cell(value, where) for name, value in row.items()}
            cells.update({name: named(cells[name], classes, where) for name, classes in names.items() if name in cells})
            builder.add_object(cells, line)
    return builder.table()


def _arrow_batches(path: Path) -> Iterator[Any]:
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as source:
            is_file = source.read(6) == b"ARROW1"
            source.seek(0)
            reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
            _check_columns(reader.schema, path)
            read = (reader.get_batch(k) for k in range(reader.num_record_batches)) if is_file else reader
            for batch in read:
                for start in range(0, batch.num_rows, _BATCH_ROWS):
                    part = batch.slice(start, _BATCH_ROWS)
                    _check_dictionaries(part, path)
                    yield part
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, "Arrow", error) from error


def _check_columns(schema: Any, path: Path) -> None:
    if len(schema.names) > COLUMNS or len(set(schema.names)) < len(schema.names):
        raise BadData.told("error.parquet.columns", path=path, most=COLUMNS)


def _unreadable(path: Path, what: str, error: Exception) -> BadData:
    problem = (str(error).splitlines() or ["damaged"])[0][:120]
    return BadData.told("error.parquet.unreadable", path=path, form=what, problem=problem)


def _parquet_batches(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        schema = parquet.read_schema(path)
        _check_columns(schema, path)
        texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_binary(field.type)]
        with parquet.ParquetFile(path, read_dictionary=texts) as file:
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
                _check_dictionaries(batch, path)
                yield batch.replace_schema_metadata(schema.metadata)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, "Parquet", error) from error


def _check_dictionaries(batch: Any, path: Path) -> None:
    """A value of 1 MB that 19,000 rows share is refused before it is unpacked 19,000 times."""
    import pyarrow as pa
    from pyarrow import compute

    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_dictionary(column.type) and len(column.dictionary):
            longest = compute.max(compute.binary_length(column.dictionary)).as_py() or 0
            if longest > 4 * CELL_CHARACTERS:
                raise BadData.told("error.parquet.cell", path=path, column=name[:60], size=longest)


def _cell(value: Any, where: Line) -> Cell:
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


def _decode(value: bytes, where: Line) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadData.told("error.parquet.bytes", where=where) from error
