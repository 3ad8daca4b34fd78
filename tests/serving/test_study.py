"""A released prompt and the study model, a real transformer, over HTTP and offline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest

from labkit.prompts import render
from labkit.records import Run
from labkit.releases import rollback
from labkit.workspace import Scene, create_scene, open_scene
from tests.calls_outside import refuse_calls_outside
from tests.serving.served import KeptOpen, Served, release_of
from tests.serving.test_server import until

MODEL, ROWS = "local/study@full@labels", 12


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """The bundled scene with fewer rows."""
    bundled = open_scene("support_intents")
    rows = [row for split in ("pool", "test") for row in bundled.examples(split)[:ROWS]]
    prompts = [bundled.prompt(name) for name in ("v1", "v2")]
    return create_scene(tmp_path / "support", replace(bundled.task, test_sha256=None), rows, prompts)


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hosts beyond this machine that the server tried to reach; absent when there are none."""
    return refuse_calls_outside(tmp_path, monkeypatch)


def client_of(server: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.said["address"], api_key=server.said["token"], max_retries=0)


def messages_of(scene: Scene, run: Run) -> Iterator[tuple[list[Any], str]]:
    """What the gated run told the model about each row, as a client would send it, with what it answered."""
    for row in run.rows:
        parts = render(scene.prompt("v2"), scene.task, row.example).messages
        yield [{"role": part.role, "content": part.content} for part in parts], row.reply


def test_it_answers_offline_as_its_gated_run_did(scene: Scene, calls: Path):
    run, _ = release_of(scene, "v2", MODEL)
    with Served(scene.path) as server:
        for row in run.rows[:8]:
            asked = {"posts": row.example.items, "subtask": row.example.subtask}
            status, found = server.post("/v1/classify", asked)
            assert status == 200, (found, server.log)
            assert (found["status"], found["labels"]) == ("answered", list(row.prediction.labels))
            assert 0 < found["confidence"] <= 1
        completions = client_of(server).chat.completions
        for messages, answer in [*messages_of(scene, run)][:8]:
            said = completions.create(model="current", messages=messages)
            assert (said.choices[0].message.content, said.model) == (answer, "r1")
    assert not calls.exists(), calls.read_text()


def test_a_prompt_that_it_cannot_answer_fails_alone(scene: Scene):
    release_of(scene, "v2", MODEL)
    with Served(scene.path, "--traffic", "off") as server, KeptOpen(server, ["my card was charged twice"], 8) as load:
        until(lambda: load.answered_by("r1") > 8, server.log)
        ask = client_of(server).chat.completions.create
        for _ in range(10):
            with pytest.raises(openai.BadRequestError, match="names no labels"):
                ask(model="current", messages=[{"role": "user", "content": "hi"}])
    assert load.failed == []


def test_it_is_swapped_killed_and_rolled_back_without_losing_a_request(scene: Scene):
    release_of(scene, "v1", MODEL)
    with Served(scene.path, "--traffic", "off") as server, KeptOpen(server, ["close my account"], 8) as load:
        until(lambda: load.answered_by("r1") > 8, server.log)
        release_of(scene, "v2", MODEL)
        until(lambda: load.answered_by("r2") > 8, server.log)
        server.model_process().kill()
        before = len(load.answers)
        until(lambda: load.answered_by("r2", before) > 16, server.log)
        rollback(scene, "Lin", "complaints")
        until(lambda: server.get("/health")[1]["release"] == "r1", server.log)
        before = len(load.answers)
        until(lambda: load.answered_by("r1", before) > 8, server.log)
    assert load.failed == []
