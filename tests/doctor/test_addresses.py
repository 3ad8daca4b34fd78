from __future__ import annotations

from pathlib import Path

import pytest

from labkit.doctor.addresses import examine_models
from labkit.doctor.finding import Finding
from labkit.workspace import Scene
from tests.models.loopback import Loopback, free_port

KEY = "sk-CANARY-do-not-show"


def looked_at(scene: Scene, toml: str) -> dict[str, Finding]:
    (scene.path / "models.toml").write_text(toml, "utf-8")
    return {finding.topic: finding for finding in examine_models(scene)}


def test_a_server_that_answers_is_fine_and_gets_no_post(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OUR_KEY", KEY)
    with Loopback() as server:
        found = looked_at(scene, f'[ours]\nbase_url = "{server.url}"\nkey = "env:OUR_KEY"\n')
        assert (server.lists, server.hits) == (1, 0)
    assert found["ours/…"].health == "fine"
    assert server.url in found["ours/…"].found
    assert "env:OUR_KEY" in found["ours/…"].found
    assert KEY not in str(found)


def test_a_refused_key_is_a_fault_that_does_not_show_it(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OUR_KEY", KEY)
    with Loopback("unauthorized") as server:
        found = looked_at(scene, f'[ours]\nbase_url = "{server.url}"\nkey = "env:OUR_KEY"\n')
    assert found["ours/…"].health == "fault"
    assert found["ours/…"].fix
    assert KEY not in str(found)


def test_a_key_that_a_scene_names_and_nobody_set_is_a_fault(scene: Scene):
    found = looked_at(scene, '[ours]\nbase_url = "https://example.invalid/v1"\nkey = "env:OUR_KEY"\n')
    assert found["ours/…"].health == "fault"
    assert "OUR_KEY" in found["ours/…"].fix


def test_an_address_where_nothing_listens_is_a_fault_only_where_it_was_set_up(scene: Scene):
    found = looked_at(scene, f'[ours]\nbase_url = "http://127.0.0.1:{free_port()}/v1"\n')
    assert found["ours/…"].health == "fault"
    assert found["ollama/…"].health in ("note", "fine")


def test_providers_without_a_key_are_not_asked(scene: Scene, tmp_path: Path):
    found = looked_at(scene, "")
    assert found["openai/…"].health == "note"
    assert "OPENAI_API_KEY" in found["openai/…"].fix
