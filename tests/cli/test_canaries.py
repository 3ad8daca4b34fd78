from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_canaries_are_asked_and_the_gate_reads_them(labkit: Command, scene: Scene):
    (scene.path / "gate.yaml").write_text("canaries: 0.2\n", encoding="utf-8")
    asked = ("--prompt", "v2", "--model", "definition-reader", "--split", "test", "--reason", "canaries")
    run = json.loads(labkit("evaluate", scene.path, *asked, "--json")[1])["run"]
    code, out, err = labkit("gate", scene.path, run)
    assert (code, "labkit canaries" in out) == (1, True)
    assert f"python -m labkit canaries {scene.path} {run}" in err
    code, out, err = labkit("canaries", scene.path, run)
    assert code == 0, err
    assert "of 24 canaries right" in out
    found = json.loads(labkit("canaries", scene.path, run, "--json")[1])
    right = sum(question["right"] for question in found["questions"])
    assert (len(found["questions"]), found["right"]["value"]) == (24, right / 24)
    gated = json.loads(labkit("gate", scene.path, run, "--json")[1])
    assert gated["lines"][-1]["values"]["measured"]["value"] == right / 24


def test_a_run_that_is_not_there_is_one_clear_line(labkit: Command, scene: Scene):
    code, _, err = labkit("canaries", scene.path, "r00000000")
    assert (code, err.count("\n")) == (2, 1)
