"""Evaluations in processes of their own, which can be killed: started from a server that has imported everything."""

from __future__ import annotations

import multiprocessing
import os
import resource
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx2  # noqa: F401  (imported once by the fork server, not in each child)
import sqlalchemy.dialects.sqlite  # noqa: F401

import labkit.models.openai_compatible
import labkit.models.transport  # noqa: F401
from labkit.errors import LabkitError
from labkit.evaluation import evaluate
from labkit.store import Store
from labkit.workspace import open_scene
from tests.evaluation.scripted import QUICK

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
PATIENCE_S = 60


class Asker:
    """A process that evaluates v1 of a scene, as soon as it is let go, and tells what it has counted.

    Args:
        folder: the scene's.
        model: a name of its models.toml.
        store: where runs are kept, if not in the folder.
        file_limit: the most bytes that a file of this process may have; 0 is any number.
        rows: how many it asks about; None is all.
    """

    def __init__(
        self, folder: Path, model: str = "loopback/m", store: str = "", file_limit: int = 0, rows: int | None = None
    ) -> None:
        self._go = FORKS.Event()
        self._hears, tells = FORKS.Pipe(duplex=False)
        words = (folder, model, store, file_limit, rows, self._go, tells)
        self.process: BaseProcess = FORKS.Process(target=_ask, args=words)
        self.process.start()
        tells.close()
        assert self._hears.recv() == "ready"

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self.process.pid is not None
        return self.process.pid

    def go(self) -> Asker:
        """Let it begin."""
        self._go.set()
        return self

    def end(self) -> tuple[int, Any]:
        """Wait for its end: the most rows it has told as done, and its run's id and counts, or its error, or None."""
        told, last = 0, None
        while self._hears.poll(PATIENCE_S):
            try:
                said = self._hears.recv()
            except (EOFError, OSError):
                break
            if isinstance(said, int):
                told = max(told, said)
            else:
                last = said
        self.process.join(PATIENCE_S)
        return told, last


def _ask(folder: Path, model: str, store: str, file_limit: int, rows: int | None, go: Any, tells: Connection) -> None:
    os.environ["LABKIT_LANG"] = "en"
    os.environ.pop("LABKIT_STORE", None)  # the fork server has the words of whichever test it was started in
    if file_limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, resource.RLIM_INFINITY))
    scene = open_scene(folder)
    if store:
        scene.__dict__["store"] = Store(store)
    tells.send("ready")
    go.wait(PATIENCE_S)
    try:
        run = evaluate(scene, "v1", model, limit=rows, progress=lambda seen: tells.send(seen.done), retry=QUICK)
        tells.send((run.id, run.counts))
    except LabkitError as error:
        tells.send(str(error))
