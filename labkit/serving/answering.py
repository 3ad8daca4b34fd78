"""What runs in the model's own process: requests in, replies out, over one pipe, until the pipe closes."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Lock

from labkit.errors import LabkitError, ModelBusy, ModelError
from labkit.models import Model, get_model
from labkit.records import Reply, Request
from labkit.texts import say
from labkit.workspace import open_scene

READY = "ready"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way through the pipe.

    Args:
        problem, fix: the error's two sentences.
        busy: whether the same may be asked again.
        retry_after: seconds the model's server asked to wait.
        kind: the error's, in one word; "" when it is not known.
    """

    problem: str
    fix: str = ""
    busy: bool = False
    retry_after: float | None = None
    kind: str = ""

    def as_error(self) -> ModelError:
        """The error again."""
        if self.busy:
            return ModelBusy(self.problem, self.retry_after)
        return ModelError(self.problem, self.fix, kind=self.kind)


Outcome = Reply | Failure


def answer_until_closed(pipe: Connection, scene: str, model: str) -> None:
    """Answer what comes through a pipe; the first thing sent back is READY, or the Failure that ends it.

    Args:
        pipe: takes (number, requests) and at last None, gives (number, an outcome for each).
        scene: the scene's folder.
        model: the model's name.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer: requests are under way
    try:
        answering = get_model(model, open_scene(scene))
        answering.check()
    except LabkitError as error:
        pipe.send(failure_of(error))
        return
    pipe.send(READY)
    sending = Lock()

    def answer(number: int, requests: Sequence[Request]) -> None:
        found = _answers(answering, requests)
        with sending:
            pipe.send((number, found))

    with ThreadPoolExecutor(answering.concurrency) as pool:
        while (asked := _next(pipe)) is not None:
            pool.submit(answer, *asked)


def _next(pipe: Connection) -> tuple[int, Sequence[Request]] | None:
    """The next batch with its number; None when the server wants no more, or is gone."""
    try:
        asked: tuple[int, Sequence[Request]] | None = pipe.recv()
    except EOFError:
        return None
    return asked


def _answers(model: Model, requests: Sequence[Request]) -> list[Outcome]:
    """What became of each request: a batch that fails is asked one by one, as a single one of it may be the reason."""
    try:
        replies = list(model.answer(requests))
        if len(replies) == len(requests):
            return [*replies]
        failure = Failure(say("error.serve.count", model=model.name, replies=len(replies), requests=len(requests)))
    except LabkitError as error:
        failure = failure_of(error)
    except Exception as error:  # a bug in a model must not leave its callers waiting
        failure = Failure(say("error.serve.broke", model=model.name, error=error))
    if len(requests) == 1 or failure.busy:
        return [failure] * len(requests)
    return [outcome for request in requests for outcome in _answers(model, [request])]


def failure_of(error: LabkitError) -> Failure:
    """An error as it goes through the pipe."""
    retry_after = error.retry_after if isinstance(error, ModelBusy) else None
    kind = error.kind if isinstance(error, ModelError) else ""
    return Failure(error.problem, error.fix, isinstance(error, ModelBusy), retry_after, kind)
