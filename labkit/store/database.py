"""The Store: runs go in before they are asked, replies before they are read, and nothing is ever overwritten."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from labkit.errors import RunBusy, StoreError, UnknownName
from labkit.records import (
    Example,
    Reply,
    Request,
    Run,
    RunHeader,
    RunRow,
    Status,
    Task,
    example_to_json,
    sha256_of,
)
from labkit.store.loading import OpenRow, open_rows, read_header, read_run, task_to_record
from labkit.store.measured import Measured, measured_replies
from labkit.store.schema import (
    FAILURES,
    REPLIES,
    REQUESTS,
    ROWS,
    RUNS,
    TEXTS,
    UNTIMED,
    database_url,
    is_empty,
    open_database,
    sqlite_file,
)

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: models emit it, no database stores it


def run_identity(header: RunHeader, task: Task) -> str:
    """What makes two runs the same question: prompt, model, parameters, rows and what the task allows.

    Args:
        header: its id, name of the prompt, date and version do not count.
        task: its bar does not count.

    Returns:
        A SHA-256 as hex.
    """
    asked = (header.scene, header.prompt_sha256, header.model, dict(header.parameters), header.split)
    repeats = () if header.repeats == 1 else (header.repeats,)  # runs of before there were repeats keep their identity
    allowed = (task.labels, task.language, task.item, task.multi_label, task.allow_none)
    subtasks = {name: list(labels) for name, labels in task.subtasks.items()}
    return sha256_of([*asked, header.examples_sha256, *allowed, subtasks, *repeats])


class Store:
    """A database of runs: one SQLite file.

    Nothing is created or opened before it is needed; a store that was only looked at leaves no file.

    Args:
        place: its path, or its URL ("sqlite:///…"); other databases can be read, but not evaluated into yet.
    """

    def __init__(self, place: str | Path) -> None:
        self._url = database_url(place)

    def __repr__(self) -> str:
        return f"Store({self._url.render_as_string(hide_password=True)!r})"

    def create_run(self, header: RunHeader, task: Task, examples: Sequence[Example]) -> None:
        """Write down what is to be asked, all of it or nothing.

        Args:
            header: the new run; its id must not exist yet.
            task: kept with the run, so that replies can be read when the scene has changed.
            examples: the rows in the order they are asked, gold included.
        """
        with self._transaction(writing=True) as connection:
            _insert_run(connection, header, task, examples)

    def take_in(self, run: Run) -> None:
        """Keep a run that was made elsewhere, all of it or nothing; asked of it can nothing more be.

        Args:
            run: with an id that is not taken. Its replies' texts stand for the bytes that only their maker has.
        """
        examples = tuple({row.example.id: row.example for row in run.rows}.values())
        with self._transaction(writing=True) as connection:
            _insert_run(connection, run.header, run.task, examples)
            record = Recorder(connection, run.id)
            for row in run.rows:
                _take_in_row(record, row)

    def find_run(self, header: RunHeader, task: Task) -> str | None:
        """The id of the newest run that asks the same question (see `run_identity`), or None."""
        same = RUNS.c.identity == run_identity(header, task)
        query = select(RUNS.c.run).where(same).order_by(RUNS.c.number.desc()).limit(1)
        with self._reading() as connection:
            return connection.scalar(query) if connection else None

    def runs(self) -> tuple[RunHeader, ...]:
        """The headers of all runs, newest first."""
        with self._reading() as connection:
            found = connection.execute(select(RUNS).order_by(RUNS.c.number.desc())) if connection else ()
            return tuple(read_header(row) for row in found)

    def load_run(self, run: str) -> Run:
        """A run with every reply parsed anew.

        Args:
            run: its id, or a beginning of it that no other run shares.

        Raises:
            UnknownName: no run, or several, begin so.
        """
        with self._reading() as connection:
            if connection is None:
                raise UnknownName("run", run, ())
            return read_run(connection, _whole_id(connection, run))

    def pending(self, run: str) -> tuple[OpenRow, ...]:
        """What of a run (whole id) has no reply (not asked, interrupted, failed): first all rows once, then again."""
        with self._reading() as connection:
            return open_rows(connection, run) if connection else ()

    def in_flight(self, run: str) -> tuple[str, ...]:
        """Ids of the rows of a run (whole id) that were sent and of which nothing more is known: maybe billed."""
        query = select(REQUESTS.c.row).outerjoin(REPLIES).outerjoin(FAILURES).order_by(REQUESTS.c.id)
        unknown = query.where(REQUESTS.c.run == run, REPLIES.c.request.is_(None), FAILURES.c.request.is_(None))
        with self._reading() as connection:
            return tuple(connection.scalars(unknown)) if connection else ()

    def measured_replies(self, model: str, limit: int) -> tuple[Measured, ...]:
        """What the newest replies of a model have taken, over all runs, newest first."""
        with self._reading() as connection:
            return measured_replies(connection, model, limit) if connection else ()

    @contextmanager
    def recording(self, run: str) -> Iterator[Recorder]:
        """A block whose writes to a run (whole id) are on the disk, all together, when it ends."""
        with self._transaction(writing=True) as connection:
            yield Recorder(connection, run)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a run against other processes; the system lets go of it when this one dies.

        Args:
            name: what to hold, such as a run's identity; letters and digits.

        Raises:
            RunBusy: another process holds it.
        """
        from filelock import FileLock, Timeout

        file = sqlite_file(self._url)
        if file is None:
            raise StoreError(f"{self!r} is not a file", "Give a SQLite file: other databases cannot hold locks yet")
        folder = file.parent / "locks"
        folder.mkdir(exist_ok=True)
        try:
            with FileLock(folder / f"{name}.lock", timeout=0):
                yield
        except Timeout as error:
            raise RunBusy("Another process is working on this very run", "Wait for it, or stop it") from error

    @cached_property
    def _engine(self) -> Engine:
        return open_database(self._url)

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """A transaction to read in, or None when nothing was ever stored."""
        if is_empty(self._url):
            yield None
        else:
            with self._transaction(writing=False) as connection:
                yield connection

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Connection]:
        """One transaction; what the database says against it becomes a StoreError of one line."""
        try:
            with self._engine.execution_options(writing=writing).begin() as connection:
                yield connection
        except (DBAPIError, OSError) as error:
            reason = str(getattr(error, "orig", error)).splitlines()[0]
            raise StoreError(f"The run database {self!r} failed: {reason}", "Nothing half-done was kept") from error


class Recorder:
    """Writes what is sent and what comes back; given out by `Store.recording`.

    Args:
        connection: the block's transaction.
        run: the run's whole id.
    """

    def __init__(self, connection: Connection, run: str) -> None:
        self._connection = connection
        self._run = run
        self._texts: set[str] = set()  # hashes of what this block has stored: all rows share the system message

    def request(self, request: Request, attempt: int) -> int:
        """Record a request that is about to be sent.

        Args:
            request: its messages are kept word by word.
            attempt: 1 for the first time this row is asked.

        Returns:
            The number under which its reply or failure is recorded.
        """
        messages = [(message.role, self._text(message.content)) for message in request.messages]
        values = {"run": self._run, "row": request.row, "repeat": request.repeat, "attempt": attempt, "sent": _now()}
        asked = insert(REQUESTS).values(**values, messages=messages, sha256=sha256_of(messages))
        return int(self._connection.scalar(asked.returning(REQUESTS.c.id)) or 0)

    def reply(self, request: int, reply: Reply) -> None:
        """Record what came back for a request; the first reply to it stays."""
        self._insert_new(
            REPLIES,
            request=request,
            raw=reply.raw,
            text=_storable(reply.text),
            finish_reason=reply.finish_reason,
            latency_s=reply.latency_s,
            received=_now(),
            served_by=reply.served_by and _storable(reply.served_by),
            reasoning=_storable(reply.reasoning),
            probabilities=None if reply.probabilities is None else dict(reply.probabilities),
            **asdict(reply.usage),
        )

    def failure(self, request: int, problem: str, *, final: bool, raw: bytes = b"") -> None:
        """Record that a request brought no reply.

        Args:
            request: its number.
            problem: one line.
            final: whether the row counts as failed now; otherwise it is still pending.
            raw: the body that came with the failure.
        """
        self._insert_new(FAILURES, request=request, problem=_storable(problem), final=final, raw=raw, received=_now())

    def _text(self, text: str) -> str:
        """Keep a text once; its hash stands for it."""
        text = _storable(text)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        if sha256 not in self._texts:
            self._insert_new(TEXTS, sha256=sha256, text=text)
            self._texts.add(sha256)
        return sha256

    def _insert_new(self, table: Table, **values: Any) -> None:
        """Insert a row unless its key is taken: recording twice after an interrupt is no error."""
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        self._connection.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())


def _insert_run(connection: Connection, header: RunHeader, task: Task, examples: Sequence[Example]) -> None:
    stored = {name: value for name, value in asdict(header).items() if name != "parser"}
    rows = [
        {"run": header.run, "position": position, "row": example.id, "example": example_to_json(example)}
        for position, example in enumerate(examples)
    ]
    identity = run_identity(header, task)
    connection.execute(insert(RUNS).values(**stored, identity=identity, task=task_to_record(task)))
    connection.execute(insert(ROWS), rows)


def _take_in_row(record: Recorder, row: RunRow) -> None:
    """The attempts of a row: what is known of all but the last is the error, if there was one."""
    request = Request(row.example.id, (), row.repeat)
    sent = [record.request(request, attempt) for attempt in range(1, row.attempts + 1)]
    for number in sent[:-1] if row.error else ():
        record.failure(number, row.error or "", final=False)
    if not sent or row.prediction.status is Status.PENDING:
        return
    if row.prediction.status is Status.FAILED:
        record.failure(sent[-1], row.error or row.prediction.reason, final=True)
    else:
        record.reply(sent[-1], _reply_of(row))


def _reply_of(row: RunRow) -> Reply:
    return Reply(
        text=row.reply,
        raw=row.reply.encode("utf-8", "surrogatepass"),
        finish_reason=row.finish_reason,
        usage=row.usage,
        latency_s=UNTIMED if row.latency_s is None else row.latency_s,
        served_by=row.served_by,
        reasoning=row.reasoning,
        probabilities=row.probabilities,
    )


def _whole_id(connection: Connection, beginning: str) -> str:
    ids: tuple[str, ...] = tuple(connection.scalars(select(RUNS.c.run).order_by(RUNS.c.number.desc())))
    found = [run for run in ids if run.startswith(beginning)] if beginning else []
    if beginning in ids:
        return beginning
    if len(found) > 1:
        raise UnknownName("single run beginning with", beginning, found, f"Several do: {', '.join(found[:5])}")
    if not found:
        raise UnknownName("run", beginning, ids)
    return found[0]


def _storable(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", text)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
