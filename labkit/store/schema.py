"""The tables of `runs.db`, and opening a database so that a commit survives a power cut.

runs -< rows                    what was to be asked: one header, its examples in order
runs -< requests                what was sent, committed before it was sent
        requests -1 replies     what came back, committed before it was parsed
        requests -1 failures    or why nothing came back
runs -< batches                 what the provider calls the batch files that requests went out in
runs -1 anew                    runs that were to be asked anew: they take over no answers of others
texts                           the words of the messages, each kept once
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Dialect,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    false,
    insert,
    inspect,
    select,
    true,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateColumn

from labkit.errors import StoreError
from labkit.store.refusals import check_whole, connect_to_read, refuse_lost
from labkit.store.server import open_server

SCHEMA_VERSION = 4
_READABLE_FROM = 2  # what later schemas add is written, and read, only by whoever asks
_SQLITE_MAGIC = b"SQLite format 3\x00"
_BUSY_TIMEOUT_S = 30  # how long a write waits for another process's write to the same file


class Words(TypeDecorator[str]):
    """Text of any characters; PostgreSQL keeps none with a NUL, so there it stands for it what _ESCAPES says."""

    impl = String
    cache_ok = True

    @property
    def python_type(self) -> type[str]:
        """Text."""
        return str

    def bind_processor(self, dialect: Dialect) -> Any:
        """How a value becomes what is stored; None for: as it is."""
        return None if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """How what is stored becomes the value; None for: as it is."""
        return None if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is stored."""
        if value is None:
            return value
        return _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """What was meant."""
        if value is None:
            return value
        return _ESCAPED.sub(lambda found: _MEANT[found[0]], value)


_ESCAPES = {"\0": "\ue000\ue001", "\ue000": "\ue000\ue000"}  # by characters that no text has of its own accord
_MEANT = {escape: meant for meant, escape in _ESCAPES.items()}
_TO_ESCAPE = re.compile("[\0\ue000]")
_ESCAPED = re.compile("\ue000[\ue000\ue001]")

METADATA = MetaData()
META = Table("meta", METADATA, Column("key", Words, primary_key=True), Column("value", Words, nullable=False))
RUNS = Table(
    "runs",
    METADATA,
    Column("number", Integer, primary_key=True),  # the order of creation, whatever the clock said
    Column("run", Words, nullable=False, unique=True),
    Column("identity", Words, nullable=False, index=True),
    Column("scene", Words, nullable=False),
    Column("prompt_name", Words, nullable=False),
    Column("prompt_sha256", Words, nullable=False),
    Column("prompt_text", Words, nullable=False),
    Column("model", Words, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("split", Words, nullable=False),
    Column("examples_sha256", Words, nullable=False),
    Column("created", Words, nullable=False),
    Column("labkit", Words, nullable=False),
    Column("task", JSON, nullable=False),
    Column("repeats", Integer, nullable=False, server_default="1"),
    Column("masked", Boolean, nullable=False, server_default=false()),  # whether personal data was, in what was sent
)
ROWS = Table(
    "rows",
    METADATA,
    Column("run", Words, ForeignKey("runs.run"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("row", Words, nullable=False),
    Column("example", JSON, nullable=False),
    Index("rows_by_id", "run", "row", unique=True),
)
REQUESTS = Table(
    "requests",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Words, ForeignKey("runs.run"), nullable=False),
    Column("row", Words, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("sha256", Words, nullable=False),  # of the messages
    Column("messages", JSON, nullable=False),  # [[role, sha256 of the text], ...]
    Column("sent", Words, nullable=False),
    Column("repeat", Integer, nullable=False, server_default="0"),
    Column("taken_from", Words),  # the run that sent it and paid, when this one only took over the reply
    Column("batch", Words),  # our key of the batch file it went out in, if it did
    Index("requests_by_row", "run", "row"),
    Index("requests_by_content", "sha256"),
)
TEXTS = Table("texts", METADATA, Column("sha256", Words, primary_key=True), Column("text", Words, nullable=False))
UNTIMED = -1.0  # in latency_s: nobody knows how long it took, as with answers given elsewhere
REPLIES = Table(
    "replies",
    METADATA,
    Column("request", Integer, ForeignKey("requests.id"), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("text", Words, nullable=False),
    Column("finish_reason", Words),
    Column("prompt_tokens", Integer),
    Column("cached_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("latency_s", Float, nullable=False),
    Column("received", Words, nullable=False),
    Column("served_by", Words),
    Column("reasoning", Words, nullable=False, server_default=""),
    Column("probabilities", JSON),
)
FAILURES = Table(
    "failures",
    METADATA,
    Column("request", Integer, ForeignKey("requests.id"), primary_key=True),
    Column("problem", Words, nullable=False),
    Column("final", Boolean, nullable=False),  # the last attempt for this row: it counts as failed, not pending
    Column("raw", LargeBinary, nullable=False),  # the body that came with the failure, b"" when none did
    Column("received", Words, nullable=False),
    Column("maybe_billed", Boolean, nullable=False, server_default=true()),  # not when it was refused at the door
)
BATCHES = Table(
    "batches",
    METADATA,
    Column("number", Integer, primary_key=True),  # of two with the same key the later one counts
    Column("run", Words, ForeignKey("runs.run"), nullable=False, index=True),
    Column("key", Words, nullable=False),  # ours, as in requests.batch
    Column("file", Words, nullable=False),  # the provider's id of the file of requests
    Column("batch", Words, nullable=False),  # the provider's id of the batch, "" until it has said it
    Column("recorded", Words, nullable=False),
)
ANEW = Table("anew", METADATA, Column("run", Words, ForeignKey("runs.run"), primary_key=True))

_ADDED = {  # columns; tables that later schemas have are made where they are missing
    2: (
        *(
            RUNS.c.repeats,
            RUNS.c.masked,
            REQUESTS.c.repeat,
            REQUESTS.c.taken_from,
            REQUESTS.c.batch,
            FAILURES.c.maybe_billed,
        ),
        *(REPLIES.c.served_by, REPLIES.c.reasoning, REPLIES.c.probabilities),
    )
}


def database_url(place: str | Path) -> URL:
    """A path as the URL of a SQLite file; a URL as it is."""
    text = str(place)
    return make_url(text) if "://" in text else URL.create("sqlite", database=text)


def sqlite_file(url: URL) -> Path | None:
    """The file behind a SQLite URL, or None for a database elsewhere."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def open_database(url: URL) -> Engine:
    """Open a run database; a new or empty one gets its tables.

    Args:
        url: where it is: a SQLite file, or a PostgreSQL server.

    Returns:
        An engine whose transactions are durable when they are committed.

    Raises:
        MissingExtra: the driver of PostgreSQL is not installed.
        StoreError: the file is not a run database, is damaged, or a newer labkit made it; it is left untouched.
    """
    path = sqlite_file(url)
    return open_server(url, _check_version) if path is None else _open_file(path, url)


def _open_file(path: Path, url: URL) -> Engine:
    _refuse_other_files(path)
    checked = refuse_lost(path)
    if _is_read_only(path):
        return _open_to_read(path, url)
    if not path.exists():  # a dashboard's kernel may touch no file
        path.touch(mode=0o600)  # posts and answers are for their owner only; -wal and -shm inherit the mode
    engine = create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _make_durable)
    event.listen(engine, "begin", _begin)
    with engine.execution_options(writing=True).begin() as connection:
        if not checked:
            check_whole(connection, path)
        _check_version(connection, url)
    return engine


def _is_read_only(path: Path) -> bool:
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _open_to_read(path: Path, url: URL) -> Engine:
    """Open a file that must not be written, such as one on a read-only disk; nothing is created beside it either."""
    engine = create_engine("sqlite://", creator=lambda: connect_to_read(path), poolclass=NullPool)
    with engine.begin() as connection:
        version = _version_of(connection, url)
    if version < _READABLE_FROM:
        raise StoreError.told("error.store.older", path=path, version=version)
    return engine


def damaged(url: URL, reason: str) -> StoreError:
    """The error that a damaged database is refused with."""
    return StoreError.told(
        "error.store.damaged", url=sqlite_file(url) or url.render_as_string(hide_password=True), reason=reason
    )


def _refuse_other_files(path: Path) -> None:
    """Look at a file's first bytes, so that a file which is not ours is not even opened as a database."""
    if path.is_dir():
        raise StoreError.told("error.store.is_folder", path=path)
    if not path.parent.is_dir():
        raise StoreError.told("error.store.no_folder", parent=path.parent)
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(len(_SQLITE_MAGIC)) != _SQLITE_MAGIC:
                raise StoreError.told("error.store.no_database", path=path)


def _make_durable(connection: Any, _record: object) -> None:
    """Settings of each SQLite connection: a committed answer is on the disk, not in its cache."""
    connection.isolation_level = None  # transactions are begun by `_begin`, not by the driver's guess
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Take the write lock at once when writing: a reader that turns writer could be refused half-way."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _check_version(connection: Connection, url: URL) -> None:
    """Make the tables of a new database, or bring an older one up."""
    if inspect(connection).get_table_names():
        _migrate(connection, _version_of(connection, url))
        return
    METADATA.create_all(connection)
    connection.execute(insert(META).values(key="schema_version", value=str(SCHEMA_VERSION)))


def _version_of(connection: Connection, url: URL) -> int:
    """The schema of a database that has tables; StoreError when it is not ours, or newer."""
    tables = inspect(connection).get_table_names()
    place = url.render_as_string(hide_password=True).removeprefix("sqlite:///")
    found = connection.scalar(select(META.c.value).where(META.c.key == "schema_version")) if "meta" in tables else None
    if found is None or not found.isdecimal():
        raise StoreError.told("error.store.foreign", place=place)
    if int(found) > SCHEMA_VERSION:
        raise StoreError.told("error.store.newer", place=place, found=found, schema_version=SCHEMA_VERSION)
    return int(found)


def _migrate(connection: Connection, version: int) -> None:
    """Add what later schemas have; nothing stored is touched."""
    for newer in range(version + 1, SCHEMA_VERSION + 1):
        for column in _ADDED.get(newer, ()):
            definition = CreateColumn(column).compile(connection)
            connection.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {definition}")
    if version < SCHEMA_VERSION:
        METADATA.create_all(connection)
        for index in REQUESTS.indexes:
            index.create(connection, checkfirst=True)
        connection.execute(update(META).where(META.c.key == "schema_version").values(value=str(SCHEMA_VERSION)))


def is_empty(url: URL) -> bool:
    """Whether nothing was ever stored there, found out without creating a file; StoreError where something was."""
    path = sqlite_file(url)
    if path is None or (path.exists() and os.path.getsize(path)):
        return False
    refuse_lost(path)
    return True
