"""`labkit lint`: what in a prompt is likely to cost answers."""

from __future__ import annotations

import json

from labkit.evaluation import evaluate
from labkit.prompts.lint import lint
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
    assert "error · definitions · 3 labels · undefined-label" in out
    assert "Rows that show it (" in out
    assert out.splitlines()[-1] == "Prompt v1: 3 errors, 0 warnings, 0 notes."


def test_labels_that_the_newest_run_confuses_are_looked_at_as_in_the_workbench(labkit: Command, scene: Scene):
    assert "No run has asked dev rows" in labkit("lint", scene.path, "v2")[2]
    run = evaluate(scene, "v2", "definition-reader")
    _, out, err = labkit("lint", scene.path, "v2", "--json")
    named = labkit("lint", scene.path, "v2", "--json", "--run", run.id)[1]
    shown = [(f.rule, f.label) for f in lint(scene.prompt("v2"), scene.task, scene.examples(), run.rows)]
    assert [(f["rule"], f["label"]) for f in json.loads(out)] == shown
    assert (json.loads(named), err) == (json.loads(out), "")
    assert f"those of run {run.id}" in labkit("lint", scene.path, "v2")[2]


def test_an_unknown_prompt_is_one_line(labkit: Command, scene: Scene):
    code, out, err = labkit("lint", scene.path, "v9")
    assert (code, out) == (2, "")
    assert "v9" in err.splitlines()[-1]


def test_a_sentence_ablation_says_what_it_takes_and_then_what_each_sentence_does(labkit: Command, scene: Scene):
    ask = ("lint", scene.path, "v2", "--ablate", "质量", "--model", "definition-reader", "--rows", 6)
    code, out, _ = labkit(*ask, "--dry-run", "--json")
    assert (code, json.loads(out)["calls"]["count"]) == (0, 6 * 4)
    assert scene.store.runs() == ()
    code, out, err = labkit(*ask)
    assert (code, "24 of them are still to be sent" in err) == (0, True)
    assert "送得慢 -> 物流" in out
    code, out, _ = labkit(*ask, "--json")
    assert [effect["part"] for effect in json.loads(out)["effects"]] == ["text", "includes", "excludes"]


def test_an_ablation_without_a_model_is_one_line(labkit: Command, scene: Scene):
    code, out, err = labkit("lint", scene.path, "v2", "--ablate", "质量")
    assert (code, out) == (2, "")
    assert "--model" in err.splitlines()[-1]


def test_the_same_finding_about_several_labels_stands_once(labkit: Command, scene: Scene):
    found = json.loads(labkit("lint", scene.path, "v1", "--json")[1])
    named = [finding["label"] for finding in found if finding["rule"] == "undefined-label"]
    rows = {row for finding in found if finding["rule"] == "undefined-label" for row in finding["rows"]}
    out = labkit("lint", scene.path, "v1")[1]
    assert out.count("undefined-label") == 1
    assert f"The same of: {', '.join(named[1:])}" in out
    assert f"Rows that show it ({len(rows)})" in out
