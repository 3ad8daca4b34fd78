"""A run database on a PostgreSQL server, for a team: opening it, and holding a question there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from labkit.errors import MissingExtra, RunBusy, StoreError
from labkit.texts import say

_MAKING_TABLES = "labkit: tables are made"


def open_server(url: URL, check: Callable[[Connection, URL], None]) -> Engine:
    """Connect to a server.

    Args:
        url: `postgresql://user@host/database`; a password is better kept in ~/.pgpass or PGPASSWORD.
        check: makes the tables, or refuses what is there; one process at a time does.

    Returns:
        An engine whose transactions are durable when they are committed, whatever the server's default.

    Raises:
        MissingExtra: the driver is not installed.
        StoreError: another kind of database.
    """
    if url.get_backend_name() != "postgresql":
        raise StoreError.told("error.store.backend", url=url.get_backend_name())
    if find_spec("psycopg") is None:
        raise MissingExtra(say("feature.postgres"), "postgres")
    engine = create_engine(_driven(url), pool_pre_ping=True)
    event.listen(engine, "connect", _make_durable)
    with engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_key(_MAKING_TABLES))))
        check(connection, url)
    return engine


def open_locks(url: URL) -> Engine:
    """A way to the same server for locks alone: each is held on a connection of its own, for as long as a run takes.

    However many questions a process holds, none of them takes a connection from those who read and write.
    """
    return create_engine(_driven(url), poolclass=NullPool, isolation_level="AUTOCOMMIT")


@contextmanager
def server_lock(engine: Engine, name: str) -> Iterator[None]:
    """Hold a question at the server; it lets go when this process is gone.

    Args:
        engine: from `open_locks`.
        name: what to hold.

    Raises:
        RunBusy: another process holds it.
    """
    with engine.connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(_key(name)))):
            raise RunBusy.told("error.store.run_busy")
        try:
            yield
        finally:
            with suppress(DBAPIError):  # the connection is lost, and with it the server has let go
                connection.scalar(select(func.pg_advisory_unlock(_key(name))))


def _driven(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg")


def _make_durable(connection: Any, _record: object) -> None:
    """A committed answer is on the server's disk, even where its administrator prefers speed."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
    connection.commit()


def _key(name: str) -> int:
    """A name as the number that PostgreSQL locks by."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
