"""`labkit tag` and `labkit gold`: decisions about errors, and the scores that follow."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.cli.test_compare import run_of


def test_a_tag_counts_towards_what_to_do(labkit: Command, scene: Scene):
    run = run_of(labkit, scene, "v1")
    wrong = [row.example.id for row in scene.store.load_run(run).rows if row.correct is False]
    found = json.loads(labkit("tag", scene.path, run[:5], wrong[0], "definition_unclear", "--json")[1])
    assert (found["run"], found["remedies"], found["before"]) == (run, {"gold": 0, "prompt": 1, "training": 0}, None)
    assert found["untagged"] == len(wrong) - 1
    code, out, _ = labkit("tag", scene.path, run, wrong[1], "model_limit")
    assert code == 0
    assert out.splitlines()[1:] == [
        "definition unclear: 1 · model limit: 1",
        "correct the gold labels: 0 · edit the prompt: 1 · a stronger model, or fine-tuning: 1",
        f"{len(wrong) - 2} errors have no tag yet",
    ]
    assert labkit("tag", scene.path, run, wrong[1], "--remove")[1].startswith(f"Row {wrong[1]} of run {run} has no tag")


def test_corrected_gold_rescores_all_runs(labkit: Command, scene: Scene):
    runs = {run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2")}
    found = json.loads(labkit("gold", scene.path, "dev-00", "质量", "--reason", "reread", "--json")[1])
    assert (found["from"], found["to"], {entry["run"] for entry in found["runs"]}) == (["物流"], ["质量"], runs)
    assert all(entry["after"] != entry["before"] for entry in found["runs"] if entry["prompt"] == "v2")
    code, out, err = labkit("gold", scene.path, "dev-00", "--none", "--reason", "neither")
    assert code == 0
    assert out.startswith("dev-00: 质量 → no label\n")
    assert out.count("macro_f1") == 2
    assert "flatters" in err


def test_what_cannot_be_is_refused_in_one_line(labkit: Command, scene: Scene):
    run = run_of(labkit, scene, "v1")
    for words in (
        ("tag", scene.path, run, "dev-00"),
        ("tag", scene.path, run, "dev-00", "golden"),
        ("tag", scene.path, run, "pool-00", "injection"),
        ("gold", scene.path, "dev-00", "--reason", "x"),
        ("gold", scene.path, "dev-00", "质量"),
        ("gold", scene.path, "nowhere", "质量", "--reason", "x"),
    ):
        code, out, err = labkit(*words)
        assert (code, out, len(err.strip().splitlines())) == (2, "", 1), words


def test_errors_come_with_their_tags_and_flags_and_can_be_asked_for_by_tag(labkit: Command, scene: Scene):
    run = run_of(labkit, scene, "v1")
    wrong = [row.example.id for row in scene.store.load_run(run).rows if row.correct is False]
    labkit("tag", scene.path, run, wrong[0], "injection")
    found = json.loads(labkit("errors", scene.path, run, "--json")[1])
    assert [row["tag"] for row in found["errors"]] == ["injection", *[None] * (len(wrong) - 1)]
    assert (found["triage"]["tags"]["injection"], found["triage"]["untagged"]) == (1, len(wrong) - 1)
    assert all(row["flags"] == [] for row in found["errors"]), "the definition reader quotes what stands there"
    tagged = json.loads(labkit("errors", scene.path, run, "--tag", "injection", "--json")[1])
    assert [row["id"] for row in tagged["errors"]] == wrong[:1]
    code, out, _ = labkit("errors", scene.path, run, "--tag", "untagged")
    assert code == 0
    assert f"{len(wrong) - 1} errors have no tag yet" in out
    assert labkit("errors", scene.path, run, "--tag", "golden")[0] == 2
