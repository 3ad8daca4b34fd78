"""The process that trains: `python -m labkit.training.worker JOBDIR`; nobody else writes into the folder meanwhile.

Under `torchrun` or `accelerate launch` several train together; the first of them is the one that everybody sees.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from labkit.errors import LabkitError, TrainingFailed
from labkit.texts import Phrase
from labkit.training.faults import explain, failure_report, is_out_of_memory
from labkit.training.job_folder import JobFolder, ReadJobFolder
from labkit.training.memory import read_layout, smaller, write_layout
from labkit.training.ranks import Ranks, ranks_of
from labkit.training.recipe import Recipe, recipe_from_mapping

_BEAT_S = 2.0
_AGAIN = 75  # what `_train` says when the process is to begin anew with another layout


def main() -> int:
    """Take the job's lock, train, and leave a report whatever happens; exit 0 only with an adapter."""
    path, ranks = Path(sys.argv[1]), ranks_of(os.environ)
    return lead(JobFolder(path), ranks) if ranks.first else _train(ReadJobFolder(path), ranks)


def lead(folder: JobFolder, ranks: Ranks) -> int:
    """Train as the one process that writes into the folder."""
    with folder.holding():
        _sign(folder)
        with _beating(folder):
            code = _train(folder, ranks)
    if code == _AGAIN:
        os.execv(sys.executable, folder.command)  # noqa: S606  (this very process, its memory given back whole)
    return code


def _train(folder: JobFolder, ranks: Ranks) -> int:
    try:
        from labkit.training.qlora import train

        report = train(folder, ranks)
    except BaseException as error:
        traceback.print_exc()
        less = _shrunk(JobFolder(folder.path)) if is_out_of_memory(error) else None
        if less and ranks.alone:
            return _AGAIN
        again = TrainingFailed.told("error.fault.again", layout=less) if less else None
        report = failure_report(again or explain(error, _recipe(folder)))
        folder.tell("end", **report)
        folder.write("report.json", report)
        return 1
    folder.tell("end", **report)
    folder.write("report.json", report)
    return 0


def _shrunk(folder: JobFolder) -> Phrase | None:
    """A smaller layout to go on with, as it is told of; it is kept. None where there is none."""
    recipe, layout = _recipe(folder), read_layout(folder)
    less = smaller(layout, recipe.batch) if layout and recipe.auto_micro_batch else None
    if less is None:
        return None
    write_layout(folder, less)
    how = "layout.recomputed" if less.checkpointing else "layout.kept"
    rows = Phrase(how, {"rows": less.at_once, "batch": recipe.batch})
    folder.alarm("memory", Phrase("alarm.memory", {"layout": rows}))
    return rows


def _recipe(folder: JobFolder) -> Recipe:
    """The knobs that a fix may name, rows at once as they were; the defaults where the job's own cannot be read."""
    try:
        recipe, layout = recipe_from_mapping(folder.spec()["recipe"], "job.json"), read_layout(folder)
    except LabkitError:
        return Recipe()
    return replace(recipe, micro_batch=layout.at_once) if layout else recipe


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
