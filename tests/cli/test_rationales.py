"""`labkit rationales`: flags, and what goes without the quotes."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_flags_and_redaction_are_printed_and_are_json(labkit: Command, scene: Scene):
    _, out, _ = labkit("evaluate", scene.path, "--prompt", "v2", "--model", "definition-reader", "--json")
    run = json.loads(out)["run"]
    code, out, _ = labkit("rationales", scene.path, run, "--redact")
    assert code == 0
    assert "No rationale is odd." in out
    assert "Without the quoted words the labels went in" in out
    code, out, _ = labkit("rationales", scene.path, run, "--redact", "--json")
    found = json.loads(out)
    assert (code, found["flags"]) == (0, [])
    parts = found["redaction"]
    tested = len(parts["gone"]) + len(parts["partly"]) + len(parts["stayed"])
    assert tested + sum(parts["untested"].values()) == 16


def test_an_unknown_run_is_one_line(labkit: Command, scene: Scene):
    code, out, err = labkit("rationales", scene.path, "r-none")
    assert (code, out) == (2, "")
    assert "r-none" in err.splitlines()[-1]
