"""Watches releases.jsonl: a new current release is brought up beside the old one, and takes over when it answers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from labkit.releases import release_history
from labkit.serving.dispatch import Dispatcher
from labkit.serving.live_release import LiveRelease, bring_live
from labkit.workspace import open_scene

if TYPE_CHECKING:
    from labkit.workspace import Scene

_LOOK_EVERY_S = 0.5
_CLOSING_S = 30.0


class ReleaseFollower:
    """Keeps a dispatcher on the scene's current release.

    Args:
        scene: whose releases.
        dispatcher: what answers.
        parity_rows: see `bring_live`.
    """

    def __init__(self, scene: Scene, dispatcher: Dispatcher, parity_rows: int | None) -> None:
        self._dispatcher, self._parity_rows = dispatcher, parity_rows
        self._path = scene.path / "releases.jsonl"
        self._seen: tuple[int, int] | None = None  # what came while the first release was brought up counts as well
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="releases", daemon=True)
        self.problem = ""  # why the current release is not the one that answers; "" when it is

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching; a release that is being brought up is waited for, though not for ever."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSING_S)

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            state = self._state()
            if state != self._seen:
                self._seen = state
                self._follow()

    def _follow(self) -> None:
        try:
            scene = open_scene(self._path.parent)  # as it is now: rows and task may have changed with the release
            current = release_history(scene).current
            if current and current.id != self._dispatcher.live.release.id:
                self._take_over(bring_live(scene, current, self._parity_rows))
            self.problem = ""
        except Exception as error:  # whatever it is, the old release goes on
            self.problem = str(error) or repr(error)

    def _take_over(self, live: LiveRelease) -> None:
        if self._ended.is_set():
            live.process.close()
            return
        before, self._dispatcher.live = self._dispatcher.live, live
        before.retire()

    def _state(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
