"""Writing into a run database: a run that begins, what is sent, what comes back, a run made elsewhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, insert

from labkit.records import (
    Example,
    Message,
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
from labkit.store.loading import task_to_record
from labkit.store.plain_inserts import of_driver, plain_insert
from labkit.store.schema import FAILURES, REPLIES, REQUESTS, ROWS, RUNS, TEXTS, UNTIMED

Values = dict[str, Any]
_ASKED = insert(REQUESTS).returning(REQUESTS.c.id, sort_by_parameter_order=True)
_LAST_NUMBER = "SELECT max(id) FROM requests"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: models emit it, no database stores it
_ELSEWHERE = "elsewhere"  # the key of batches that other tools have sent


def run_identity(header: RunHeader, task: Task) -> str:
    """What makes two runs the same question: prompt, model, parameters, rows, masking and what the task allows.

    Args:
        header: its id, name of the prompt, date and version do not count.
        task: its bar does not count.

    Returns:
        A SHA-256 as hex.
    """
    asked = (header.scene, header.prompt_sha256, header.model, dict(header.parameters), header.split)
    later: list[object] = (
        [] if header.repeats == 1 else [header.repeats]
    )  # runs of before there were repeats keep their identity
    later += ["masked"] if header.masked else []
    allowed = (task.labels, task.language, task.item, task.multi_label, task.allow_none)
    subtasks = {name: list(labels) for name, labels in task.subtasks.items()}
    return sha256_of([*asked, header.examples_sha256, *allowed, subtasks, *later])


def hashed(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """Role and hash of the text of each message: what a request is found by, whatever row it was sent for."""
    return [(message.role, text_sha256(message.content)) for message in messages]


class Recorder:
    """Writes what is sent and what comes back; given out by `Store.recording`.

    What comes back is gathered and written when the block ends: a statement for a hundred rows takes hardly longer than
    one for a single row.

    Args:
        connection: the block's transaction.
        run: the run's whole id.
    """

    def __init__(self, connection: Connection, run: str) -> None:
        self._connection = connection
        self._run = run
        self._replies: list[Values] = []
        self._failures: list[Values] = []
        self._now = datetime.now(UTC).isoformat(timespec="milliseconds")  # of all that is written together

    def requests(
        self, sent: Sequence[tuple[Request, int]], taken_from: str | None = None, batch: str | None = None
    ) -> list[int]:
        """Record requests that are about to be sent.

        Args:
            sent: each with the number of its attempt, 1 for the first time that this row is asked; their messages are
                kept word by word.
            taken_from: the run that has sent them, when this one does not.
            batch: our key of the batch file they go out in, when they do.

        Returns:
            The numbers under which their replies or failures are recorded, in the same order.
        """
        if not sent:
            return []
        texts = {text_sha256(message.content): message.content for request, _ in sent for message in request.messages}
        self._insert_new(TEXTS, [{"sha256": sha256, "text": _storable(text)} for sha256, text in texts.items()])
        common = {"run": self._run, "sent": self._now, "taken_from": taken_from, "batch": batch}
        asked = [common | _request_values(request, attempt) for request, attempt in sent]
        if self._connection.dialect.name == "postgresql":
            return list(self._connection.scalars(_ASKED, asked))
        last = of_driver(self._connection).execute(_LAST_NUMBER).fetchone()[0] or 0  # nobody else writes meanwhile
        numbered = [{"id": number, **one} for number, one in enumerate(asked, last + 1)]
        plain_insert(REQUESTS, self._connection.dialect).execute(self._connection, numbered)
        return list(range(last + 1, last + 1 + len(asked)))

    def request(self, request: Request, attempt: int, taken_from: str | None = None, batch: str | None = None) -> int:
        """Record one request; see `requests`."""
        return self.requests([(request, attempt)], taken_from, batch)[0]

    def reply(self, request: int, reply: Reply) -> None:
        """Record what came back for a request; the first reply to it stays."""
        reply = as_stored(reply)
        self._replies.append(
            {
                "request": request,
                "raw": reply.raw,
                "text": reply.text,
                "finish_reason": reply.finish_reason,
                "latency_s": reply.latency_s,
                "received": self._now,
                "served_by": reply.served_by,
                "reasoning": reply.reasoning,
                "probabilities": None if reply.probabilities is None else dict(reply.probabilities),
                "prompt_tokens": reply.usage.prompt_tokens,
                "cached_tokens": reply.usage.cached_tokens,
                "completion_tokens": reply.usage.completion_tokens,
            }
        )

    def failure(self, request: int, problem: str, *, final: bool, raw: bytes = b"", maybe_billed: bool = True) -> None:
        """Record that a request brought no reply.

        Args:
            request: its number.
            problem: one line.
            final: whether the row counts as failed now; otherwise it is still pending.
            raw: the body that came with the failure.
            maybe_billed: whether the provider may have worked on it all the same.
        """
        values = {"problem": _storable(problem), "final": final, "raw": raw, "maybe_billed": maybe_billed}
        self._failures.append({"request": request, "received": self._now, **values})

    def write(self) -> None:
        """Write what was gathered; before the transaction ends."""
        self._insert_new(REPLIES, self._replies)
        self._insert_new(FAILURES, self._failures)

    def _insert_new(self, table: Table, values: Sequence[Values]) -> None:
        """Insert rows unless their keys are taken: recording twice after an interrupt is no error."""
        if values:
            plain_insert(table, self._connection.dialect, only_new=True).execute(self._connection, values)


def _request_values(request: Request, attempt: int) -> Values:
    messages = hashed(request.messages)
    content = {"messages": messages, "sha256": sha256_of(messages)}
    return {"row": request.row, "repeat": request.repeat, "attempt": attempt, **content}


def insert_run(connection: Connection, header: RunHeader, task: Task, examples: Sequence[Example]) -> None:
    """Write down a run that begins, with its rows in order."""
    stored = {name: value for name, value in asdict(header).items() if name != "parser"}
    rows = [
        {"run": header.run, "position": position, "row": example.id, "example": example_to_json(example)}
        for position, example in enumerate(examples)
    ]
    identity = run_identity(header, task)
    connection.execute(insert(RUNS).values(**stored, identity=identity, task=task_to_record(task)))
    plain_insert(ROWS, connection.dialect).execute(connection, rows)


def take_in(connection: Connection, run: Run) -> None:
    """Write down a run that was made elsewhere: its rows, their attempts and what came of them."""
    examples = tuple({row.example.id: row.example for row in run.rows}.values())
    insert_run(connection, run.header, run.task, examples)
    record = Recorder(connection, run.id)
    for row in run.rows:
        _take_in_row(record, row)
    record.write()


def _take_in_row(record: Recorder, row: RunRow) -> None:
    """The attempts of a row: what is known of all but the last is the error, if there was one.

    A batch file is known of the last alone, too: an attempt that was lost earlier is out nowhere.
    """
    request = Request(row.example.id, (), row.repeat)
    batch = _ELSEWHERE if row.batched else None
    last_sent = 0 if row.taken_from else row.attempts
    sent = [
        record.request(request, attempt, batch=batch if attempt == last_sent else None)
        for attempt in range(1, row.attempts + 1)
    ]
    if row.taken_from:
        sent.append(record.request(request, 0, taken_from=row.taken_from, batch=batch))
    ended = sent[row.in_flight :]
    last = None if not ended or row.prediction.status is Status.PENDING else ended.pop()
    for number in ended:
        record.failure(number, row.error or "", final=False)
    if last and row.prediction.status is Status.FAILED:
        record.failure(last, row.error or row.prediction.reason, final=True)
    elif last:
        record.reply(last, _reply_of(row))


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


@lru_cache(maxsize=256)  # all rows of a run share the long system message
def text_sha256(text: str) -> str:
    """The hash under which a text is kept."""
    return hashlib.sha256(_storable(text).encode()).hexdigest()


def as_stored(reply: Reply) -> Reply:
    """A reply as the database keeps it: the very same, unless it holds half a character."""
    texts = {"text": reply.text, "reasoning": reply.reasoning}
    texts |= {"served_by": reply.served_by or "", "finish_reason": reply.finish_reason or ""}
    halved: dict[str, Any] = {name: _storable(text) for name, text in texts.items() if _LONE_SURROGATE.search(text)}
    return replace(reply, **halved) if halved else reply


def _storable(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", text)
