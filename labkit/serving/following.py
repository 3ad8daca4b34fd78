"""Watches releases.jsonl: a new current release is brought up beside the old one, and takes over when it answers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from labkit.errors import LabkitError
from labkit.releases import release_history
from labkit.serving.dispatch import Dispatcher
from labkit.serving.live_release import bring_live

if TYPE_CHECKING:
    from labkit.workspace import Scene

_LOOK_EVERY_S = 0.5


class ReleaseFollower:
    """Keeps a dispatcher on the scene's current release.

    Args:
        scene: whose releases.
        dispatcher: what answers.
        parity_rows: see `bring_live`.
    """

    def __init__(self, scene: Scene, dispatcher: Dispatcher, parity_rows: int | None) -> None:
        self._scene, self._dispatcher, self._parity_rows = scene, dispatcher, parity_rows
        self._path = scene.path / "releases.jsonl"
        self._seen = self._state()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="releases", daemon=True)
        self.problem = ""  # why the current release is not the one that answers; "" when it is

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching; a release that is being brought up is waited for."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            state = self._state()
            if state != self._seen:
                self._seen = state
                self._follow()

    def _follow(self) -> None:
        try:
            current = release_history(self._scene).current
            if current and current.id != self._dispatcher.live.release.id:
                before = self._dispatcher.live
                self._dispatcher.live = bring_live(self._scene, current, self._parity_rows)
                before.retire()
            self.problem = ""
        except LabkitError as error:
            self.problem = str(error)

    def _state(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
