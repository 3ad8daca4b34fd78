"""What a scene reads is never written over by what leaves it, nor a table that people may have filled in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labkit.workspace import Scene, create_scene
from tests.cli.conftest import Command
from tests.cli.test_compare import run_of
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts


@pytest.mark.parametrize(
    ("words", "option", "place"),
    [
        ("errors", "--to", "examples.jsonl"),
        ("share RUN", "--to", "datasets/../examples.jsonl"),
        ("runs --export RUN --format jsonl", "--to", "decisions.jsonl"),
        ("memo", "--to", "prompts/v9.md"),
        ("report", "--output", "task.yaml"),
        ("classify --prompt v1 --model definition-reader --input FILE", "--output", "examples.jsonl"),
    ],
)
def test_a_file_of_the_scene_is_not_written_over(
    labkit: Command, scene: Scene, tmp_path: Path, words: str, option: str, place: str
):
    run, file = run_of(labkit, scene, "v1"), tmp_path / "new.csv"
    file.write_text("text\n还没有退款\n", encoding="utf-8")
    (scene.path / "datasets").mkdir(exist_ok=True)
    before = {path: path.read_bytes() for path in scene.path.rglob("*") if path.suffix in {".jsonl", ".md", ".yaml"}}
    command, *further = words.replace("RUN", run).replace("FILE", str(file)).split()
    code, _, err = labkit(command, scene.path, *further, option, scene.path / place)
    assert code == 2
    assert Path(place).name in err
    assert "belongs to the scene" in err
    after = {path: path.read_bytes() for path in scene.path.rglob("*") if path.suffix in {".jsonl", ".md", ".yaml"}}
    assert after == before


def test_other_files_may_lie_in_a_scenes_folder(labkit: Command, scene: Scene):
    run = run_of(labkit, scene, "v1")
    for _ in range(2):  # a report is made anew
        assert labkit("report", scene.path, "--output", scene.path / "report.html")[0] == 0
    assert labkit("share", scene.path, run, "--to", scene.path / "run.xlsx")[0] == 0


@pytest.mark.parametrize("name", ["errors.xlsx", "errors.csv"])
def test_comments_in_a_table_of_errors_are_not_written_over(labkit: Command, scene: Scene, tmp_path: Path, name: str):
    run, file = run_of(labkit, scene, "v1"), tmp_path / name
    assert labkit("errors", scene.path, run, "--to", file)[0] == 0
    file.write_bytes(b"somebody's words")
    code, _, err = labkit("errors", scene.path, run, "--to", file)
    assert (code, f"{file} exists already" in err) == (2, True)
    assert file.read_bytes() == b"somebody's words"


def test_labels_in_a_table_of_the_queue_are_not_written_over(labkit: Command, tmp_path: Path):
    waiting = [replace(row, labels=None) for row in tiny_examples()]
    bare, file = create_scene(tmp_path / "bare", TINY_TASK, waiting, tiny_prompts()), tmp_path / "queue.xlsx"
    assert labkit("queue", bare.path, "--output", file)[0] == 0
    file.write_bytes(b"somebody's labels")
    code, _, err = labkit("queue", bare.path, "--output", file)
    assert (code, f"{file} exists already" in err) == (2, True)
    assert file.read_bytes() == b"somebody's labels"
