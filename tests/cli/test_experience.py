"""`labkit experience`: what models reached, scene by scene."""

from __future__ import annotations

import json
from pathlib import Path

from labkit.evaluation import evaluate
from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_a_folder_of_scenes_is_read_and_its_book_written(labkit: Command, scene: Scene):
    evaluate(scene, "v2", "definition-reader")
    code, out, err = labkit("experience", scene.path.parent)
    assert (code, "tiny" in out, "definition-reader" in out) == (0, True, True)
    assert "experience.jsonl" in err
    told = json.loads(labkit("experience", scene.path, "--json")[1])
    assert [entry["model"] for entry in told["entries"]] == ["definition-reader"]
    assert Path(told["book"]) == scene.path.parent / "experience.jsonl"


def test_an_empty_folder_has_an_empty_book(labkit: Command, tmp_path: Path):
    code, out, _ = labkit("experience", tmp_path)
    assert (code, "No model was measured" in out) == (0, True)


def test_what_cannot_be_read_is_one_line(labkit: Command, tmp_path: Path):
    code, out, err = labkit("experience", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert "There is no folder" in err.splitlines()[-1]
    (tmp_path / "experience.jsonl").write_text("{}\n", encoding="utf-8")
    code, out, err = labkit("experience", tmp_path)
    assert (code, out) == (2, "")
    assert "experience.jsonl line 1: " in err.splitlines()[-1]
