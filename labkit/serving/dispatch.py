"""One bounded queue before the model: what waits goes out in batches; a new release takes over between two."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from labkit.records import Reply, Request
from labkit.serving.answering import Failure, Outcome
from labkit.serving.live_release import LiveRelease

_LOOK_AGAIN_S = 0.2  # how soon an idle dispatcher notices a new release, or the end


@dataclass(frozen=True, eq=False)
class Answered:
    """A reply and the release it came from."""

    live: LiveRelease
    request: Request
    reply: Reply


@dataclass(frozen=True, eq=False)
class Waiting:
    """One request in the queue.

    Args:
        request_for: what to ask, once it is known by which release.
        done: brings the answer.
    """

    request_for: Callable[[LiveRelease], Request]
    done: Future[Answered] = field(default_factory=Future)


class Dispatcher:
    """Sends what waits to the release that is live.

    Args:
        live: what answers first.
        limit: how many requests may wait; one more is refused.
    """

    def __init__(self, live: LiveRelease, limit: int) -> None:
        self.live = live
        self._queue: queue.Queue[Waiting] = queue.Queue(limit)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return self._queue.qsize()

    def put(self, request_for: Callable[[LiveRelease], Request]) -> Future[Answered]:
        """Queue a request.

        Raises:
            queue.Full: too many wait.
        """
        waiting = Waiting(request_for)
        self._queue.put_nowait(waiting)
        return waiting.done

    def close(self) -> None:
        """Stop sending; what waits still is cancelled."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        while not self._queue.empty():
            self._queue.get_nowait().done.cancel()

    def _run(self) -> None:
        while not self._ended.is_set():
            first = self._first()
            if first:
                live = self._live_with_a_slot()
                self._send(live, [first, *self._others(live.batch_size - 1)])

    def _live_with_a_slot(self) -> LiveRelease:
        """The live release, once it has room for a batch; looked up anew, since another may take over meanwhile."""
        while True:
            live = self.live
            if live.slots.acquire(timeout=_LOOK_AGAIN_S):
                return live

    def _first(self) -> Waiting | None:
        try:
            return self._queue.get(timeout=_LOOK_AGAIN_S)
        except queue.Empty:
            return None

    def _others(self, most: int) -> Iterator[Waiting]:
        for _ in range(most):
            try:
                yield self._queue.get_nowait()
            except queue.Empty:
                return

    def _send(self, live: LiveRelease, batch: list[Waiting]) -> None:
        """Ask a batch; whoever has gone away meanwhile is left out."""
        wanted = [waiting for waiting in batch if waiting.done.set_running_or_notify_cancel()]
        rendered = [(waiting, request) for waiting in wanted if (request := _rendered(waiting, live))]
        if not rendered:
            live.slots.release()
            return

        def deliver(asked: Future[list[Outcome]]) -> None:
            live.slots.release()
            error = asked.exception()
            for waiting, _ in rendered if error else ():
                waiting.done.set_exception(error)
            for (waiting, request), outcome in zip(rendered, [] if error else asked.result(), strict=not error):
                if isinstance(outcome, Failure):
                    waiting.done.set_exception(outcome.as_error())
                else:
                    waiting.done.set_result(Answered(live, request, outcome))

        live.ask([request for _, request in rendered]).add_done_callback(deliver)


def _rendered(waiting: Waiting, live: LiveRelease) -> Request | None:
    try:
        return waiting.request_for(live)
    except Exception as error:  # it is this caller's alone; the thread serves the others too
        waiting.done.set_exception(error)
        return None
