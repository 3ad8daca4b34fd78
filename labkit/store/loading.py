"""Stored rows, requests and replies become a Run again; what was read in a reply is read anew each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, select

from labkit.parsing import PARSER, is_blank, parse_reply
from labkit.records import (
    Bar,
    Example,
    Prediction,
    Reply,
    Run,
    RunHeader,
    RunRow,
    Status,
    Task,
    Usage,
)
from labkit.store.garbage import collecting_never
from labkit.store.schema import FAILURES, REPLIES, REQUESTS, ROWS, RUNS, UNTIMED

Asking = tuple[str, int]  # a row's id, and which asking of it
Reader = Callable[[Reply, Task, Example], Prediction]  # makes a prediction of a reply
_NOT_ASKED = Prediction(Status.PENDING, reason="not asked yet")
_HEADER = tuple(field.name for field in fields(RunHeader) if field.name != "parser")


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row that is still to be asked.

    Args:
        example: the row.
        repeat: which asking of it, from 0.
    """

    example: Example
    repeat: int = 0


def read_header(row: Row[Any]) -> RunHeader:
    """The header in a row of `runs`; the parser is the one that reads the replies now."""
    return RunHeader(**{name: row._mapping[name] for name in _HEADER}, parser=PARSER)


@collecting_never()
def read_run(connection: Connection, run: str, read: Reader = parse_reply) -> Run:
    """A stored run.

    Args:
        connection: an open transaction, so that all parts are of one moment.
        run: its whole id, which must exist.
        read: what parses its replies.

    Returns:
        The run with every reply parsed by this version of `parsing`.
    """
    stored = connection.execute(select(RUNS).where(RUNS.c.run == run)).one()
    task = task_from_record(stored.task)
    attempts = _attempts(connection, run)
    rows = connection.scalars(select(ROWS.c.example).where(ROWS.c.run == run).order_by(ROWS.c.position)).all()
    examples = (example_from_record(row) for row in rows)
    return _run_of(read_header(stored), task, examples, attempts, read)


def begun_run(header: RunHeader, task: Task, examples: Iterable[Example]) -> Run:
    """A run of which nothing was asked yet, as `read_run` reads it."""
    return _run_of(header, task, examples, {})


def _run_of(
    header: RunHeader,
    task: Task,
    examples: Iterable[Example],
    attempts: Mapping[Asking, Sequence[Row[Any]]],
    read: Reader = parse_reply,
) -> Run:
    asked = (OpenRow(example, repeat) for example in examples for repeat in range(header.repeats))
    rows = (_read_row(row, attempts.get((row.example.id, row.repeat), ()), task, read) for row in asked)
    return Run(header, task, tuple(rows))


def open_rows(connection: Connection, run: str) -> tuple[OpenRow, ...]:
    """What of a run (whole id) has no reply, in the order in which it is to be asked: first all rows once."""
    replied = select(REQUESTS.c.row, REQUESTS.c.repeat).join(REPLIES).where(REQUESTS.c.run == run)
    answered = {tuple(asking) for asking in connection.execute(replied)}
    repeats = connection.scalar(select(RUNS.c.repeats).where(RUNS.c.run == run)) or 0
    rows = connection.execute(select(ROWS.c.example).where(ROWS.c.run == run).order_by(ROWS.c.position))
    examples = [example_from_record(row.example) for row in rows]
    askings = (OpenRow(example, repeat) for repeat in range(repeats) for example in examples)
    return tuple(asking for asking in askings if (asking.example.id, asking.repeat) not in answered)


def unanswered(run: Run) -> tuple[OpenRow, ...]:
    """What of a loaded run has no reply, in the order in which it is to be asked: first all rows once."""
    open_ = (row for row in run.rows if row.prediction.status in (Status.PENDING, Status.FAILED))
    return tuple(OpenRow(row.example, row.repeat) for row in sorted(open_, key=lambda row: row.repeat))


def task_to_record(task: Task) -> dict[str, Any]:
    """A task as JSON."""
    return asdict(task)


def task_from_record(record: Mapping[str, Any]) -> Task:
    """The task that `task_to_record` wrote."""
    return Task(
        **{
            **record,
            "labels": tuple(record["labels"]),
            "subtasks": {name: tuple(labels) for name, labels in record["subtasks"].items()},
            "bar": Bar(**record["bar"]),
        }
    )


def example_from_record(record: Mapping[str, Any]) -> Example:
    """The example that `records.example_to_json` wrote."""
    labels = record.get("labels")
    return Example(**{**record, "items": tuple(record["items"]), "labels": None if labels is None else tuple(labels)})


def _attempts(connection: Connection, run: str) -> dict[Asking, list[Row[Any]]]:
    """Asking -> its requests, oldest first, each with its reply or its failure."""
    joined = REQUESTS.outerjoin(REPLIES).outerjoin(FAILURES)
    asked: list[Any] = [REQUESTS.c.row, REQUESTS.c.repeat, REQUESTS.c.taken_from, REQUESTS.c.batch]
    columns: list[Any] = [*asked, REPLIES, FAILURES.c.problem, FAILURES.c.final]
    found: dict[Asking, list[Row[Any]]] = {}
    query = select(*columns).select_from(joined).where(REQUESTS.c.run == run).order_by(REQUESTS.c.id)
    for attempt in connection.execute(query).all():
        found.setdefault((attempt.row, attempt.repeat), []).append(attempt)
    return found


def answered_at_once(asked: OpenRow, reply: Reply, prediction: Prediction) -> RunRow:
    """An asking whose only request ever was answered, as `read_run` reads it.

    Args:
        asked: the asking.
        reply: as it is stored; see `as_stored`.
        prediction: what was read in it.
    """
    return RunRow(
        example=asked.example,
        prediction=prediction,
        reply=reply.text,
        finish_reason=reply.finish_reason,
        attempts=1,
        latency_s=_timed(reply),
        usage=reply.usage,
        repeat=asked.repeat,
        served_by=reply.served_by,
        reasoning=reply.reasoning,
        probabilities=None if reply.probabilities is None else dict(reply.probabilities),
    )


def _read_row(asked: OpenRow, attempts: Sequence[Row[Any]], task: Task, read: Reader) -> RunRow:
    """One asking of a row: the first reply that is not blank counts, whatever came before or after it."""
    if not attempts:
        return RunRow(asked.example, _NOT_ASKED, repeat=asked.repeat)
    answered = [attempt for attempt in attempts if attempt.raw is not None]
    problems = [attempt.problem for attempt in attempts if attempt.problem]
    error = problems[-1] if problems else None
    common: dict[str, Any] = {
        "example": asked.example,
        "repeat": asked.repeat,
        "attempts": sum(attempt.taken_from is None for attempt in attempts),
        "in_flight": sum(attempt.raw is None and attempt.problem is None for attempt in attempts),
        "error": error,
    }
    if not answered:
        return RunRow(prediction=_without_reply(attempts), **common)
    counted, reply = _counted(answered)
    return RunRow(
        prediction=read(reply, task, asked.example),
        reply=reply.text,
        finish_reason=reply.finish_reason,
        latency_s=_timed(reply),
        usage=reply.usage if len(answered) == 1 else _sum_usage(answered),
        served_by=reply.served_by,
        reasoning=reply.reasoning,
        probabilities=reply.probabilities,
        taken_from=counted.taken_from,
        batched=counted.batch is not None,
        **common,
    )


def _timed(reply: Reply) -> float | None:
    return None if reply.latency_s == UNTIMED else reply.latency_s


def _counted(answered: Sequence[Row[Any]]) -> tuple[Row[Any], Reply]:
    """The attempt whose reply is the row's answer, with that reply."""
    replies = [(attempt, read_reply(attempt)) for attempt in answered]
    return next((found for found in replies if not is_blank(found[1])), replies[0])


def _without_reply(attempts: Sequence[Row[Any]]) -> Prediction:
    """Failed when the last attempt was the last one to be made; else it is still to be asked."""
    if attempts[-1].final:
        return Prediction(Status.FAILED, reason=attempts[-1].problem)
    return Prediction(Status.PENDING, reason="asked, but no reply was kept")


def read_reply(attempt: Row[Any]) -> Reply:
    """The reply in a row of `replies`."""
    usage = Usage(attempt.prompt_tokens, attempt.cached_tokens, attempt.completion_tokens)
    more = {"served_by": attempt.served_by, "reasoning": attempt.reasoning, "probabilities": attempt.probabilities}
    return Reply(attempt.text, attempt.raw, attempt.finish_reason, usage, attempt.latency_s, **more)


def _sum_usage(answered: Sequence[Row[Any]]) -> Usage:
    """Tokens over several replies; unknown in all of them stays unknown."""

    def total(field: str) -> int | None:
        known = [n for attempt in answered if (n := getattr(attempt, field)) is not None]
        return sum(known) if known else None

    return Usage(total("prompt_tokens"), total("cached_tokens"), total("completion_tokens"))
