"""Replies that are known already: the same model was sent the very same messages by an earlier run.

What counts is the content of a request: the model's name and parameters (its address among them), the messages word by
word, and which asking of a row it is. Which row it was, at which place and in which scene, does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select

from labkit.records import Reply, Request, RunHeader, sha256_of
from labkit.store.loading import read_reply
from labkit.store.recording import hashed
from labkit.store.schema import REPLIES, REQUESTS, RUNS

_LENGTH = "max_tokens"
_AT_ONCE = 500  # values in one query; databases take some thousands


@dataclass(frozen=True, slots=True)
class KnownReply:
    """A reply to a request that has the content of another.

    Args:
        request: the one that need not be sent.
        reply: what its like was answered.
        number: of that like.
        taken_from: the run that paid for it.
    """

    request: Request
    reply: Reply
    number: int
    taken_from: str


def known_replies(connection: Connection, header: RunHeader, requests: Iterable[Request]) -> tuple[KnownReply, ...]:
    """See `Store.known_replies`.

    Args:
        connection: an open transaction.
        header: whose model and parameters are meant.
        requests: what would be sent, not looked at when no run asked this model; two of the same content are both
            answered.
    """
    runs = runs_like(connection, header)
    if not runs:
        return ()
    wanted: dict[tuple[str, int], list[Request]] = {}
    for request in requests:
        wanted.setdefault((sha256_of(hashed(request.messages)), request.repeat), []).append(request)
    return tuple(
        KnownReply(request, read_reply(found), found.request, found.paid_by)
        for found in _replies_to(connection, sorted({sha256 for sha256, _ in wanted}))
        if found.run in runs
        for request in wanted.get((found.sha256, found.repeat), ())
    )


def take_over(connection: Connection, run: str, known: Sequence[KnownReply]) -> None:
    """Copy replies and the requests they answered into a run, marked with the run that paid for them.

    Those that came in a batch file keep its key: what they cost is its price.
    """
    for some in _portions(known):
        numbers = [reply.number for reply in some]
        asked = _by_key(connection, REQUESTS, "id", numbers)
        replied = _by_key(connection, REPLIES, "request", numbers)
        here = [{"run": run, "row": reply.request.row, "attempt": 0, "taken_from": reply.taken_from} for reply in some]
        copies = [
            {name: value for name, value in asked[reply.number].items() if name != "id"} | changed
            for reply, changed in zip(some, here, strict=True)
        ]
        returning = insert(REQUESTS).returning(REQUESTS.c.id, sort_by_parameter_order=True)
        ids = connection.scalars(returning, copies)
        answers = [{**replied[reply.number], "request": new} for reply, new in zip(some, ids, strict=True)]
        connection.execute(insert(REPLIES), answers)


def kindred(connection: Connection, header: RunHeader, but: str | None) -> tuple[str, ...]:
    """Runs (whole ids), apart from one, that have put a header's prompt to its model, oldest first."""
    same = (RUNS.c.model == header.model, RUNS.c.prompt_sha256 == header.prompt_sha256)
    query = select(RUNS.c.run, RUNS.c.parameters).where(*same, RUNS.c.masked == header.masked)
    parameters = sha256_of(dict(header.parameters))
    found = connection.execute(query.order_by(RUNS.c.number)).all()
    return tuple(row.run for row in found if row.run != but and sha256_of(dict(row.parameters)) == parameters)


def runs_like(connection: Connection, header: RunHeader) -> set[str]:
    """Runs that asked this model with these parameters; a lower limit on the answer's length is no other question.

    An answer that came to its end within a limit is one that a higher limit allows as well; which of them did so is for
    the reader of the replies to see.
    """
    found = connection.execute(select(RUNS.c.run, RUNS.c.parameters).where(RUNS.c.model == header.model))
    return {row.run for row in found if _answers_also(row.parameters, header.parameters)}


def _answers_also(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether whole answers to requests with these parameters are answers to requests with ours."""
    shorter, limit = theirs.get(_LENGTH), ours.get(_LENGTH)
    if isinstance(shorter, int) and isinstance(limit, int) and shorter < limit:
        theirs = {**theirs, _LENGTH: limit}
    return sha256_of(dict(theirs)) == sha256_of(dict(ours))


def _replies_to(connection: Connection, contents: Sequence[str]) -> Iterator[Row[Any]]:
    """Replies to requests with these contents, the newest of each first."""
    paid_by = func.coalesce(REQUESTS.c.taken_from, REQUESTS.c.run).label("paid_by")
    columns = (REQUESTS.c.sha256, REQUESTS.c.repeat, REQUESTS.c.run, paid_by, REPLIES)
    query = select(*columns).join_from(REQUESTS, REPLIES).order_by(REQUESTS.c.id.desc())
    for some in _portions(contents):
        yield from connection.execute(query.where(REQUESTS.c.sha256.in_(some)))


def _by_key(connection: Connection, table: Table, key: str, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    found = connection.execute(select(table).where(table.c[key].in_(numbers)))
    return {row._mapping[key]: dict(row._mapping) for row in found}


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
