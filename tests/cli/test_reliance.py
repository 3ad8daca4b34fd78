"""`labkit reliance`: whether a model reads its definitions."""

from __future__ import annotations

import json

import pytest

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_a_reader_is_told_from_one_that_does_not_read(labkit: Command, scene: Scene):
    code, out, _ = labkit("reliance", scene.path, "--prompt", "v2", "--model", "definition-reader", "--json")
    found = json.loads(out)
    assert (code, found["verdict"], found["rows"]) == (0, "reads", 16)
    assert [entry["took"] for entry in found["per_label"]] == ["退款", "质量", "物流"]
    code, out, _ = labkit("reliance", scene.path, "--prompt", "v2", "--model", "linear")
    assert code == 0
    assert "0 % (0–" in out
    assert "These rows cannot tell" in out


def test_probes_change_no_standing_and_their_cost_counts(labkit: Command, scene: Scene):
    labkit("reliance", scene.path, "--prompt", "v2", "--model", "definition-reader")
    _, out, _ = labkit("status", scene.path, "--json")
    assert json.loads(out)["best"]["prompt"] == "v2"
    _, out, _ = labkit("runs", scene.path, "--json")
    assert {run["prompt"] for run in json.loads(out)} == {"v2"}
    _, out, _ = labkit("runs", scene.path, "--all", "--json")
    assert {run["prompt"] for run in json.loads(out)} == {"v2", "v2~names", "v2~swapped"}


@pytest.mark.parametrize(("prompt", "split", "hint"), [("v1", "dev", "no two labels"), ("v2", "test", "Say why")])
def test_what_cannot_be_probed_is_one_line(labkit: Command, scene: Scene, prompt: str, split: str, hint: str):
    code, out, err = labkit("reliance", scene.path, "--prompt", prompt, "--model", "linear", "--split", split)
    assert (code, out) == (2, "")
    assert hint in err.splitlines()[-1]
