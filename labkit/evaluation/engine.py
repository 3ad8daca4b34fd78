"""Sends the pending rows of a run and keeps what comes back.

Other threads only wait for answers (see `Senders`); one thread does all the rest, turn by turn. In each turn everything
that has arrived and everything that is about to be sent goes to the disk in one commit; only then is the one sent and
the other counted.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from heapq import heappop, heappush
from itertools import islice
from threading import Event

from labkit.errors import LabkitError, ModelBusy, ModelUnreachable, StoreError, WebPage
from labkit.evaluation.flights import Arrival, Batch, Flight, Later
from labkit.evaluation.interrupts import deferring_interrupts
from labkit.evaluation.purse import Purse, Unlimited
from labkit.evaluation.retry import Retry, Verdict
from labkit.evaluation.room import Guest, Room, room_of
from labkit.evaluation.senders import Senders
from labkit.evaluation.tally import Tally
from labkit.evaluation.trust import Trust
from labkit.evaluation.twins import Twins, hand_on
from labkit.models.base import Model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.parsing import is_blank
from labkit.records import Reply, Request
from labkit.store import OpenRow, Recorder, Store
from labkit.texts import say

_LAST_WORDS_S = 10.0  # after an interrupt, how long answers that are already paid for are waited for
_GATHER_S = 0.002  # what lands within it shares one commit
_LOOK_S = 0.02  # how often who is kept out by others at the same host looks for room
_TICK_S = 1.0  # how often progress is told while nothing arrives
_PAGES = 2  # web pages in a row, after which what answers is no model


class Engine:
    """One session of asking; used once.

    Args:
        store: where requests and replies are kept.
        run: the id of the run.
        model: whom to ask; at most `model.concurrency` batches of `model.batch_size` rows at once, fewer while others
            ask the same host. The first batch goes ahead alone, so that what would fail for every row is found by one
            request, unless the model has answered this process lately (see `Trust`).
        retry: how patient to be.
        tally: counts rows and tells progress.
        purse: has a say before each request.
    """

    def __init__(
        self, store: Store, run: str, model: Model, retry: Retry, tally: Tally, purse: Purse | None = None
    ) -> None:
        self._store, self._run, self._model, self._retry, self._tally = store, run, model, retry, tally
        self._purse = purse or Unlimited()
        self._concurrency = max(1, model.concurrency)
        self._room = room_of(model)
        self._own_room = Room(self._concurrency)  # as far as the server limits this very model
        self._guest = Guest()
        self._trust = Trust(model)
        self._most = self._concurrency if self._trust.holds else 1  # at once; all when something has come back
        self._is_served = isinstance(model, OpenAICompatible)
        self._interrupted = Event()  # what is computed in this process costs nothing, and is let go of
        self._senders: Senders[Flight] = Senders(model, self._land, self._land_early, self._interrupted)
        self._fresh: deque[tuple[OpenRow, ...]] = deque()
        self._rendered: deque[Batch] = deque()  # what comes before them, made while there was nothing else to do
        self._later: list[Later] = []
        self._held: Batch | None = None  # the purse lets it go when something on its way has settled
        self._flying: set[Flight] = set()
        self._landed: deque[Arrival] = deque()  # filled by the threads that wait, too
        self._arrivals: list[Arrival] = []  # taken from there, not yet on the disk
        self._twins = Twins(())
        self._copies: list[tuple[OpenRow, Reply]] = []  # answers that go on to twins, not yet on the disk
        self._given_up_in_a_row = self._pages_in_a_row = 0
        self._has_answered = False
        self._stopped: BaseException | None = None

    def ask(self, rows: Twins, render: Callable[[OpenRow], Request]) -> None:
        """Ask rows until each has a reply or is given up.

        Args:
            rows: what is pending, one of those that ask the same for all of them.
            render: makes the request of a row, when its turn comes.

        Raises:
            ModelRefused, ModelUnreachable: the model will answer nothing more; open rows stay pending.
            LabkitError: the purse let nothing more go; open rows stay pending.
            StoreError: the disk is full or fails; answers on their way were waited for and kept as far as it allows.
            KeyboardInterrupt: the user stopped it; answers on their way were waited for and kept.
        """
        self._twins = rows
        self._line_up(rows.firsts)
        try:
            with self._room.guest() as self._guest:
                self._ask_until_done(render)
        finally:
            self._interrupted.set()  # whatever ended this, nobody waits any more
            self._senders.dismiss()
        if self._stopped:
            raise self._stopped

    def _line_up(self, rows: Sequence[OpenRow]) -> None:
        size = max(1, self._model.batch_size)
        self._fresh.extend(tuple(rows[k : k + size]) for k in range(0, len(rows), size))

    def _ask_until_done(self, render: Callable[[OpenRow], Request]) -> None:
        try:
            self._ask_until_interrupted(render)
        except StoreError as error:
            self._stopped = error
            self._rescue(render)

    def _ask_until_interrupted(self, render: Callable[[OpenRow], Request]) -> None:
        try:
            self._take_turns(render)
        except KeyboardInterrupt as interrupt:
            self._stopped = interrupt
            self._interrupted.set()
            if self._flying:
                self._tally.tell(say("evaluate.stopping", seconds=round(_LAST_WORDS_S)))
            self._take_turns(render, until=time.monotonic() + _LAST_WORDS_S)

    def _take_turns(self, render: Callable[[OpenRow], Request], until: float = float("inf")) -> None:
        self._turn(render)
        while self._unfinished() and time.monotonic() < until:
            self._render_ahead(render)
            self._wait()
            self._turn(render)

    def _rescue(self, render: Callable[[OpenRow], Request]) -> None:
        """After the disk refused: send nothing more, take in what is on its way, and try once more to keep it."""
        until = time.monotonic() + _LAST_WORDS_S
        while self._on_their_way and time.monotonic() < until:
            self._wait()
            with deferring_interrupts():
                self._take_in()
        self._store.reopen()
        with suppress(StoreError):
            self._turn(render)

    def _unfinished(self) -> bool:
        return bool(self._flying or (not self._stopped and self._is_open))

    @property
    def _is_open(self) -> bool:
        """Whether there is more to send."""
        return bool(self._held or self._later or self._rendered or self._fresh)

    def _turn(self, render: Callable[[OpenRow], Request]) -> None:
        """Put on the disk what arrived and what goes out, together; then send the one and count the other."""
        with deferring_interrupts():  # or an answer is neither here nor there, or a request recorded and never sent
            self._take_turn(render)
        self._tally.tell(waiting_s=self._quiet_until - time.monotonic())

    def _take_turn(self, render: Callable[[OpenRow], Request]) -> None:
        self._take_in()
        for arrival in self._arrivals:
            self._settle(arrival)
            self._follow(arrival)
            self._let_twins_go(arrival)
        departing = self._departing(render)
        if self._arrivals or departing:
            with self._store.recording(self._run) as record:
                for arrival in self._arrivals:
                    _record_arrival(record, arrival)
                hand_on(record, self._run, [(render(row), reply) for row, reply in self._copies])
                flights = _record_departures(record, departing)
            self._flying.update(flights)
            for flight in flights:  # first: answers are counted while these are on their way
                self._senders.send(flight, flight.batch.requests)
            while self._arrivals:
                self._count(self._arrivals.pop())
            while self._copies:
                row, reply = self._copies.pop()
                self._tally.answered(row.example.id, reply)

    @property
    def _quiet_until(self) -> float:
        """A server that asks for a pause gets it from all threads."""
        return max(self._room.quiet_until, self._own_room.quiet_until)

    def _departing(self, render: Callable[[OpenRow], Request]) -> list[Batch]:
        """Batches that go out in this turn: as many as there is room and the purse lets go."""
        departing: list[Batch] = []
        try:
            if self._is_open:
                self._store.check_room()
            for batch in islice(self._due(render), self._free()):
                if not self._purse.reserve(batch.requests):
                    self._held = batch
                    break
                departing.append(batch)
        except LabkitError as error:
            self._stopped = self._stopped or error
        return departing

    def _free(self) -> int:
        """How many batches may go out now: as many as this model and the host's room allow."""
        flying, now = self._on_their_way, time.monotonic()
        quiet = self._stopped or now < self._quiet_until
        again = sum(later.not_before <= now for later in self._later)
        due = bool(self._held) + again + len(self._rendered) + len(self._fresh)
        most = min(self._most, self._own_room.size)
        return self._room.claim(self._guest, flying, 0 if quiet else max(0, min(due, most - flying)))

    def _due(self, render: Callable[[OpenRow], Request]) -> Iterator[Batch]:
        """Batches that may go out now: what was held first, then second attempts."""
        now = time.monotonic()
        if self._stopped or now < self._quiet_until:
            return
        if self._held:
            held, self._held = self._held, None
            yield held
        while self._later and self._later[0].not_before <= now:
            yield heappop(self._later).batch
        while self._rendered or self._fresh:
            yield self._rendered.popleft() if self._rendered else self._render_next(render)

    def _render_next(self, render: Callable[[OpenRow], Request]) -> Batch:
        batch = Batch(tuple(render(row) for row in self._fresh[0]))
        self._fresh.popleft()
        return batch

    def _render_ahead(self, render: Callable[[OpenRow], Request]) -> None:
        """Render what goes out next as long as nothing lands; what cannot be rendered is told when its turn comes."""
        most = 0 if self._stopped else 2 * self._concurrency
        with suppress(LabkitError):
            while self._fresh and len(self._rendered) < most and not self._landed:
                self._rendered.append(self._render_next(render))

    def _land(self, flight: Flight, outcome: Sequence[Reply] | Exception) -> None:
        """Take what came of a flight; called from any thread, and whatever happens lands in the queue."""
        late = flight.late
        rest = flight.only(late) if flight.early else flight
        if isinstance(outcome, Exception):
            verdict = self._retry.verdict(outcome, flight.batch.attempt, len(flight.ids))
            self._landed.append(Arrival(rest, flight, error=outcome, verdict=verdict))
        else:
            self._landed.append(Arrival(rest, flight, [outcome[k] for k in late]))

    def _land_early(self, flight: Flight, place: int, reply: Reply) -> None:
        """Take one reply of a flight that goes on."""
        flight.early.add(place)
        self._landed.append(Arrival(flight.only([place]), None, (reply,)))

    def _wait(self) -> None:
        """Wait for something to land, and a moment for more, or until a batch is due."""
        if self._senders.wait(self._patience_s()) and len(self._flying) > len(self._landed):
            time.sleep(_GATHER_S)

    def _take_in(self) -> None:
        """Take everything that has landed."""
        self._senders.take_in()
        while self._landed:
            self._arrivals.append(self._landed.popleft())

    def _patience_s(self) -> float:
        """Seconds until a waiting batch may go out, when there is room for it; at most a tick."""
        if self._guest.kept_out:
            return _LOOK_S
        if self._stopped or not self._is_open or len(self._flying) >= self._allowed or (self._held and self._flying):
            return _TICK_S
        due = max(self._later[0].not_before if self._later and not self._held else 0.0, self._quiet_until)
        return min(max(due - time.monotonic(), 0.001), _TICK_S)

    @property
    def _on_their_way(self) -> int:
        """Flights of which something has not arrived."""
        return len(self._flying) - sum(arrival.whole is not None for arrival in self._arrivals)

    @property
    def _allowed(self) -> int:
        return min(self._most, self._room.size, self._own_room.size)

    def _settle(self, arrival: Arrival) -> None:
        """Tell the purse what became of each request: its reply, or the error that met all of them."""
        for k, request in enumerate(arrival.part.batch.requests):
            self._purse.settle((request.row, request.repeat), arrival.error or arrival.replies[k])

    def _follow(self, arrival: Arrival) -> None:
        """Draw the consequences: what is asked again and when, and whether anything more is asked at all."""
        batch, error = arrival.part.batch, arrival.error
        if error is not None or batch.blank:
            self._tally.disturbed()
        if isinstance(error, ModelBusy) and error.overloaded:
            room = self._own_room if error.limit_of == "model" else self._room
            room.crowded(arrival.part.sent)
        elif error is None or arrival.verdict is Verdict.GIVE_UP:
            self._most = self._concurrency
            self._room.answered()
            self._own_room.answered()
        if error is None:
            self._trust.earn()
            self._given_up_in_a_row = self._pages_in_a_row = 0
            self._has_answered = True
            if self._is_asked_again(arrival):
                self._postpone(replace(batch, attempt=batch.attempt + 1, blank=arrival.replies[0]))
        elif arrival.verdict is Verdict.AGAIN:
            self._postpone(replace(batch, attempt=batch.attempt + 1), error)
            self._look_for_pages(error)
        elif arrival.verdict is Verdict.APART:
            for request in batch.requests:
                self._postpone(Batch((request,)), error)
        elif arrival.verdict is Verdict.GIVE_UP:
            self._give_up(batch, error)
        else:
            self._trust.lose()
            self._stopped = self._stopped or error

    def _let_twins_go(self, arrival: Arrival) -> None:
        """Rows that waited for this get its answer; where it brought none for good, they are asked."""
        if self._is_asked_again(arrival) or (arrival.error and arrival.verdict is not Verdict.GIVE_UP):
            return
        answers = [None] * len(arrival.part.ids) if arrival.error else arrival.replies
        for request, reply in zip(arrival.part.batch.requests, answers, strict=True):
            if not reply or not self._tally.is_whole(request.row, reply):
                self._line_up(self._twins.unanswered(request))
            elif twins := self._twins.answered(request):
                self._tally.disturbed()
                self._copies += [(twin, reply) for twin in twins]

    def _is_asked_again(self, arrival: Arrival) -> bool:
        """Whether a server's answer is empty for the first time; a model of this process would say the same again."""
        batch = arrival.part.batch
        insists = self._is_served and not self._stopped and batch.blank is None and batch.attempt < self._retry.attempts
        return insists and len(arrival.replies) == 1 and is_blank(arrival.replies[0])

    def _look_for_pages(self, error: Exception) -> None:
        """One web page in place of an answer may be a server's moment; a second one is somebody else's door."""
        self._pages_in_a_row += isinstance(error, WebPage)
        if self._pages_in_a_row >= _PAGES:
            self._stopped = self._stopped or error

    def _postpone(self, batch: Batch, error: Exception | None = None) -> None:
        if not batch.requests:  # all of it had landed before the error
            return
        not_before = time.monotonic() + self._retry.delay_s(error, max(1, batch.attempt - 1))
        if isinstance(error, ModelBusy) and error.retry_after is not None:
            room = self._room if error.limit_of == "key" else self._own_room
            room.pause(not_before)
        heappush(self._later, Later(not_before, batch))

    def _give_up(self, batch: Batch, error: Exception) -> None:
        """Count it; copies of a post that a model refuses, where it answers others, do not mean that it is gone."""
        self._given_up_in_a_row += sum(
            not (self._has_answered and self._twins.follows(request)) for request in batch.requests
        )
        if self._given_up_in_a_row >= max(self._retry.hopeless, 2 * self._concurrency):
            self._stopped = self._stopped or ModelUnreachable.told(
                "error.engine.gave_up", model=self._model.name, given_up_in_a_row=self._given_up_in_a_row, error=error
            )

    def _count(self, arrival: Arrival) -> None:
        """Count rows whose end is on the disk."""
        if arrival.whole:
            self._flying.discard(arrival.whole)
        batch = arrival.part.batch
        if self._is_asked_again(arrival):
            return
        for request, reply in zip(batch.requests, arrival.replies, strict=False):
            self._tally.answered(request.row, reply, request.repeat)
        if arrival.verdict is Verdict.GIVE_UP:
            for request in batch.requests:
                self._tally.answered(request.row, batch.blank) if batch.blank else self._tally.failed(request.row)


def _record_departures(record: Recorder, departing: Sequence[Batch]) -> list[Flight]:
    """Record all batches that go out together, in one statement."""
    sent = [(request, batch.attempt) for batch in departing for request in batch.requests]
    ids = iter(record.requests(sent))
    return [Flight(batch, tuple(islice(ids, len(batch.requests)))) for batch in departing]


def _record_arrival(record: Recorder, arrival: Arrival) -> None:
    for request, reply in zip(arrival.part.ids, arrival.replies, strict=False):
        record.reply(request, reply)
    if arrival.error is not None:
        for request in arrival.part.ids:
            record.failure(
                request,
                str(arrival.error) or type(arrival.error).__name__,
                final=arrival.verdict is Verdict.GIVE_UP,
                raw=getattr(arrival.error, "raw", b""),
                maybe_billed=getattr(arrival.error, "maybe_billed", True),
            )
