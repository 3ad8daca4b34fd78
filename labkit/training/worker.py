"""The process that trains: `python -m labkit.training.worker JOBDIR`; nobody else writes into the folder meanwhile."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labkit.errors import LabkitError
from labkit.training.faults import explain
from labkit.training.job_folder import JobFolder
from labkit.training.recipe import Recipe, recipe_from_mapping

_BEAT_S = 2.0


def main() -> int:
    """Take the job's lock, train, and leave a report whatever happens; exit 0 only with an adapter."""
    folder = JobFolder(Path(sys.argv[1]))
    with folder.holding():
        _sign(folder)
        with _beating(folder):
            return _train(folder)


def _train(folder: JobFolder) -> int:
    try:
        from labkit.training.qlora import train

        report = train(folder)
    except BaseException as error:
        traceback.print_exc()
        report = {"state": "failed", "problem": explain(error, _recipe(folder))}
        folder.tell("end", **report)
        folder.write("report.json", report)
        return 1
    folder.tell("end", **report)
    folder.write("report.json", report)
    return 0


def _recipe(folder: JobFolder) -> Recipe:
    """The knobs that a fix may name; the defaults where the job's own cannot be read."""
    try:
        return recipe_from_mapping(folder.spec()["recipe"], "job.json")
    except LabkitError:
        return Recipe()


def _sign(folder: JobFolder) -> None:
    """Say who trains; the time of creation tells this process from a later one with the same pid."""
    import psutil

    folder.write("process.json", {"pid": os.getpid(), "created": psutil.Process().create_time()})


@contextmanager
def _beating(folder: JobFolder) -> Iterator[None]:
    """A heartbeat from a thread of its own, so that a stuck training can be told from a slow one."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(_BEAT_S):
            folder.beat()

    thread = threading.Thread(target=beat, daemon=True)
    folder.beat()
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
