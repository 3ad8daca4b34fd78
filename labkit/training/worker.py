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
from labkit.training.job_folder import JobFolder

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
        problem = str(error) if isinstance(error, LabkitError) else f"{type(error).__name__}: {error}"
        folder.tell("end", state="failed", problem=problem[:500])
        folder.write("report.json", {"state": "failed", "problem": " ".join(problem.split())[:500]})
        return 1
    folder.tell("end", **report)
    folder.write("report.json", report)
    return 0


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
