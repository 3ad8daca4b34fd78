"""Damaged run databases are refused before anything is written into them or lost from their logs."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection

from labkit.errors import StoreError
from labkit.store.write_ahead import has_log, index_of, is_torn, log_of, read_index
from labkit.texts import say

SAVED_BESIDE = "saved_beside"  # in meta: the salts of the log of the damaged database that this one was saved from
_CHECKED_BYTES = 32 << 20  # a check reads the whole file: a seventh of a second for so much
_LOOKING_S, _PAUSE_S = 1, 0.05  # at a file whose log another process takes away while it is being opened


def refuse_lost(path: Path) -> bool:
    """Refuse what would be overwritten: SQLite takes what it cannot read for never written, and begins there.

    Returns:
        Whether the file was looked over too.
    """
    if has_log(path) and not (path.exists() and path.stat().st_size):
        raise StoreError.told("error.store.only_log", path=path, log=log_of(path).name)
    if not (has_log(path) or index_of(path).exists()):
        return False
    if is_torn(path) and not _left_from_before(path):
        raise _damaged(path, say("store.torn_log", log=log_of(path).name))
    return has_log(path) and _check_unwritten(path)


def _left_from_before(path: Path) -> bool:
    """Whether an index without a log is that of the damaged database which this one was saved from."""
    index = read_index(path)
    if has_log(path) or index is None:
        return False
    try:
        with closing(connect_to_read(path)) as connection:
            found = connection.execute("SELECT value FROM meta WHERE key = ?", (SAVED_BESIDE,)).fetchone()
    except sqlite3.Error:
        return False
    return found is not None and found[0] == index.salts.hex()


def _check_unwritten(path: Path) -> bool:
    """Look a file over without the right to write: closing a writer would bring its log into a damaged file."""
    if path.stat().st_size > _CHECKED_BYTES:
        return False
    found = _looked_over(path)
    if found not in ("ok", None):
        raise _damaged(path, str(found).splitlines()[-1])
    return found is not None


def _looked_over(path: Path) -> str | None:
    """What SQLite finds; None when the log went away meanwhile: whoever closed the file brought it in."""
    until = time.monotonic() + _LOOKING_S
    while True:
        try:
            with closing(sqlite3.connect(_to_read(path, "mode=ro"), uri=True)) as connection:
                return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError:
            if not has_log(path):
                return None
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)


def _to_read(path: Path, options: str) -> str:
    return f"file:{quote(str(path.resolve()))}?{options}"


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Without a log there is nothing to agree about with a writer, and nothing is created beside the file."""
    return sqlite3.connect(_to_read(path, "mode=ro" if has_log(path) else "mode=ro&immutable=1"), uri=True)


def check_whole(connection: Connection, path: Path) -> None:
    """Refuse a damaged file before anything is added to it; in a long one damage shows when it is come across."""
    if path.stat().st_size <= _CHECKED_BYTES:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise _damaged(path, str(found).splitlines()[-1])


def _damaged(path: Path, reason: str) -> StoreError:
    return StoreError.told("error.store.damaged", url=path, reason=reason)
