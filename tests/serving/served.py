"""A real `python -m labkit serve` in a process of its own, on loopback, asked over HTTP."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psutil

from labkit.evaluation import evaluate
from labkit.records import Run
from labkit.releases import Release, release
from labkit.workspace import Scene

PATIENCE_S = 120.0


def release_of(scene: Scene, prompt: str, model: str = "definition-reader") -> tuple[Run, Release]:
    """A run over the test rows of a scene with a lenient gate, released."""
    (scene.path / "gate.yaml").write_text("minimum: {macro_f1: 0.0}\n", encoding="utf-8")
    run = evaluate(scene, prompt, model, split="test", reason="a test of serving")
    return run, release(scene, run.id, "Lin")


class Served:
    """The server; use it as a context manager.

    Args:
        scene: the scene's folder.
        words: further words of the command line.
    """

    def __init__(self, scene: Path, *words: object) -> None:
        self._log = scene / "serve.log"
        command = [sys.executable, "-m", "labkit", "serve", str(scene), "--json", *map(str, words)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._log.open("w"), env=os.environ | {"LABKIT_LANG": "en"}
        )

    def __enter__(self) -> Served:
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said, self.log
        self.said = json.loads(said)
        while self.get("/health")[0] == 0:
            assert self._process.poll() is None, self.log
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def root(self) -> str:
        return str(self.said["address"]).removesuffix("/v1")

    def stop(self) -> None:
        """Ask it to stop."""
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Its exit code."""
        return self._process.wait(PATIENCE_S)

    def model_process(self) -> psutil.Process:
        """The process in which the model answers now."""
        found = [
            child for child in psutil.Process(self._process.pid).children() if "spawn_main" in " ".join(child.cmdline())
        ]
        assert found, (self.get("/health"), self.log)
        return found[-1]

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self._send(Request(self.root + path, headers=headers))

    def post(self, path: str, body: object, token: str | None = None, **headers: str) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        known = {"Authorization": f"Bearer {self.said['token'] if token is None else token}"}
        return self._send(Request(self.root + path, data, {"Content-Type": "application/json", **known, **headers}))

    def classify(self, *posts: str) -> tuple[int, Any]:
        return self.post("/v1/classify", {"posts": posts})

    def _send(self, request: Request) -> tuple[int, Any]:
        """Status and JSON body; status 0 while nothing listens."""
        try:
            with urlopen(request, timeout=PATIENCE_S) as reply:
                return reply.status, _read(reply)
        except HTTPError as error:
            with error:
                return error.code, {**_read(error), "headers": dict(error.headers)}
        except ConnectionError:
            return 0, None
        except OSError as error:
            if isinstance(error.__cause__ or getattr(error, "reason", None), ConnectionError):
                return 0, None
            raise


def _read(reply: Any) -> Any:
    text = reply.read().decode()
    return json.loads(text) if reply.headers.get_content_type() == "application/json" else {"text": text}


class Load:
    """Callers in threads that classify posts until they are told to stop; what each got is kept.

    Args:
        server: whom they ask.
        posts: what they ask, over and over.
        callers: how many at once.
    """

    def __init__(self, server: Served, posts: list[str], callers: int = 4) -> None:
        self.answers: list[tuple[int, Any]] = []
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(server, posts)) for _ in range(callers)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _call(self, server: Served, posts: list[str]) -> None:
        while not self._ended.is_set():
            for post in posts:
                self.answers.append(server.classify(post))

    @property
    def releases(self) -> set[str]:
        """Which releases have answered so far."""
        return {answer["release"] for status, answer in list(self.answers) if status == 200}

    def answered_by(self, release: str, begin: int = 0) -> int:
        """How many answers a release gave from the answer numbered `begin` on."""
        return sum(status == 200 and answer["release"] == release for status, answer in self.answers[begin:])

    @property
    def failed(self) -> list[tuple[int, Any]]:
        """What was not answered."""
        return [(status, answer) for status, answer in list(self.answers) if status != 200]


class KeptOpen(Load):
    """As wrk asks: each caller over one connection that stays open; a connection that breaks has lost its request."""

    def _call(self, server: Served, posts: list[str]) -> None:
        headers = {"Authorization": f"Bearer {server.said['token']}", "Content-Type": "application/json"}
        bodies = itertools.cycle([json.dumps({"posts": [post]}) for post in posts])
        address = urlsplit(server.root)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE_S)
        while not self._ended.is_set():
            try:
                connection.request("POST", "/v1/classify", next(bodies), headers)
                reply = connection.getresponse()
                self.answers.append((reply.status, json.loads(reply.read())))
            except (HTTPException, OSError) as error:
                self.answers.append((0, repr(error)))
                connection.close()
        connection.close()
