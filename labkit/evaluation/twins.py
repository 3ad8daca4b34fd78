"""Rows of one run that ask the very same, such as a post that was shared word by word, are asked once.

One of them goes first, and the others take its answer over, so that nobody pays twice for one question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from labkit.evaluation.known import worth_taking
from labkit.evaluation.plan import Plan
from labkit.records import RunRow, Status
from labkit.store import KnownReply, OpenRow, Store

if TYPE_CHECKING:
    from labkit.evaluation.evaluate import Session, Sitting

_Content = tuple[tuple[str, ...], str | None, int]  # posts, subtask, which asking


def twins_last(store: Store, plan: Plan, session: Session) -> Session:
    """A session in which one of rows that ask the same goes first; the others are asked only if that brought nothing.

    Args:
        store: where the run is.
        plan: the question.
        session: asks rows.
    """

    def ask(sitting: Sitting) -> None:
        firsts, others = _parted(sitting.rows)
        session(replace(sitting, rows=firsts))  # also where nothing is to be sent: what is out is looked at
        while others and (rest := _without_an_answer(store, plan, sitting, others)):
            firsts, others = _parted(rest)
            session(replace(sitting, rows=firsts))

    return ask


def answers_within(store: Store, plan: Plan, run: str) -> tuple[KnownReply, ...]:
    """Answers of a run to what some of its own open rows would ask once more.

    Args:
        store: where it is.
        plan: its question.
        run: its whole id.
    """
    asked = Counter(map(content_of, plan.rows))
    if len(asked) == plan.askings:
        return ()
    out = {(sent.row, sent.repeat) for sent in store.batched(run)}
    pending = (row for row in store.pending(run) if (row.example.id, row.repeat) not in out)
    open_ = [row for row in pending if asked[content_of(row)] > 1]
    return worth_taking(plan, open_, store.known_replies(plan.header, map(plan.request, open_), only=run))


def content_of(row: OpenRow | RunRow) -> _Content:
    """What a row asks, by what it is made of; rows with one content have the same request."""
    return row.example.items, row.example.subtask, row.repeat


def _parted(rows: Sequence[OpenRow]) -> tuple[list[OpenRow], list[OpenRow]]:
    """The first row of each content, and the others; both in their order."""
    seen: set[_Content] = set()
    parts: tuple[list[OpenRow], list[OpenRow]] = ([], [])
    for row in rows:
        content = content_of(row)
        parts[content in seen].append(row)
        seen.add(content)
    return parts


def _without_an_answer(store: Store, plan: Plan, sitting: Sitting, rows: Sequence[OpenRow]) -> list[OpenRow]:
    """Hand answers on to rows that ask the same; those among them whose first has come to an end without one."""
    run, wanted = sitting.run.id, {(row.example.id, row.repeat) for row in rows}
    found = answers_within(store, plan, run)
    taken = [known for known in found if (known.request.row, known.request.repeat) in wanted]
    store.take_over(run, taken)
    sitting.tally.disturbed()
    for known in taken:
        sitting.tally.answered(known.request.row, known.reply)
    sitting.tally.tell()
    ended = Counter(_ended(store.load_run(run, as_asked=True).rows))
    answered = {(known.request.row, known.request.repeat) for known in taken}
    return [row for row in rows if (row.example.id, row.repeat) not in answered and ended[content_of(row)]]


def _ended(rows: Iterable[RunRow]) -> Iterable[_Content]:
    return (content_of(row) for row in rows if row.prediction.status is not Status.PENDING)
