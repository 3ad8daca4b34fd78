"""How batches get to a model and answers back: each in a thread that waits for it, or all listened to by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event
from typing import Generic, TypeVar

from labkit.errors import ModelError
from labkit.evaluation.workers import Workers
from labkit.models.base import AnswersEach, Model
from labkit.models.listening import Listener
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.stopping import wanted_until
from labkit.records import Reply, Request

Flight = TypeVar("Flight")


class Senders(Generic[Flight]):
    """Sends batches, and says what came of each.

    To a model behind an API each connection is opened, and used the first time, by a thread of its own; on those that
    are open the one thread that all of this class is for sends requests itself, and listens to all of them at once.

    Args:
        model: whom to ask.
        land: is called from any thread with a batch and its replies, or the error in place of them; raises nothing.
        land_early: the same with one reply, by its place in the batch, that is there before the whole batch is.
        interrupted: once it is set, a model that computes in this process may stop.
    """

    def __init__(
        self,
        model: Model,
        land: Callable[[Flight, Sequence[Reply] | Exception], None],
        land_early: Callable[[Flight, int, Reply], None],
        interrupted: Event,
    ) -> None:
        self._model, self._land, self._land_early, self._interrupted = model, land, land_early, interrupted
        self._served = model if isinstance(model, OpenAICompatible) else None
        self._workers = Workers(max(1, model.concurrency), self._ask, awaited=not self._served)
        self._listener = Listener()

    def send(self, flight: Flight, requests: Sequence[Request]) -> None:
        """Send a batch on its way, without waiting for anything."""
        if not self._began(flight, requests):
            self._workers.submit((flight, requests))

    def wait(self, seconds: float) -> bool:
        """Wait until something may have come; whether it has."""
        return self._listener.wait(seconds)

    def take_in(self) -> None:
        """Have everything land that has come."""
        self._listener.go_on()

    def dismiss(self) -> None:
        """Wait for nothing that is still on its way."""
        self._workers.dismiss()
        self._listener.close()

    def _began(self, flight: Flight, requests: Sequence[Request]) -> bool:
        """Whether a request is on its way on a connection that was open."""

        def land(outcome: Reply | Exception) -> None:
            self._land(flight, outcome if isinstance(outcome, Exception) else (outcome,))

        try:
            return self._served is not None and self._served.begin(requests[0], self._listener, land)
        except Exception as error:
            land(error)
            return True

    def _ask(self, job: tuple[Flight, Sequence[Request]]) -> None:
        """Ask the model, and wait for it."""
        flight, requests = job
        try:
            with wanted_until(self._interrupted):
                replies = self._replies(flight, requests)
            if len(replies) != len(requests):
                raise _wrong_number(self._model, len(replies), len(requests))
            self._land(flight, replies)
        except Exception as error:
            self._land(flight, error)
        self._listener.ring()

    def _replies(self, flight: Flight, requests: Sequence[Request]) -> Sequence[Reply]:
        """The replies to a batch; those that are there before others have landed already."""
        if not isinstance(self._model, AnswersEach):
            return self._model.answer(requests)
        found: dict[int, Reply] = {}
        for k, reply in self._model.answer_each(requests):
            if k in found or not 0 <= k < len(requests):
                raise _wrong_number(self._model, len(found) + 1, len(requests))
            found[k] = reply
            self._land_early(flight, k, reply)
            self._listener.ring()
        return [found[k] for k in sorted(found)]


def _wrong_number(model: Model, replies: int, requests: int) -> ModelError:
    return ModelError.told("error.engine.reply_count", model=model.name, replies=replies, requests=requests)
