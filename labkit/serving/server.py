"""`serve`: the current release on loopback, behind a token, until it is told to stop."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from labkit.errors import BadInput, MissingExtra, UnknownName
from labkit.releases import Release, release_history
from labkit.serving.ports import HOST, free_port, listen, port_of
from labkit.texts import say
from labkit.traffic import FeedbackLog, Keeping, TrafficLog

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from labkit.workspace import Scene

USUAL_PORT = 8100
_NEEDED = ("fastapi", "uvicorn", "prometheus_client")


@dataclass(frozen=True, slots=True)
class Serving:
    """How a release is served.

    Args:
        release: "current", which follows releases and rollbacks, or the id of one release.
        port: where, on loopback; None for the first free one from 8100 on.
        token: what clients must bring.
        queue: how many requests may wait; one more gets 429.
        parity_rows: see `bring_live`.
        allowed_hosts: further names that a Host header may hold, such as that of a proxy.
        traffic: how what was classified is kept for `read_traffic`; None to keep nothing. Chat completions carry whole
            prompts instead of posts, and are never kept.
        stop_within_s: seconds in which a stop still waits for answers; what has none by then gets 503.
    """

    release: str = "current"
    port: int | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    queue: int = 64
    parity_rows: int | None = None
    allowed_hosts: Sequence[str] = ()
    traffic: Keeping | None = field(default_factory=Keeping)
    stop_within_s: int = 30


def serve(scene: Scene, serving: Serving, when_up: Callable[[Release, str], None] = lambda *_: None) -> None:
    """Serve a release until SIGTERM or Ctrl-C; requests under way are answered first.

    Args:
        scene: whose release.
        serving: how.
        when_up: called once the release answers as it did at its gate and the port is open, with the base URL for
            clients of the Chat Completions API.

    Raises:
        MissingExtra: fastapi, uvicorn or prometheus-client is not installed.
        BadInput: nothing has been released; the port is taken.
        UnknownName: there is no such release.
        NotAsGated, ModelError: see `bring_live`.
    """
    if any(find_spec(package) is None for package in _NEEDED):
        raise MissingExtra(say("feature.serving"), "serve")
    import uvicorn

    from labkit.serving.api import build_api
    from labkit.serving.dispatch import Dispatcher
    from labkit.serving.following import ReleaseFollower
    from labkit.serving.live_release import bring_live

    free_port(serving.port, USUAL_PORT)  # refused before a model is loaded
    live = bring_live(scene, wanted_release(scene, serving.release), serving.parity_rows)
    dispatcher = Dispatcher(live, serving.queue)
    follower = ReleaseFollower(scene, dispatcher, serving.parity_rows)
    traffic = TrafficLog(scene.path, serving.traffic, scene.task.language) if serving.traffic else None
    try:
        hosts = [HOST, "localhost", *serving.allowed_hosts]
        feedback = FeedbackLog(scene.path, scene.task, serving.traffic) if serving.traffic else None
        app = build_api(dispatcher, follower, serving.token, hosts, traffic, feedback)
        dispatcher.start()
        if traffic:
            traffic.start()
        if serving.release == "current":
            follower.start()
        with listen(serving.port, USUAL_PORT) as listening, _ending_in_peace():
            when_up(dispatcher.live.release, f"http://{HOST}:{port_of(listening)}/v1")
            uvicorn.Server(_config(app, serving)).run(sockets=[listening])
    finally:
        follower.close()
        dispatcher.live.process.close()  # what it has not answered fails, which lets the dispatcher end
        dispatcher.close()
        if traffic:
            traffic.close()


@contextmanager
def _ending_in_peace() -> Iterator[None]:
    """Uvicorn raises the signal that stopped it once more when it has stopped; what comes after it must run still."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _config(app: FastAPI, serving: Serving) -> uvicorn.Config:
    import uvicorn

    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=serving.stop_within_s,
    )


def wanted_release(scene: Scene, name: str) -> Release:
    """The current release, or the one of that id; BadInput or UnknownName when there is none."""
    history = release_history(scene)
    if name == "current":
        if history.current is None:
            raise BadInput.told("error.release.none", scene=scene.path)
        return history.current
    known = {release.id: release for release in history.releases}
    if name not in known:
        raise UnknownName("release", name, known)
    return known[name]
