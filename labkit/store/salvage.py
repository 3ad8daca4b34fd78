"""What can still be read of a damaged run database goes into a new one; the damaged one is copied and left as it is."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import JSON, Column, Table
from sqlalchemy.dialects.sqlite import insert

from labkit.errors import StoreError
from labkit.store.recording import text_sha256
from labkit.store.refusals import SAVED_BESIDE
from labkit.store.remnants import Remnant, is_whole, remnant, rows_of_another
from labkit.store.schema import (
    ANEW,
    BATCHES,
    FAILURES,
    REPLIES,
    REQUESTS,
    ROWS,
    RUNS,
    TEXTS,
    database_url,
    open_database,
)
from labkit.store.write_ahead import has_log, read_index, read_log, replay

_PORTION = 256  # rows read at once; a portion that cannot be read is halved until the damaged rows are found
_BARREN = 64  # so many portions without a row, and a table whose end cannot be read has ended
_UNREADABLE = (sqlite3.Error, UnicodeError)  # the latter when the damage stands in what SQLite says of it

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SalvagedRun:
    """One run in the new database.

    Args:
        run: its id.
        rows: how many rows it has, repeats counted.
        replies: how many of them have a reply; the others are open and can be asked again.
        missing: how many more it had, which cannot be read; without them it is a run of its own rows.
        unasked: how many more it had that were never asked, where nothing shows that they are still as they were.
    """

    run: str
    rows: int
    replies: int
    missing: int = 0
    unasked: int = 0


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved of a damaged database.

    Args:
        file: the new database.
        runs: what it holds, oldest first.
        lost: ids of runs whose header cannot be read, or none of their rows, or whose rows say something else.
    """

    file: Path
    runs: tuple[SalvagedRun, ...]
    lost: tuple[str, ...]


def salvage(source: Path, target: Path) -> Salvaged:
    """Copy every run that can be read, with every row and reply of it that can, and count what is missing.

    Args:
        source: the damaged SQLite file; what lies beside it as its write-ahead log is read too.
        target: the new database; must not exist.

    Raises:
        StoreError: there is no such file, the target exists, or nothing in the source can be read.
    """
    if not (source.is_file() or has_log(source)):
        raise StoreError.told("error.store.nothing_to_save", source=source)
    if target.exists():
        raise StoreError.told("error.store.target_exists", target=target)
    beside = target.resolve().parent  # where there must be room for as much anyway
    with TemporaryDirectory(dir=beside) as folder, closing(_open_copy(source, Path(folder))) as damaged:
        saved = _save(damaged, source, target)
    _name_index(source, target)
    return saved


def _name_index(source: Path, target: Path) -> None:
    """Note in the new database which index is the damaged one's: it may stay behind where the new one is put."""
    if (index := read_index(source)) is not None:
        with closing(sqlite3.connect(target)) as connection, connection:
            connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (SAVED_BESIDE, index.salts.hex()))


def _open_copy(source: Path, folder: Path) -> sqlite3.Connection:
    """A copy with what its log holds, behind damaged parts of it too; the original is not even opened."""
    copy = folder / "copy"
    copy.touch()
    if source.exists():
        shutil.copyfile(source, copy)
    replay(read_log(source), copy, read_index(source))
    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA writable_schema = ON")  # else nothing of a file that was cut short is read
    connection.text_factory = bytes  # damaged text is found row by row
    return connection


def _save(damaged: sqlite3.Connection, source: Path, target: Path) -> Salvaged:
    runs = {values["run"]: values for values in _readable(damaged, RUNS)}
    rows: dict[str, list[Values]] = defaultdict(list)
    for values in _readable(damaged, ROWS):
        rows[values["run"]].append(values)
    named = {*runs, *rows}
    asked = list(_readable(damaged, REQUESTS))
    texts = [text for text in _readable(damaged, TEXTS) if text_sha256(text["text"]) == text["sha256"]]
    remnants = _mend(runs, rows, _Sent(asked, texts), _row_counts(damaged))
    if not runs:
        raise StoreError.told("error.store.nothing_readable", source=source)
    kept = {(run, row["row"]) for run in runs for row in rows[run]}
    requests = [request for request in asked if (request["run"], request["row"]) in kept]
    replied = _write(damaged, target, list(runs.values()), [row for run in runs for row in rows[run]], requests, texts)
    found = [_counted(run, len(rows[run]), replied[run], runs[run]["repeats"], remnants.get(run)) for run in runs]
    return Salvaged(target, tuple(found), tuple(sorted(named - set(runs))))


def _counted(run: str, rows: int, replies: int, repeats: int, left: Remnant | None) -> SalvagedRun:
    if left is None:
        return SalvagedRun(run, rows * repeats, replies)
    return SalvagedRun(run, rows * repeats, replies, left.missing * repeats, left.unasked * repeats)


class _Sent:
    """The users' words of requests, as far as they can be read; put together only for runs that need them."""

    def __init__(self, asked: Sequence[Values], texts: Sequence[Values]) -> None:
        self._asked, self._texts = asked, texts

    @cached_property
    def _by_run(self) -> dict[str, list[Values]]:
        found: dict[str, list[Values]] = defaultdict(list)
        for request in self._asked:
            found[request["run"]].append(request)
        return found

    @cached_property
    def _text_of(self) -> dict[str, str]:
        return {text["sha256"]: text["text"] for text in self._texts}

    def of(self, run: str) -> dict[str, str]:
        """Row -> the words that were sent for it."""
        sent: dict[str, str] = {}
        for request in self._by_run.get(run, ()):
            words = ""
            with suppress(TypeError, ValueError):  # messages that say something else than roles and hashes
                words = "\n".join(
                    self._text_of.get(sha256, "") for role, sha256 in request["messages"] if role == "user"
                )
            sent[request["row"]] = words
        return sent


def _row_counts(damaged: sqlite3.Connection) -> dict[str, int]:
    """Run -> how many rows it has, by the index of the rows; empty where that cannot be read."""
    try:
        query = "SELECT run, count(*) FROM rows INDEXED BY rows_by_id GROUP BY run"
        return {run.decode(): count for run, count in damaged.execute(query).fetchall()}
    except (*_UNREADABLE, AttributeError):
        return {}


def _mend(
    runs: dict[str, Values], rows: dict[str, list[Values]], sent: _Sent, counts: Mapping[str, int]
) -> dict[str, Remnant]:
    """Leave the runs that can be saved, with the rows of each that can; what is left of those that lack some."""
    remnants: dict[str, Remnant] = {}
    whole = {run: values for run, values in runs.items() if is_whole(values, rows[run])}
    for run in [run for run in runs if run not in whole]:
        rows_there = rows_of_another(runs[run], whole, rows)
        if rows_there and is_whole(runs[run], rows_there):
            rows[run] = rows_there
        elif found := remnant(runs[run], rows[run], sent.of(run), counts.get(run)):
            runs[run], rows[run], remnants[run] = found.run, found.rows, found
        else:
            del runs[run]
    return remnants


def _write(
    damaged: sqlite3.Connection,
    target: Path,
    runs: list[Values],
    rows: list[Values],
    requests: list[Values],
    texts: list[Values],
) -> Counter[str]:
    """Write a new database, all of it or nothing; how many rows of each run have a reply."""
    asked = {request["id"]: (request["run"], request["row"], request["repeat"]) for request in requests}
    known = {text["sha256"] for text in texts}
    for request in requests:  # its content is still known by its hash
        if not all(sha256 in known for _, sha256 in request["messages"]):
            request["messages"] = []
    replies = [reply for reply in _readable(damaged, REPLIES) if reply["request"] in asked]
    failures = [failure for failure in _readable(damaged, FAILURES) if failure["request"] in asked]
    whole = {run["run"] for run in runs}
    batches, anew = ([kept for kept in _readable(damaged, table) if kept["run"] in whole] for table in (BATCHES, ANEW))
    engine = open_database(database_url(target))
    with engine.execution_options(writing=True).begin() as connection:
        for table, values in (
            *((RUNS, runs), (ROWS, rows), (TEXTS, texts), (BATCHES, batches), (ANEW, anew)),
            *((REQUESTS, requests), (REPLIES, replies), (FAILURES, failures)),
        ):
            if values:
                connection.execute(insert(table).on_conflict_do_nothing(), values)
    engine.dispose()
    return Counter(run for run, _, _ in {asked[reply["request"]] for reply in replies})


def _readable(connection: sqlite3.Connection, table: Table) -> Iterator[Values]:
    """The rows of a table that can be read and make sense, in the order in which they were written."""
    try:
        present = {name.decode() for _, name, *_ in connection.execute(f"PRAGMA table_info({table.name})")}
    except _UNREADABLE:
        return
    columns = [column for column in table.columns if column.name in present]
    query = f"SELECT {', '.join(column.name for column in columns)} FROM {table.name} NOT INDEXED"  # noqa: S608
    for stored in _portions(connection, table, query) if columns else ():
        if (values := _values(columns, stored)) is not None:
            yield {column.name: _default(column) for column in table.columns} | values


def _portions(connection: sqlite3.Connection, table: Table, query: str) -> Iterator[tuple[Any, ...]]:
    """Portion by portion up to the last row, or as long as portions bring something where that cannot be read."""
    try:
        last = connection.execute(f"SELECT max(rowid) FROM {table.name}").fetchone()[0] or 0  # noqa: S608
    except _UNREADABLE:
        last = None
    first, barren = 1, 0
    while first <= last if last is not None else barren < _BARREN:
        found = _between(connection, query, first, first + _PORTION - 1)
        barren = 0 if found else barren + 1
        first += _PORTION
        yield from found


def _between(connection: sqlite3.Connection, query: str, first: int, last: int) -> list[tuple[Any, ...]]:
    """Rows with numbers from first to last, as far as they can be read."""
    try:
        if first == last:  # a range would look at the next row too, which may be the one that cannot be read
            return connection.execute(f"{query} WHERE rowid = ?", (first,)).fetchall()
        return connection.execute(f"{query} WHERE rowid BETWEEN ? AND ?", (first, last)).fetchall()
    except _UNREADABLE:
        if first == last:
            return []
    middle = (first + last) // 2
    return [*_between(connection, query, first, middle), *_between(connection, query, middle + 1, last)]


def _values(columns: Sequence[Column[Any]], stored: Sequence[Any]) -> Values | None:
    """A row as Python values, or None when a value is not what its column holds."""
    try:
        return {column.name: _value(column, value) for column, value in zip(columns, stored, strict=True)}
    except ValueError:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        return None


def _value(column: Column[Any], stored: Any) -> Any:
    wanted = column.type.python_type
    if stored is None and column.nullable:
        return None
    if isinstance(column.type, JSON) and isinstance(stored, bytes):
        return json.loads(stored)
    if wanted is str and isinstance(stored, bytes):
        return stored.decode()
    if wanted is bool and stored in (0, 1):
        return bool(stored)
    if isinstance(stored, wanted) or (wanted is float and isinstance(stored, int)):
        return stored
    raise ValueError(f"{column.name} holds {type(stored).__name__}")


def _default(column: Column[Any]) -> Any:
    """What a column holds in a database of before there was such a column."""
    default: Any = column.server_default
    if default is None:
        return None
    return str(default.arg) == "true" if column.type.python_type is bool else column.type.python_type(default.arg)
