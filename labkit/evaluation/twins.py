"""Rows of one run that ask the very same, such as a post that was shared word by word: one of them is asked.

The others take its answer over in the commit that keeps it, so that nothing is paid twice wherever a run stops. Where
it brought no answer, the next of them is asked, then two more, then four, for all may be refused; in batch files, which
take up to a day, all of them go out together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from labkit.evaluation.plan import Plan
from labkit.records import Reply, Request, Status
from labkit.store import OpenRow, Recorder

Asking = tuple[str, int]  # a row's id, which asking of it
WORTH_TAKING = (Status.ANSWERED, Status.OFF_LIST, Status.UNPARSED)  # whole answers, right or wrong, readable or not
Content = tuple[tuple[str, ...], str | None, int]  # posts, subtask, which asking


class Twins:
    """Who waits for whose answer.

    Args:
        rows: what is to be asked; where each gets examples of its own, none are twins.
        alike: whether rows with the same content are asked the very same.
    """

    def __init__(self, rows: Sequence[OpenRow], *, alike: bool = True) -> None:
        same: defaultdict[object, list[OpenRow]] = defaultdict(list)
        for row in rows:
            same[content_of(row) if alike else id(row)].append(row)
        self.firsts = [first for first, *_ in same.values()]
        self._alike = {asking_of(first): _Alike(others) for first, *others in same.values() if others}
        self._followers: set[Asking] = set()

    def answered(self, request: Request) -> list[OpenRow]:
        """The rows that waited for the answer that has come; they wait no more."""
        alike = self._alike.get((request.row, request.repeat))
        return alike.answered() if alike else []

    def unanswered(self, request: Request) -> list[OpenRow]:
        """The rows that are to be asked now, as a request that asked the same brought no answer for good."""
        alike = self._alike.get((request.row, request.repeat))
        if alike is None:
            return []
        going = alike.unanswered()
        self._alike.update(dict.fromkeys(map(asking_of, going), alike))
        self._followers.update(map(asking_of, going))
        return going

    def follows(self, request: Request) -> bool:
        """Whether a request was sent because one that asked the same had brought no answer."""
        return (request.row, request.repeat) in self._followers


class _Alike:
    """The rows that wait for one answer."""

    def __init__(self, waiting: list[OpenRow]) -> None:
        self._waiting, self._asked, self._out = waiting, 1, 1

    def answered(self) -> list[OpenRow]:
        self._out -= 1
        waiting, self._waiting = self._waiting, []
        return waiting

    def unanswered(self) -> list[OpenRow]:
        self._out -= 1
        if self._out:
            return []
        going, self._waiting = self._waiting[: self._asked], self._waiting[self._asked :]
        self._asked, self._out = self._asked + len(going), len(going)
        return going


def shares_answers(plan: Plan) -> bool:
    """Whether rows of a plan with the same content are asked the very same: not where each gets examples of its own."""
    return plan.nearest is None


def asked_once(plan: Plan, requests: Sequence[Request]) -> Sequence[Request]:
    """Those of a plan's requests that go out, if all that ask the same get the answer to the first."""
    if not shares_answers(plan):
        return requests
    examples = {example.id: example for example in plan.examples}
    rows = [OpenRow(examples[request.row], request.repeat) for request in requests]
    firsts = set(map(asking_of, Twins(rows).firsts))
    return tuple(request for request in requests if (request.row, request.repeat) in firsts)


def asking_of(row: OpenRow) -> Asking:
    """By what a row's asking is found again."""
    return row.example.id, row.repeat


def content_of(row: OpenRow) -> Content:
    """What a row asks, as far as it is made of the row."""
    return row.example.items, row.example.subtask, row.repeat


def hand_on(record: Recorder, run: str, copies: Iterable[tuple[Request, Reply]], batch: str | None = None) -> None:
    """Write answers to rows that nobody had to ask, marked as taken over from the run itself.

    Args:
        record: of the run.
        run: its whole id.
        copies: what would have been sent, with the answer to its like.
        batch: our key of the batch file in which they came, as their price is its.
    """
    copies = list(copies)
    numbers = record.requests([(request, 0) for request, _ in copies], taken_from=run, batch=batch)
    for number, (_, reply) in zip(numbers, copies, strict=True):
        record.reply(number, reply)
