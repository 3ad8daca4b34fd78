"""Tags and gold fixes are lines in decisions.jsonl; examples.jsonl stays, every run is scored anew, nobody is asked."""

from __future__ import annotations

import json

import pytest

from labkit.errors import BadData, UnknownName
from labkit.evaluation import evaluate
from labkit.scoring import score
from labkit.workspace import Scene, open_scene


def test_a_gold_fix_rescores_every_run_and_leaves_the_file(scene: Scene):
    runs = [evaluate(scene, name, "definition-reader") for name in ("v1", "v2")]
    examples = (scene.path / "examples.jsonl").read_bytes()
    row = next(row for row in runs[1].rows if row.correct and row.example.labels == ("物流",))
    fix = scene.fix_gold(row.example.id, ["质量"], "it is about the pan")
    assert (fix.before, fix.after) == (("物流",), ("质量",))
    after = [open_scene(scene.path).store.load_run(run.id) for run in runs]
    assert score(after[1]).values["accuracy"].value == score(runs[1]).values["accuracy"].value - 1 / 16
    assert [row.reply for row in after[1].rows] == [row.reply for row in runs[1].rows]
    assert (scene.path / "examples.jsonl").read_bytes() == examples
    said = scene.decisions()[-1]
    assert (said["kind"], said["from"], said["to"], said["reason"]) == (
        *("gold", ["物流"], ["质量"]),
        "it is about the pan",
    )
    assert said["who"]
    assert said["at"]


def test_a_bar_that_was_changed_is_that_of_every_run(scene: Scene):
    run = evaluate(scene, "v2", "definition-reader")
    task = scene.path / "task.yaml"
    task.write_text(task.read_text(encoding="utf-8").replace("value: 0.8", "value: 0.6"), encoding="utf-8")
    again = open_scene(scene.path)
    assert run.task.bar.value == 0.8
    assert again.store.load_run(run.id).task.bar.value == 0.6
    assert again.store.load_run(run.id, as_asked=True).task.bar.value == 0.8


def test_after_a_fix_the_same_question_is_the_same_run(scene: Scene):
    run = evaluate(scene, "v2", "definition-reader")
    scene.fix_gold("dev-00", ["质量"], "reread")
    again = evaluate(scene, "v2", "definition-reader")
    assert (again.id, len(scene.store.runs())) == (run.id, 1)
    assert again.rows[0].example.labels == ("质量",)
    assert scene.store.load_run(run.id, as_asked=True) == run


def test_rows_carry_their_corrected_gold_wherever_they_are_used(scene: Scene):
    before = next(row for row in scene.examples("pool") if row.id == "pool-00")
    scene.fix_gold("pool-00", ["退款", "质量"], "both")
    assert next(row for row in scene.examples("pool") if row.id == "pool-00").labels == ("退款", "质量")
    assert scene.row("pool-00") == before == next(r for r in scene.examples("pool", as_filed=True) if r == before)
    scene.fix_gold("pool-00", list(before.labels or ()), "no, as it was")
    assert next(row for row in scene.examples("pool") if row.id == "pool-00") == before


def test_a_run_can_be_shared_after_a_fix_and_a_clone_shows_the_same(scene: Scene, tmp_path):
    run = evaluate(scene, "v2", "definition-reader")
    scene.fix_gold("dev-00", ["质量"], "reread")
    scene.share(run.id)
    for file in scene.path.glob("runs.db*"):  # what a clone does not bring
        file.unlink()
    clone = open_scene(scene.path)
    assert clone.unread_shared_runs == ()
    assert clone.store.load_run(run.id).rows[0].example.labels == ("质量",)


@pytest.mark.parametrize(
    ("row", "labels", "reason", "words"),
    [
        ("dev-00", ["保修"], "x", "is not a label"),
        ("dev-00", ["物流"], "x", "carries these labels already"),
        ("dev-00", ["质量"], "  ", "only with a reason"),
    ],
)
def test_a_fix_that_cannot_be_is_refused_and_not_written(scene: Scene, row, labels, reason, words):
    with pytest.raises(BadData, match=words):
        scene.fix_gold(row, labels, reason)
    assert scene.decisions() == ()


def test_a_row_or_a_tag_that_there_is_not_is_refused(scene: Scene):
    with pytest.raises(UnknownName, match="There is no row 'nowhere'"):
        scene.fix_gold("nowhere", [], "x")
    with pytest.raises(UnknownName, match="There is no tag 'golden'"):
        scene.tag_row("run", "dev-00", "golden")


def test_tags_are_kept_with_what_stood_before(scene: Scene):
    assert scene.tag_row("run", "dev-00", "injection") is None
    assert scene.tag_row("run", "dev-00", "injection") == "injection", "the same again is no new line"
    assert scene.tag_row("run", "dev-00", None) == "injection"
    assert [(line["from"], line["to"]) for line in scene.decisions()] == [(None, "injection"), ("injection", None)]


def test_a_line_of_another_hand_that_is_no_fix_is_named(scene: Scene):
    (scene.path / "decisions.jsonl").write_text(json.dumps({"kind": "gold", "id": "dev-00", "to": ["x"]}) + "\n")
    with pytest.raises(BadData, match=r"decisions\.jsonl"):
        scene.examples("dev")
