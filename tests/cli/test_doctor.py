from __future__ import annotations

import json

import pytest

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_doctor_tells_every_topic_with_a_fix_for_each_trouble(labkit: Command):
    code, out, _ = labkit("doctor")
    assert code == 0
    for topic in ("Python", "packages", "JupyterLab", "GPU", "PyTorch", "4-bit", "memory", "disk", "fonts", "openai/"):
        assert topic in out
    assert "fix: Set it: export OPENAI_API_KEY=" in out


def test_doctor_as_json_names_faults_and_exits_with_1(labkit: Command, scene: Scene):
    (scene.path / "models.toml").write_text('[ours]\nbase_url = "http://127.0.0.1:9/v1"\n', "utf-8")
    code, out, _ = labkit("doctor", scene.path, "--json")
    told = json.loads(out)
    assert (code, told["healthy"]) == (1, False)
    faults = [finding for finding in told["findings"] if finding["health"] == "fault"]
    assert [finding["topic"] for finding in faults] == ["ours/…"]
    assert all(finding["fix"] for finding in faults)


def test_a_long_examination_says_that_it_goes_on(labkit: Command, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.cli.output.PATIENCE_S", 0)
    assert "Still examining" in labkit("doctor", "--json")[2]


def test_doctor_speaks_chinese(labkit: Command, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    _, out, _ = labkit("doctor")
    assert "中文字体" in out
