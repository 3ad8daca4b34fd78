"""A model in a process of its own: when it dies, another takes its place, and what is unanswered is asked again."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from labkit.errors import ModelError
from labkit.records import Request
from labkit.serving.answering import READY, Failure, Outcome, answer_until_closed, failure_of

TRIES = 2  # what was under way at two deaths is what kills the process, or holds it
_CLOSING_S = 5.0


@dataclass
class _Asked:
    """A batch under way."""

    requests: Sequence[Request]
    done: Future[list[Outcome]] = field(default_factory=Future)
    tries: int = 0


class ModelProcess:
    """A model that answers in another process.

    Args:
        scene: the scene's folder.
        model: the model's name.
    """

    def __init__(self, scene: str, model: str) -> None:
        self._scene, self._model = scene, model
        self._numbers = itertools.count()
        self._asked: dict[int, _Asked] = {}
        self._lock = threading.RLock()  # guards the pipe's sending end and what was asked
        self._ended: ModelError | None = None  # why it cannot be asked any more

    def start(self) -> None:
        """Start the process and wait until the model says it can answer.

        Raises:
            ModelError: it cannot; the message is its own.
        """
        self._begin()
        threading.Thread(target=self._listen, name=f"answers of {self._model}", daemon=True).start()

    @property
    def is_up(self) -> bool:
        """Whether it can be asked; False after it was closed, or could not be started again."""
        return self._ended is None

    def ask(self, requests: Sequence[Request]) -> Future[list[Outcome]]:
        """Ask a batch; the future brings what became of each request, in order, or why none could be asked."""
        asked = _Asked(requests)
        with self._lock:
            if self._ended:
                asked.done.set_exception(self._ended)
                return asked.done
            number = next(self._numbers)
            self._asked[number] = asked
            self._send(number, asked)
        return asked.done

    def close(self) -> None:
        """End the process; what it has not answered fails."""
        with self._lock, suppress(OSError):
            self._end(ModelError.told("error.serve.stopped", model=self._model))
            self._pipe.send(None)  # closing our end would not wake the listener
        self._process.join(_CLOSING_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _begin(self) -> None:
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        words = (theirs, self._scene, self._model)
        process = multiprocessing.get_context("spawn").Process(target=answer_until_closed, args=words, daemon=True)
        process.start()
        theirs.close()  # ours alone is open here, so that its end is noticed
        self._process, self._pipe = process, ours
        said = _first_word(ours, self._model)
        if said != READY:
            raise said.as_error() if isinstance(said, Failure) else ModelError(str(said))

    def _listen(self) -> None:
        while self._ended is None:
            try:
                number, found = self._pipe.recv()
            except (EOFError, OSError):
                self._revive()
                continue
            with self._lock:
                asked = self._asked.pop(number, None)
            if asked:
                asked.done.set_result(found)

    def _revive(self) -> None:
        """Start again, and ask again what was under way."""
        with self._lock:
            if self._ended:
                return
            self._process.join()
            try:
                self._begin()
            except ModelError as error:
                self._end(error)
                return
            for number, asked in list(self._asked.items()):
                if asked.tries < TRIES:
                    self._send(number, asked)
                    continue
                del self._asked[number]
                if len(asked.requests) == 1:
                    asked.done.set_result([failure_of(ModelError.told("error.serve.deadly"))])
                else:
                    self._ask_singly(asked, [])

    def _ask_singly(self, asked: _Asked, known: list[Outcome]) -> None:
        """Ask a batch one by one, the next when the one before is known: so a deadly request takes no other with it."""
        if len(known) == len(asked.requests):
            asked.done.set_result(known)
            return

        def go_on(alone: Future[list[Outcome]]) -> None:
            if error := alone.exception():
                asked.done.set_exception(error)
            else:
                self._ask_singly(asked, [*known, *alone.result()])

        self.ask([asked.requests[len(known)]]).add_done_callback(go_on)

    def _send(self, number: int, asked: _Asked) -> None:
        asked.tries += 1
        with suppress(OSError):  # it has just died; the listener asks again
            self._pipe.send((number, asked.requests))

    def _end(self, error: ModelError) -> None:
        self._ended = error
        for asked in self._asked.values():
            asked.done.set_exception(error)
        self._asked.clear()


def _first_word(pipe: Connection, model: str) -> object:
    try:
        return pipe.recv()
    except EOFError:
        return failure_of(ModelError.told("error.serve.died", model=model))
