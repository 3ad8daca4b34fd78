"""Runs that travel with the scene: a fresh clone shows the same figures and asks nothing again."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from labkit.errors import BadData, ModelError, UnknownName
from labkit.evaluation import Retry, classify, evaluate
from labkit.models import get_model
from labkit.records import Example
from labkit.scoring import score
from labkit.workspace import Scene, open_scene


def clone(scene: Scene, target: Path) -> Scene:
    """What git brings to a colleague."""
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=scene.path, check=True)
    subprocess.run(["git", "clone", "-q", str(scene.path), str(target)], check=True)
    return open_scene(target)


def test_a_fresh_clone_shows_the_same_run_and_asks_nothing_again(scene: Scene, tmp_path: Path):
    runs = [evaluate(scene, name, "definition-reader") for name in ("v1", "v2")]
    for run in runs:
        assert scene.share(run.id) == scene.path / "shared" / f"{run.id}.jsonl"
    other = clone(scene, tmp_path / "clone")
    assert not (other.path / "runs.db").exists()
    assert {header.run for header in other.store.runs()} == {run.id for run in runs}
    for run in runs:
        found = other.store.load_run(run.id)
        assert found == run
        assert score(found) == score(run)
    assert evaluate(other, "v2", "definition-reader").id == runs[1].id


def test_a_renamed_copy_opens_in_a_store_that_both_share(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_STORE", str(tmp_path / "team.db"))
    ours = open_scene(scene.path)
    ours.share(evaluate(ours, "v1", "definition-reader").id)
    other = clone(scene, tmp_path / "clone")
    task = other.path / "task.yaml"
    task.write_text(task.read_text("utf-8").replace("name: tiny", "name: other"), "utf-8")
    renamed = open_scene(other.path)
    assert renamed.task.name == "other"
    for _ in range(2):
        assert open_scene(other.path).store.runs() == ()
    assert len(evaluate(renamed, "v1", "definition-reader").rows) == len(ours.examples("dev"))


def test_repeats_and_failed_rows_travel(scene: Scene, tmp_path: Path):
    class Fragile:
        name, batch_size, concurrency, parameters = "fragile", 1, 1, {}

        def check(self) -> None: ...

        def answer(self, requests):
            if "退款" in requests[0].messages[-1].content:
                raise ModelError("too long")
            return get_model("definition-reader").answer(requests)

    run = evaluate(scene, "v2", Fragile(), repeats=2, retry=Retry(attempts=1))
    assert run.counts["failed"] > 0
    scene.share(run.id)
    found = clone(scene, tmp_path / "clone").store.load_run(run.id)
    assert (found.counts, found.header.repeats) == (run.counts, 2)
    assert [row.error for row in found.rows] == [row.error for row in run.rows]


def test_a_file_that_cannot_be_taken_in_is_named_and_the_others_are(scene: Scene, tmp_path: Path):
    first, second = (scene.share(evaluate(scene, name, "definition-reader").id) for name in ("v1", "v2"))
    other = tmp_path / "copy"
    shutil.copytree(scene.path, other, ignore=shutil.ignore_patterns("runs.db*", "locks"))
    (other / "shared" / first.name).write_text("{}\n", "utf-8")
    (other / "shared" / "renamed.jsonl").write_bytes(second.read_bytes())
    (other / "shared" / "torn.jsonl").write_bytes(second.read_bytes()[:-40])
    opened = open_scene(other)
    assert [header.run for header in opened.store.runs()] == [second.stem]
    assert len(opened.unread_shared_runs) == 3
    assert all(name in " ".join(opened.unread_shared_runs) for name in (first.name, "renamed.jsonl", "torn.jsonl"))


def test_a_run_that_a_clone_could_not_read_is_not_shared(scene: Scene):
    run = classify(scene, "v2", "definition-reader", [Example("x1", ("快递没到",), split="traffic")])
    with pytest.raises(BadData, match="no row 'x1'"):
        scene.share(run.id)
    with pytest.raises(UnknownName):
        scene.share("r00000000")
    assert not (scene.path / "shared").exists()


def test_the_shared_file_is_json_lines_with_gold_and_answers(scene: Scene):
    run = evaluate(scene, "v2", "definition-reader")
    head, *rows = map(json.loads, scene.share(run.id).read_text("utf-8").splitlines())
    assert (head["record"], head["run"]) == ("run", run.id)
    assert [line["gold"] for line in rows] == [list(row.example.labels or ()) for row in run.rows]
