"""`labkit themes`: wrong rows by what their rationales say."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_themes_are_printed_and_are_json(labkit: Command, scene: Scene):
    _, out, _ = labkit("evaluate", scene.path, "--prompt", "v2", "--model", "definition-reader", "--json")
    run = json.loads(out)["run"]
    code, out, _ = labkit("themes", scene.path, run, "--all", "--json")
    found = json.loads(out)
    rows = [key for theme in found["themes"] for key in theme["rows"]] + found["silent"]
    assert (code, len(rows), found["source"]) == (0, 16, "rationale")
    code, out, _ = labkit("themes", scene.path, run, "--all", "--posts", "--count", 2)
    assert code == 0
    assert out.startswith("2 themes of posts")
    code, out, err = labkit("themes", scene.path, run, "--all", "--titles-by", "linear")
    assert (code, out) == (2, "")
    assert "writes no title" in err.splitlines()[-1]
