"""A model of this process that does as it is told, and short ways to ask it or a server on loopback."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from labkit.evaluation import Progress, Retry, evaluate
from labkit.models.base import Model
from labkit.records import Reply, Request, Run
from labkit.workspace import Scene
from tests.models.loopback import Loopback

QUICK = Retry(attempts=3, first_delay_s=0.01, longest_delay_s=0.02)
GOOD = Reply('{"labels": ["物流"]}', b'{"labels": ["\xe7\x89\xa9\xe6\xb5\x81"]}')


class Scripted:
    """A model of this process that does what a function says, row by row, and counts what it is asked."""

    def __init__(self, act: Callable[[str, int], Reply | Exception], batch_size: int = 1, concurrency: int = 4) -> None:
        self.act, self.batch_size, self.concurrency = act, batch_size, concurrency
        self.name, self.parameters = "scripted", {"temperature": 0}
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()

    def check(self) -> None:
        return

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        assert len(requests) <= self.batch_size
        with self.lock:
            seen = [self.asked[request.row] for request in requests]
            self.asked.update(request.row for request in requests)
        outcomes = [self.act(request.row, k) for request, k in zip(requests, seen, strict=True)]
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return outcomes


class Answering:
    """A model of this process whose subclass says the text that answers a request; it keeps what it was asked."""

    name, batch_size, concurrency = "answering", 1, 1

    def __init__(self) -> None:
        self.asked: list[Request] = []

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {}

    def check(self) -> None:
        return

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        self.asked += requests
        texts = [self.text(request) for request in requests]
        return [Reply(text, text.encode()) for text in texts]

    def text(self, request: Request) -> str:
        raise NotImplementedError


def quiet(_: object) -> None:
    """An observer that tells nobody."""


def always(outcome: Reply | Exception) -> Callable[[str, int], Reply | Exception]:
    return lambda row, seen: outcome


def ask(scene: Scene, model: Model | str, **options: object) -> tuple[Run, list[Progress]]:
    notes: list[Progress] = []
    run = evaluate(scene, "v1", model, **({"progress": notes.append, "retry": QUICK} | options))
    return run, notes


def served(scene: Scene, server: Loopback, **settings: object) -> str:
    """Write the server into models.toml; the name of its model."""
    values = {"base_url": server.url, "concurrency": 4, "timeout_s": 5.0} | settings
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    (scene.path / "models.toml").write_text("[loopback]\n" + "\n".join(lines), encoding="utf-8")
    return "loopback/m"
