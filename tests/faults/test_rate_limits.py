"""Whose limit a server means: the key's, which all its models share, or one model's, which holds up no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from labkit.evaluation import Progress
from labkit.models.api_errors import api_error
from labkit.workspace import Scene
from tests.evaluation.scripted import ask, served
from tests.models.loopback import Action, Loopback

AN_HOUR = {"Retry-After": "3600"}
OF_THE_KEY = b'{"error": {"message": "Too many requests, slow down", "code": "rate_limit_exceeded"}}'
OF_A_MODEL = b'{"error": {"message": "Rate limit reached for model `slow` in organization o", "code": "rate_limit"}}'
PATIENCE_S = 60.0
PROVIDERS = {"one": "", "other": 'key = "env:OTHER_KEY"\n'}  # at one address


@pytest.mark.parametrize(
    ("model", "message", "limit_of"),
    [
        ("openai/gpt-4o", "Rate limit reached for gpt-4o in organization o on requests per min (RPM)", "model"),
        ("openai/gpt-4o", "Rate limit reached for gpt-4o-mini in organization o", "key"),
        ("openai/gpt-4o-mini", "Rate limit reached for gpt-4o in organization o", "key"),
        ("router/deepseek/chat:free", 'Limit of model \\"deepseek/chat:free\\" reached.', "model"),
        ("zhipu/glm-4", "模型：glm-4 当前访问量过大", "model"),
        ("own/m", "I'm busy for a moment", "key"),
        ("own/.*", "Rate limit reached for anybody", "key"),
        ("own/m", "", "key"),
    ],
)
def test_a_limit_is_of_the_model_only_where_the_server_names_it(model: str, message: str, limit_of: str):
    body = f'{{"error": {{"message": "{message}", "code": "rate_limit"}}}}'.encode()
    assert getattr(api_error(429, {}, body, model), "limit_of", None) == limit_of
    assert getattr(api_error(503, {}, body, model), "limit_of", None) == ""


@contextmanager
def limited(scene: Scene, body: bytes) -> Iterator[Loopback]:
    """A server that has told model `slow` to come back in an hour, of which an evaluation knows; it answers others."""

    def act(asked: dict[str, object], seen: int) -> Action:
        return (429, AN_HOUR, body) if asked["model"] == "slow" else "ok"

    told, over = threading.Event(), threading.Event()

    def wait(progress: Progress) -> None:
        if "pause" in progress.note:
            told.set()
        if over.is_set():
            raise KeyboardInterrupt

    with Loopback(act) as server, ThreadPoolExecutor(1) as threads:
        tables = [f'[{name}]\nbase_url = "{server.url}"\n{key}' for name, key in PROVIDERS.items()]
        (scene.path / "models.toml").write_text("".join(tables), encoding="utf-8")
        waits = threads.submit(ask, scene, "one/slow", progress=wait)
        try:
            assert told.wait(PATIENCE_S)
            yield server
        finally:
            over.set()
    assert isinstance(waits.exception(), KeyboardInterrupt)


def impatient() -> Callable[[Progress], None]:
    """An observer that leaves as soon as it is told to wait, or after a minute."""
    give_up = time.monotonic() + PATIENCE_S

    def hear(progress: Progress) -> None:
        if "pause" in progress.note or time.monotonic() > give_up:
            raise KeyboardInterrupt

    return hear


def test_a_limit_of_one_model_holds_up_no_other_at_its_host(scene: Scene):
    with limited(scene, OF_A_MODEL) as server:
        run, _ = ask(scene, "one/quick", progress=impatient())
    assert run.counts["answered"] == 16
    assert server.hits == 1 + 16


def test_a_limit_of_the_key_is_kept_by_all_models_that_use_it(scene: Scene):
    with limited(scene, OF_THE_KEY) as server, pytest.raises(KeyboardInterrupt):
        ask(scene, "one/quick", progress=impatient())
    assert server.hits == 1
    assert [run.counts["pending"] for run in map(scene.store.load_run, ids(scene))] == [16, 16]


def test_a_limit_of_one_key_holds_up_no_other_key(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OTHER_KEY", "k-1")
    with limited(scene, OF_THE_KEY) as server:
        run, _ = ask(scene, "other/quick", progress=impatient())
    assert run.counts["answered"] == 16
    assert server.hits == 1 + 16


def ids(scene: Scene) -> list[str]:
    return [header.run for header in scene.store.runs()]


def test_a_pause_holds_up_all_who_would_send_and_no_row_fails(scene: Scene):
    """Row 1: four are out when one is told to come back in a second; the others' answers send nobody before."""
    out, paused = threading.Barrier(4), threading.Event()
    came: list[float] = []

    def act(_body: dict[str, object], _seen: int) -> Action:
        came.append(time.monotonic())
        number = len(came)
        if 2 <= number <= 5:
            told = out.wait(PATIENCE_S) == 0
            if told:
                return 429, {"Retry-After": "1"}, OF_THE_KEY
            assert paused.wait(PATIENCE_S)
        return "ok"

    def hear(progress: Progress) -> None:
        if progress.waiting_s > 0 and not paused.is_set():
            began.append(time.monotonic())
            paused.set()

    began: list[float] = []
    with Loopback(act) as server:
        run, _ = ask(scene, served(scene, server, timeout_s=PATIENCE_S), progress=hear)
    assert (run.counts["answered"], server.hits) == (16, 17)
    assert min(came[5:]) - max(came[1:5]) >= 1.0
