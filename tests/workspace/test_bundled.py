"""Copies of bundled scenes: made once, whole, never overwritten; their source is never touched."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from labkit.errors import BadData
from labkit.workspace import bundled, bundled_scenes, opening
from labkit.workspace import open_scene as open_bundled

NAME = "support_intents"


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundled scene that may be changed."""
    data = tmp_path / "data"
    shutil.copytree(bundled.data_folder() / NAME, data / NAME)
    for module in (bundled, opening):
        monkeypatch.setattr(module, "data_folder", lambda: data)
    return data / NAME


def test_both_scenes_are_bundled():
    assert set(bundled_scenes()) >= {"weibo_service", NAME}


def test_what_is_opened_is_a_copy_in_the_workspace(tmp_path: Path, source: Path):
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    scene = open_bundled(NAME)
    assert scene.path == tmp_path / "workspace" / NAME
    scene.record_decision("pin", id="a")
    scene.save_version(scene.prompt("v1"))
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before
    assert open_bundled(source).path == scene.path
    assert open_bundled(NAME, tmp_path / "other").path == tmp_path / "other" / NAME


def test_a_copy_is_used_again_with_what_was_written_into_it(source: Path):
    open_bundled(NAME).record_decision("pin", id="a")
    (source / "runs.db").write_bytes(b"not part of the scene")
    again = open_bundled(NAME)
    assert [decision["id"] for decision in again.decisions()] == ["a"]
    assert not (again.path / "runs.db").exists()


def test_a_copy_of_an_older_state_is_refused_with_the_fix(source: Path):
    copy = open_bundled(NAME).path
    with (source / "prompts/v1.md").open("a", encoding="utf-8") as file:
        file.write("\nOne more word.\n")
    with pytest.raises(BadData, match=r"a copy of an older state .* Rename or delete .*, or set LABKIT_WORKSPACE"):
        open_bundled(NAME)
    shutil.rmtree(copy)
    assert "One more word." in open_bundled(NAME).prompt("v1").instruction


def test_a_folder_of_the_user_is_never_taken_for_a_copy(tmp_path: Path, source: Path):
    mine = tmp_path / "workspace" / NAME
    mine.mkdir(parents=True)
    (mine / "notes.txt").write_text("mine")
    with pytest.raises(BadData, match="is not a copy that labkit made"):
        open_bundled(NAME)
    assert [path.name for path in mine.iterdir()] == ["notes.txt"]


def test_a_copy_that_fails_half_way_leaves_nothing(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch):
    def disk_full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(bundled, "write_gitignore", disk_full)
        with pytest.raises(BadData, match=r"No space left on device\). Set LABKIT_WORKSPACE"):
            open_bundled(NAME)
    assert list((tmp_path / "workspace").iterdir()) == []
    assert open_bundled(NAME).rows


def test_a_workspace_that_cannot_be_made_is_named(tmp_path: Path, source: Path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BadData, match=r"Cannot copy the scene to .* Set LABKIT_WORKSPACE"):
        open_bundled(NAME, tmp_path / "file")


def test_several_at_once_make_one_copy(tmp_path: Path, source: Path):
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_bundled(NAME), range(4)))
    assert {scene.path for scene in opened} == {tmp_path / "workspace" / NAME}
    assert [path.name for path in (tmp_path / "workspace").iterdir()] == [NAME]


def test_lessons_of_an_installed_labkit_are_copied_once_and_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    package = tmp_path / "site" / "labkit"
    (package / "course").mkdir(parents=True)
    (package / "course" / "00_tour.ipynb").write_text("{}")
    monkeypatch.setattr(bundled, "__file__", str(package / "workspace" / "bundled.py"))
    copy = bundled.course_folder(tmp_path / "work")
    (copy / "00_tour.ipynb").write_text("mine")
    assert bundled.course_folder(tmp_path / "work") == copy == tmp_path / "work" / "course"
    assert (copy / "00_tour.ipynb").read_text() == "mine"
    (package / "course" / "00_tour.ipynb").write_text("newer")
    with pytest.raises(BadData, match="older state"):
        bundled.course_folder(tmp_path / "work")


def test_lessons_of_a_clone_are_opened_where_they_are():
    assert (bundled.course_folder() / "build.py").is_file()
