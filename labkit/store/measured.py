"""What replies have taken so far: the grounds on which the next run is forecast, and a run's bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from labkit.records import Usage
from labkit.store.schema import FAILURES, REPLIES, REQUESTS, RUNS, TEXTS

_AT_ONCE = 500  # parameters of one query; SQLite takes some thousands


@dataclass(frozen=True, slots=True)
class Measured:
    """One reply and what it took.

    Args:
        prompt_sha256: of the prompt it answered.
        texts: the messages, as sent.
        usage: tokens, as far as the model reported them.
        latency_s: seconds from sending to the last byte.
    """

    prompt_sha256: str
    texts: tuple[str, ...]
    usage: Usage
    latency_s: float


@dataclass(frozen=True, slots=True)
class Silent:
    """A request that may be on the bill with tokens that nobody knows: lost, or answered without a count.

    Args:
        row, repeat: what was asked.
        batched: whether it went out in a batch file.
        answered: whether a reply came.
    """

    row: str
    repeat: int
    batched: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """What of a run may be on the provider's bill.

    Args:
        usages: of every reply that this run paid for and that says its tokens, the second one to a row too; those of
            batch files apart.
        batched: of replies that came in batch files, at their price.
        silent: every other request that may have been worked on.
    """

    usages: tuple[Usage, ...] = ()
    batched: tuple[Usage, ...] = ()
    silent: tuple[Silent, ...] = ()

    @property
    def unanswered(self) -> int:
        """Requests that brought no reply, and may have been worked on all the same."""
        return sum(not one.answered for one in self.silent)


def paid(connection: Connection, run: str) -> Paid:
    """What of a run (whole id) may be on the bill."""
    tokens = (REPLIES.c.prompt_tokens, REPLIES.c.cached_tokens, REPLIES.c.completion_tokens)
    asked = (REQUESTS.c.row, REQUESTS.c.repeat, REQUESTS.c.batch.is_not(None), REPLIES.c.request.is_not(None))
    worked_on = REPLIES.c.request.is_not(None) | FAILURES.c.request.is_(None) | FAILURES.c.maybe_billed
    own = (REQUESTS.c.run == run, REQUESTS.c.taken_from.is_(None))
    joined = REQUESTS.outerjoin(REPLIES).outerjoin(FAILURES)
    found = connection.execute(select(*tokens, *asked).select_from(joined).where(*own, worked_on)).all()
    billed = [(Usage(*row[:3]), Silent(row[3], row[4], bool(row[5]), bool(row[6]))) for row in found]
    live, batched = (
        tuple(usage for usage, request in billed if request.batched is way and usage.counted) for way in (False, True)
    )
    return Paid(live, batched, tuple(request for usage, request in billed if not usage.counted))


def measured_replies(connection: Connection, model: str, limit: int) -> tuple[Measured, ...]:
    """The newest replies of a model.

    Args:
        connection: an open transaction.
        model: its name.
        limit: at most so many.
    """
    columns = (RUNS.c.prompt_sha256, REQUESTS.c.messages, REPLIES)
    joined = REPLIES.join(REQUESTS).join(RUNS, RUNS.c.run == REQUESTS.c.run)
    own = REQUESTS.c.taken_from.is_(None)  # a copy measures nothing anew
    query = select(*columns).select_from(joined).where(RUNS.c.model == model, own)
    found = connection.execute(query.order_by(REPLIES.c.request.desc()).limit(limit)).all()
    texts = _texts(connection, {sha256 for row in found for _, sha256 in row.messages})
    return tuple(
        Measured(
            row.prompt_sha256,
            tuple(texts[sha256] for _, sha256 in row.messages),
            Usage(row.prompt_tokens, row.cached_tokens, row.completion_tokens),
            row.latency_s,
        )
        for row in found
    )


def _texts(connection: Connection, hashes: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    wanted = sorted(hashes)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        query = select(TEXTS.c.sha256, TEXTS.c.text).where(TEXTS.c.sha256.in_(some))
        found |= {row.sha256: row.text for row in connection.execute(query)}
    return found
