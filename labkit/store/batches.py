"""Batch files of a run: which requests are out in one, and what the provider calls it, for whoever fetches it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from labkit.store.schema import BATCHES, FAILURES, REPLIES, REQUESTS


@dataclass(frozen=True, slots=True)
class Batched:
    """A request that went out in a batch file and of which nothing more is known.

    Args:
        number: of the request; its `custom_id` in the file.
        row, repeat: what was asked.
        batch: our key of the file.
    """

    number: int
    row: str
    repeat: int
    batch: str


@dataclass(frozen=True, slots=True)
class SentBatch:
    """What a provider calls a batch file of ours.

    Args:
        key: ours.
        file: its id of the file of requests.
        batch: its id of the batch; "" as long as it has not said it.
    """

    key: str
    file: str
    batch: str = ""


def batched(connection: Connection, run: str) -> tuple[Batched, ...]:
    """What of a run (whole id) is out in batch files, in the order in which it was recorded."""
    columns = (REQUESTS.c.id, REQUESTS.c.row, REQUESTS.c.repeat, REQUESTS.c.batch)
    joined = REQUESTS.outerjoin(REPLIES).outerjoin(FAILURES)
    no_end = (REPLIES.c.request.is_(None), FAILURES.c.request.is_(None))
    sent = (REQUESTS.c.run == run, REQUESTS.c.batch.is_not(None), REQUESTS.c.taken_from.is_(None))
    query = select(*columns).select_from(joined).where(*sent, *no_end)
    return tuple(Batched(*row) for row in connection.execute(query.order_by(REQUESTS.c.id)))


def keep_batch(connection: Connection, run: str, sent: SentBatch) -> None:
    """Write down what the provider calls a batch file; the newest word on a key counts."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(insert(BATCHES).values(run=run, recorded=at, **asdict(sent)))


def sent_batches(connection: Connection, run: str) -> dict[str, SentBatch]:
    """Our key of each batch file of a run (whole id) -> what the provider calls it."""
    query = select(BATCHES.c.key, BATCHES.c.file, BATCHES.c.batch).where(BATCHES.c.run == run)
    return {row.key: SentBatch(*row) for row in connection.execute(query.order_by(BATCHES.c.number))}
