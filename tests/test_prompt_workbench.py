"""A scene's prompt in the editor, with everything that the scene can give it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import labkit
from labkit.errors import BadInput, UnknownName
from labkit.evaluation.version_scores import VersionScores
from labkit.prompt_workbench import _Answered
from labkit.prompts import prompt_sha256
from labkit.records import RunRow
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples


def test_the_newest_prompt_opens_on_dev_rows_and_saves_into_the_scene(scene: Scene):
    editor = labkit.workbench(scene)
    assert (editor.version, editor.total, editor.titles[0][:6]) == ("v2", 16, "dev-00")
    editor.draft = editor.draft | {"instruction": "现在回答。", "revision": 1}
    assert editor.save({"draft": editor.draft}, [])[0]["ok"] is True
    assert scene.prompt("v3").instruction == "现在回答。"


def test_a_version_by_its_name_or_a_prompt_that_is_none_yet(scene: Scene):
    assert labkit.workbench(scene, "v1").version == "v1"
    assert labkit.workbench(scene, scene.prompt("v1")).prompt == scene.prompt("v1")
    with pytest.raises(UnknownName, match="v9"):
        labkit.workbench(scene, "v9")


def test_the_first_model_counts_the_tokens(scene: Scene):
    assert labkit.workbench(scene).preview["tokens"]["tokenizer"] == ""
    counted = labkit.workbench(scene, models=("local/study", "definition-reader")).preview["tokens"]
    assert counted["tokenizer"] == "local/study"
    with pytest.raises(BadInput, match="No model"):
        labkit.workbench(scene, models=())


def scored(scene: Scene, prompt: str, scores: VersionScores) -> list[tuple[str, int, float]]:
    found = scores().get(prompt_sha256(scene.prompt(prompt)), ())
    return [(score.model, score.rows, score.interval.value) for score in found if score.interval]


def test_scores_of_versions_follow_gold_that_is_corrected(scene: Scene):
    run, scores = labkit.evaluate(scene, "v1", "definition-reader"), VersionScores(scene)
    before = scored(scene, "v1", scores)
    wrong = next(row for row in run.rows if not row.correct)
    scene.fix_gold(wrong.example.id, wrong.prediction.labels, "reread")
    after = scored(scene, "v1", scores)
    again = labkit.evaluate(scene, "v1", "definition-reader")
    assert before != after == [("definition-reader", 16, labkit.score(again).values["macro_f1"].value)]
    assert scored(scene, "v1", scores) == after, "asked once more with the gold of now, the same rows are listed once"


def test_runs_over_rows_that_are_dev_rows_no_more_score_nothing_and_tell_lint_nothing(scene: Scene):
    labkit.evaluate(scene, "v1", "definition-reader")
    assert answered_by(scene)
    moved = [replace(e, split={"dev": "test", "test": "dev"}.get(e.split, e.split)) for e in scene.rows]
    other = replace(scene, rows=tuple(moved))
    other.__dict__["store"] = scene.store
    assert scored(other, "v1", VersionScores(other)) == []
    assert answered_by(other) == ()
    with pytest.raises(BadInput, match="No run has asked v1"):
        labkit.evaluate_affected(other, "v2", "v1")


def answered_by(scene: Scene) -> tuple[RunRow, ...]:
    return _Answered(scene, prompt_sha256(scene.prompt("v1")))()


def test_lint_is_told_of_corrected_gold_and_of_newer_runs(scene: Scene):
    answered = _Answered(scene, prompt_sha256(scene.prompt("v1")))
    assert answered() == ()
    run = labkit.evaluate(scene, "v1", "definition-reader")
    first = answered()
    assert first == run.rows
    assert answered() is first, "nothing has changed, nothing is loaded again"
    wrong = next(row for row in run.rows if not row.correct)
    scene.fix_gold(wrong.example.id, wrong.prediction.labels, "reread")
    assert next(row for row in answered() if row.example.id == wrong.example.id).correct


def test_an_edit_is_judged_by_gold_of_now_even_when_the_run_was_loaded_before_it_was_corrected(scene: Scene):
    run = labkit.evaluate(scene, "v1", "definition-reader")
    wrong = next(row for row in run.rows if row.example.labels == ("质量",) and not row.correct)
    scene.fix_gold(wrong.example.id, ["物流"], "reread")
    tried = labkit.evaluate_affected(scene, "v2", before=run, control=1)
    assert next(row for row in tried.before.rows if row.example.id == wrong.example.id).example.labels == ("物流",)
    assert tried.estimate.before["macro_f1"] == labkit.score(scene.store.load_run(run.id)).values["macro_f1"].value


def test_a_scene_without_dev_rows_or_prompts(tmp_path):
    pool = [example for example in tiny_examples() if example.split == "pool"]
    bare = create_scene(tmp_path / "bare", TINY_TASK, pool, ())
    with pytest.raises(BadInput, match="no prompt"):
        labkit.workbench(bare)
