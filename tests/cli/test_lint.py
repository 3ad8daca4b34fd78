"""`labkit lint`: what in a prompt is likely to cost answers."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_exit_code_says_whether_something_is_certainly_wrong(labkit: Command, scene: Scene):
    code, out, _ = labkit("lint", scene.path, "v1", "--json")
    found = json.loads(out)
    assert code == 1
    assert {(f["rule"], f["severity"], f["label"]) for f in found} >= {("undefined-label", "error", "退款")}
    assert all(f["reason"] and f["fix"] and f["source"] for f in found)
    code, out, _ = labkit("lint", scene.path, "v2", "--json")
    assert (code, {f["severity"] for f in json.loads(out)}) == (0, {"note"})


def test_findings_are_read_in_the_terminal(labkit: Command, scene: Scene):
    code, out, _ = labkit("lint", scene.path, "v1")
    assert code == 1
    assert "error · definitions · 退款 · undefined-label" in out
    assert "Rows that show it (" in out
    assert out.splitlines()[-1] == "Prompt v1: 3 errors, 0 warnings, 0 notes."


def test_an_unknown_prompt_is_one_line(labkit: Command, scene: Scene):
    code, out, err = labkit("lint", scene.path, "v9")
    assert (code, out) == (2, "")
    assert "v9" in err.splitlines()[-1]
