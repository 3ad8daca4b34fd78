"""The Store: runs go in before they are asked, replies before they are read, and nothing is ever overwritten."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from labkit.diagnosis.reliance import PROBE
from labkit.errors import StoreError, UnknownName
from labkit.parsing import parse_reply
from labkit.records import Example, Request, Run, RunHeader, Task
from labkit.store.batches import Batched, SentBatch, batched, keep_batch, sent_batches
from labkit.store.known import KnownReply, kindred, known_replies, runs_like, take_over
from labkit.store.loading import OpenRow, Reader, open_rows, read_header, read_run
from labkit.store.locks import file_lock
from labkit.store.measured import Measured, Paid, measured_replies, paid
from labkit.store.recording import Recorder, insert_run, run_identity, take_in
from labkit.store.salvage import Salvaged, salvage
from labkit.store.schema import (
    ANEW,
    RUNS,
    damaged,
    database_url,
    is_empty,
    open_database,
    sqlite_file,
)
from labkit.store.server import open_locks, server_lock
from labkit.texts import listed, say

_SPARE_BYTES = 16 << 20  # answers of at most 2 MB each, of which some dozens may be on their way


class Store:
    """A database of runs: a SQLite file, or a PostgreSQL server that a team shares.

    Nothing is created or opened before it is needed; a store that was only looked at leaves no file.

    Args:
        place: its path, or its URL ("postgresql://user@host/database").
        scene: where several scenes share it, the one whose runs are listed.
        lay_over: what is laid over a run that is loaded, such as gold corrected and a bar set since; it stays as asked.
    """

    def __init__(
        self, place: str | Path, scene: str | None = None, lay_over: Callable[[Run], Run] | None = None
    ) -> None:
        self._url, self._scene, self._lay_over = database_url(place), scene, lay_over
        self._remembered: dict[tuple[str, bool], Run] | None = None

    def __repr__(self) -> str:
        return f"Store({self._url.render_as_string(hide_password=True)!r})"

    def create_run(
        self,
        header: RunHeader,
        task: Task,
        examples: Sequence[Example],
        *,
        anew: bool = False,
    ) -> None:
        """Write down what is to be asked, all of it or nothing.

        Args:
            header: the new run; its id must not exist yet.
            task: kept with the run, so that replies can be read when the scene has changed.
            examples: the rows in the order they are asked, gold included.
            anew: that it is to take over no answers of other runs, whenever it goes on.
        """
        with self._transaction(writing=True) as connection:
            insert_run(connection, header, task, examples)
            if anew:
                connection.execute(insert(ANEW).values(run=header.run))

    def is_asked_anew(self, run: str) -> bool:
        """Whether a run (whole id) is to take over no answers of others."""
        query = select(ANEW.c.run).where(ANEW.c.run == run)
        with self._reading() as connection:
            kept = connection is not None and inspect(connection).has_table(ANEW.name)  # not by an older labkit
            return bool(kept and connection and connection.scalar(query))

    def take_in(self, run: Run) -> None:
        """Keep a run that was made elsewhere, all of it or nothing; asked of it can nothing more be.

        Args:
            run: its replies' texts stand for the bytes that only their maker has. One that is here already, perhaps
                from a scene of another name, stays as it is.
        """
        with self._transaction(writing=True) as connection:
            if connection.scalar(select(RUNS.c.run).where(RUNS.c.run == run.id)) is None:
                take_in(connection, run)

    def find_run(self, header: RunHeader, task: Task) -> str | None:
        """The id of the newest run that asks the same question (see `run_identity`), or None."""
        same = RUNS.c.identity == run_identity(header, task)
        query = select(RUNS.c.run).where(same).order_by(RUNS.c.number.desc()).limit(1)
        with self._reading() as connection:
            return connection.scalar(query) if connection else None

    def has_others_like(self, header: RunHeader, but: str | None = None) -> bool:
        """Whether runs, apart from one (whole id), asked the same model with the same parameters."""
        with self._reading() as connection:
            return connection is not None and bool(runs_like(connection, header) - {but})

    def known_replies(self, header: RunHeader, requests: Iterable[Request]) -> tuple[KnownReply, ...]:
        """Replies, newest first, to requests of the same content (see `known`) that a run like this would send again.

        Args:
            header: its model and parameters count, nothing else of it.
            requests: what would be sent.
        """
        with self._reading() as connection:
            return known_replies(connection, header, requests) if connection else ()

    def take_over(self, run: str, known: Sequence[KnownReply]) -> None:
        """Copy replies to what is open of a run (whole id), marked with the run that paid; it may be gone one day."""
        if known:
            with self._transaction(writing=True) as connection:
                take_over(connection, run, known)

    def kindred(self, header: RunHeader, but: str | None = None) -> tuple[str, ...]:
        """Runs (whole ids), apart from one, that have put a header's prompt to its model, oldest first."""
        with self._reading() as connection:
            return kindred(connection, header, but) if connection else ()

    def runs(self) -> tuple[RunHeader, ...]:
        """The headers of all runs, newest first."""
        query = select(RUNS).order_by(RUNS.c.number.desc())
        if self._scene is not None:
            query = query.where(RUNS.c.scene == self._scene)
        with self._reading() as connection:
            found = connection.execute(query) if connection else ()
            return tuple(read_header(row) for row in found)

    def load_run(self, run: str, *, as_asked: bool = False, read: Reader = parse_reply) -> Run:
        """A run with every reply parsed anew.

        Args:
            run: its id, or a beginning of it that no other run shares.
            as_asked: with the gold labels and the bar of the day it was asked, nothing laid over.
            read: what parses them; one that remembers what it has read just now saves half the work.

        Raises:
            UnknownName: no run, or several, begin so.
        """
        if self._remembered is None:
            return self._read_run(run, as_asked, read)
        if (run, as_asked) not in self._remembered:
            self._remembered[run, as_asked] = self._read_run(run, as_asked, read)
        return self._remembered[run, as_asked]

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Within, a run is read and parsed once, however often it is asked for: what comes meanwhile is not seen."""
        self._remembered = {}
        try:
            yield
        finally:
            self._remembered = None

    def _read_run(self, run: str, as_asked: bool, read: Reader) -> Run:
        with self._reading() as connection:
            if connection is None:
                raise UnknownName("run", run, ())
            found = read_run(connection, _whole_id(connection, run, self._scene), read)
        return found if as_asked else self.as_of_now(found)

    def as_of_now(self, run: Run) -> Run:
        """A run as it was asked under what is laid over runs that are loaded."""
        return run if self._lay_over is None else self._lay_over(run)

    def pending(self, run: str) -> tuple[OpenRow, ...]:
        """What of a run (whole id) has no reply (not asked, interrupted, failed): first all rows once, then again."""
        with self._reading() as connection:
            return open_rows(connection, run) if connection else ()

    def measured_replies(self, model: str, limit: int) -> tuple[Measured, ...]:
        """What the newest replies of a model have taken, over all runs, newest first."""
        with self._reading() as connection:
            return measured_replies(connection, model, limit) if connection else ()

    def salvage(self, target: Path) -> Salvaged:
        """Copy what can be read of this database, a damaged one, into a new one; this one is left as it is.

        Args:
            target: the new SQLite file; must not exist.

        Raises:
            StoreError: nothing can be read, or the target cannot be written.
        """
        file = sqlite_file(self._url)
        if file is None:
            raise StoreError.told("error.store.no_file", self_=self)
        try:
            return salvage(file, target)
        except (DBAPIError, OSError) as error:
            raise StoreError.told(
                "error.store.unwritable", target=target, error=getattr(error, "orig", error)
            ) from error

    def check_room(self) -> None:
        """See that what is going to be sent can be kept when its answer comes.

        Raises:
            StoreError: the disk is nearly full.
        """
        file = sqlite_file(self._url)
        free = shutil.disk_usage(file.parent).free if file else _SPARE_BYTES
        if free < _SPARE_BYTES:
            raise StoreError.told("error.store.disk_full", file=file, free=free >> 20, spare_bytes=_SPARE_BYTES >> 20)

    def reopen(self) -> None:
        """Let go of the file: after a failed write no open one can be trusted to hold what was written."""
        self._engine.dispose()

    def batched(self, run: str) -> tuple[Batched, ...]:
        """What of a run (whole id) is out in batch files, in the order in which it was recorded."""
        with self._reading() as connection:
            return batched(connection, run) if connection else ()

    def keep_batch(self, run: str, sent: SentBatch) -> None:
        """Write down what the provider calls a batch file of a run (whole id), so that any machine can fetch it."""
        with self._transaction(writing=True) as connection:
            keep_batch(connection, run, sent)

    def sent_batches(self, run: str) -> dict[str, SentBatch]:
        """Our key of each batch file of a run (whole id) -> what the provider calls it."""
        with self._reading() as connection:
            return sent_batches(connection, run) if connection else {}

    def paid(self, run: str) -> Paid:
        """What of a run (whole id) may be on the provider's bill."""
        with self._reading() as connection:
            return paid(connection, run) if connection else Paid()

    @contextmanager
    def recording(self, run: str) -> Iterator[Recorder]:
        """A block whose writes to a run (whole id) are on the disk, all together, when it ends."""
        with self._transaction(writing=True) as connection:
            record = Recorder(connection, run)
            yield record
            record.write()

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a run against other processes; the system lets go of it when this one dies.

        Args:
            name: what to hold, such as a run's identity; letters and digits.

        Raises:
            RunBusy: another process holds it.
            StoreError: the folder cannot be written, or the server is not there.
        """
        file = sqlite_file(self._url)
        with ExitStack() as held:
            try:
                held.enter_context(file_lock(file.parent / "locks", name) if file else server_lock(self._locks, name))
            except DBAPIError as error:
                raise self._explained(error) from error
            yield

    @cached_property
    def _engine(self) -> Engine:
        return open_database(self._url)

    @cached_property
    def _locks(self) -> Engine:
        return open_locks(self._engine.url)  # of a server that was found to be one of ours

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """A transaction to read in, or None when nothing was ever stored."""
        if is_empty(self._url):
            yield None
            return
        try:
            with self._transaction(writing=False) as connection:
                yield connection
        except (ValueError, TypeError) as error:  # JSON that nobody wrote so: the file's form is whole, a value is not
            raise damaged(self._url, f"a value makes no sense: {error}") from error

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Connection]:
        """One transaction; what the database says against it becomes a StoreError of one line."""
        try:
            with (self._to_write if writing else self._to_read).begin() as connection:
                yield connection
        except (DBAPIError, sqlite3.Error, NoConnection, OSError) as error:
            raise self._explained(error) from error
        except UnicodeDecodeError as error:  # the driver's, of words that the file has in place of its own
            raise damaged(self._url, "its text is garbled") from error

    @cached_property
    def _to_write(self) -> Engine:
        """Whose transactions write."""
        return self._engine.execution_options(writing=True)

    @cached_property
    def _to_read(self) -> Engine:
        """Whose transactions see one moment: SQLite's do so by themselves, PostgreSQL's when they are told."""
        one_moment = {} if sqlite_file(self._url) else {"isolation_level": "REPEATABLE READ"}
        return self._engine.execution_options(writing=False, **one_moment)

    def _explained(self, error: Exception) -> StoreError:
        cause = getattr(error, "orig", error)
        reason = str(cause).splitlines()[0]
        if getattr(cause, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return damaged(self._url, reason)
        return StoreError.told("error.store.failed", self_=self, reason=reason)


def _whole_id(connection: Connection, beginning: str, scene: str | None) -> str:
    """The id that begins so; where none does, those of the scene that measure a prompt are offered, newest first."""
    known = connection.execute(select(RUNS.c.run, RUNS.c.prompt_name, RUNS.c.scene).order_by(RUNS.c.number.desc()))
    stored = known.all()
    ids: tuple[str, ...] = tuple(row.run for row in stored)
    found = [run for run in ids if run.startswith(beginning)] if beginning else []
    if beginning in ids:
        return beginning
    if len(found) > 1:
        raise UnknownName("single run beginning with", beginning, found, say("find.several", runs=listed(found[:5])))
    if not found:
        own = [row.run for row in stored if scene in (None, row.scene) and PROBE not in row.prompt_name]
        raise UnknownName("run", beginning, own, say("find.newest", runs=listed(own[:12])) if own else "")
    return found[0]
