"""A scene's prompt in the editor, with everything that the scene can give it."""

from __future__ import annotations

import pytest

import labkit
from labkit.errors import BadInput, UnknownName
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
    counted = labkit.workbench(scene, models=("local/tour_base", "definition-reader")).preview["tokens"]
    assert counted["tokenizer"] == "local/tour_base"
    with pytest.raises(BadInput, match="No model"):
        labkit.workbench(scene, models=())


def test_a_scene_without_dev_rows_or_prompts(tmp_path):
    pool = [example for example in tiny_examples() if example.split == "pool"]
    bare = create_scene(tmp_path / "bare", TINY_TASK, pool, ())
    with pytest.raises(BadInput, match="no prompt"):
        labkit.workbench(bare)
