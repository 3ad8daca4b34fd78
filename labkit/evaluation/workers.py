"""Threads that work off a queue; cheaper for each job than `concurrent.futures`, which nobody here waits on."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

Job = TypeVar("Job")


class Workers(Generic[Job]):
    """At most so many threads, each started when there is work for it.

    Args:
        most: threads.
        work: does one job; whatever happens, it raises nothing.
        awaited: whether the program, when it ends, waits for a job that runs. One that waits for a server may be cut
            off; one that computes in this process may not, as it would take the interpreter down with it.
    """

    def __init__(self, most: int, work: Callable[[Job], None], *, awaited: bool) -> None:
        self._most, self._work, self._daemon = most, work, not awaited
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._started = 0

    def submit(self, job: Job) -> None:
        """Have a job done by the next free thread."""
        self._jobs.put(job)
        if self._started < self._most:
            self._started += 1
            Thread(target=self._run, name=f"labkit-ask-{self._started}", daemon=self._daemon).start()

    def dismiss(self) -> None:
        """Let every thread end after its job; nobody waits for that."""
        for _ in range(self._started):
            self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._work(job)
