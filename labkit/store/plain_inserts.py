"""Inserts as the database's driver takes them: the engine writes a few rows into four tables, again and again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, Any]
_MOST_ROWS = 250  # in one statement; with a dozen columns far below SQLite's limit of 32,766 values


class PlainInsert:
    """An insert into a table, its words and the treatment of its values worked out once.

    SQLAlchemy does both anew for each execution, which costs more than what SQLite then does, and so does what it keeps
    of each execution; SQLite's driver is therefore asked itself, and its own errors come out. It lets go
    of the interpreter for each execution and must win it back from the threads that ask, so one statement takes many
    rows; psycopg sends those of one `executemany` down the line together anyway.

    Args:
        table: where rows go.
        dialect: of the database.
        only_new: leave out rows whose keys are taken, instead of failing.
    """

    def __init__(self, table: Table, dialect: Dialect, only_new: bool) -> None:
        kind = postgresql if dialect.name == "postgresql" else sqlite
        statement = kind.insert(table).on_conflict_do_nothing() if only_new else kind.insert(table)
        compiled = statement.compile(dialect=dialect)
        self._words = str(compiled)
        self._by_place = bool(compiled.positiontup)  # else the driver takes values by name
        self._names = tuple(compiled.positiontup or table.columns.keys())
        self._of_rows: dict[int, str] = {}
        self._treated: dict[str, Callable[[Any], Any]] = {
            column.name: treat
            for column in table.columns
            if (treat := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }

    def execute(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Insert rows; each names every column."""
        columns = [self._column(name, rows) for name in self._names]
        values = list(zip(*columns, strict=True))
        if not self._by_place:
            connection.exec_driver_sql(self._words, [dict(zip(self._names, row, strict=True)) for row in values])
            return
        for start in range(0, len(values), _MOST_ROWS):
            part = values[start : start + _MOST_ROWS]
            of_driver(connection).execute(self._words_for(len(part)), tuple(chain.from_iterable(part)))

    def _words_for(self, rows: int) -> str:
        """The statement with places for so many rows."""
        if rows not in self._of_rows:
            places = f"({', '.join('?' * len(self._names))})"
            self._of_rows[rows] = self._words.replace(places, ", ".join([places] * rows), 1)
        return self._of_rows[rows]

    def _column(self, name: str, rows: Sequence[Values]) -> list[Any]:
        """The values of one column, as the driver takes them."""
        values = [row[name] for row in rows]
        treat = self._treated.get(name)
        return [treat(value) for value in values] if treat else values


def of_driver(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection behind one, in the same transaction."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


@lru_cache
def plain_insert(table: Table, dialect: Dialect, *, only_new: bool = False) -> PlainInsert:
    """The insert into a table of a database; dialects are told apart by identity, and each engine has its own."""
    return PlainInsert(table, dialect, only_new)
