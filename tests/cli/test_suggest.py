"""`labkit suggest` and `labkit pin`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from labkit.evaluation import evaluate
from tests.cli.conftest import Command
from tests.improvement.made_scene import made_scene


def test_a_suggestion_is_shown_with_its_trial_and_saved_when_wished(labkit: Command, tmp_path: Path):
    scene = made_scene(tmp_path / "gap")
    run = evaluate(scene, "v1", "definition-reader").id
    words = ("suggest", scene.path, "--run", run[:5], "--pair", "退款，物流")
    code, out, _ = labkit(*words)
    assert (code, scene.prompt_names()) == (0, ("v1",))
    assert "held out: not seen by the suggester" in out
    assert "It passed its trial" in out
    code, out, _ = labkit(*words, "--accept", "--json")
    told = json.loads(out)
    assert (code, told["label"], told["offered"], Path(told["saved"]).name) == (0, "退款", True, "v2.md")
    assert Path(json.loads(labkit(*words, "--accept", "--json")[1])["saved"]).name == "v2.md", "it is saved once"
    assert [entry["name"] for entry in told["trial"]["sets"]] == ["failing", "right", "pinned", "held_out"]
    assert "prompts tried on the dev rows: 2" in labkit("wear", scene.path)[1].lower()
    assert f"Run {run}: v1 with" in labkit("errors", scene.path)[1]  # a trial is not the newest run


def test_what_a_newer_version_holds_is_not_left_out_without_a_word(labkit: Command, tmp_path: Path):
    scene = made_scene(tmp_path / "gap")
    run = evaluate(scene, "v1", "definition-reader").id
    scene.save_version(replace(scene.prompt("v1"), instruction="另一版"))
    code, _, err = labkit("suggest", scene.path, "--run", run[:5], "--pair", "退款，物流", "--accept")
    assert (code, scene.prompt_names()) == (0, ("v1", "v2", "v3"))
    assert "What v2 changed is not in v3" in err


def test_a_dry_run_says_what_would_be_sent_and_asks_nobody(labkit: Command, tmp_path: Path):
    scene = made_scene(tmp_path / "gap")
    run = evaluate(scene, "v1", "definition-reader").id
    words = ("suggest", scene.path, "--run", run[:5], "--pair", "退款，物流", "--dry-run")
    code, out, _ = labkit(*words, "--model", "definition-reader", "--accept")
    failing = scene.store.load_run(run).rows
    wrong = next(row.example.text for row in failing if row.correct is False)
    assert code == 0
    assert "1 call to definition-reader for the definition" in out
    assert wrong in out
    code, out, _ = labkit(*words, "--json")
    told = json.loads(out)
    assert (code, told["request"], set(told["sets"])) == (0, None, {"failing", "right", "pinned", "held_out"})
    assert told["before"]["model"] == "definition-reader"
    assert (scene.prompt_names(), len(scene.store.runs())) == (("v1",), 1)


def test_what_is_no_pair_is_one_line(labkit: Command, tmp_path: Path):
    scene = made_scene(tmp_path / "gap")
    run = evaluate(scene, "v1", "definition-reader").id
    for pair, why in (("refund", "is no pair"), (",", "is no pair"), ("质量,物流", "The commonest are: 退款,物流")):
        code, out, err = labkit("suggest", scene.path, "--run", run, "--pair", pair)
        assert (code, out) == (2, "")
        assert why in err.splitlines()[-1]


def test_pins_are_put_listed_and_taken_off(labkit: Command, tmp_path: Path):
    scene = made_scene(tmp_path / "gap")
    row = scene.examples("dev")[0].id
    assert "No row is pinned" in labkit("pin", scene.path)[1]
    assert json.loads(labkit("pin", scene.path, row, "--reason", "a promise", "--json")[1]) == {"pinned": [row]}
    assert row in labkit("pin", scene.path)[1]
    assert json.loads(labkit("pin", scene.path, row, "--remove", "--json")[1]) == {"pinned": []}
    assert labkit("pin", scene.path, "nowhere")[0] == 2
