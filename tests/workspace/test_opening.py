"""Scenes appear whole or not at all, read back as they were written, and frozen test rows stay frozen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import BadData, BadPrompt, BadTask, UnknownName
from labkit.records import SPLITS, Definition, Example, Prompt, examples_sha256
from labkit.workspace import Scene, create_scene, open_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

TEXT = st.text(max_size=30).filter(str.strip)
META = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers() | st.lists(st.text(max_size=3)))
EXAMPLES = st.lists(
    st.builds(
        Example,
        id=st.text(min_size=1, max_size=12),
        items=st.lists(TEXT, min_size=1, max_size=3).map(tuple),
        labels=st.none() | st.lists(st.sampled_from(TINY_TASK.labels), unique=True).map(tuple),
        split=st.sampled_from(SPLITS),
        group=st.none() | st.text(max_size=8),
        time=st.none() | st.just("2026-05-01T10:00:00+08:00"),
        note=st.none() | TEXT,
        meta=META,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda example: example.id,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EXAMPLES, st.text("物流：快 a-:;.", max_size=30).map(str.strip))
def test_a_scene_opens_as_it_was_created(tmp_path: Path, examples: list[Example], words: str):
    folder = tmp_path / "made"
    shutil.rmtree(folder, ignore_errors=True)
    definitions = tuple(Definition(label, words) for label in TINY_TASK.labels)
    prompt = Prompt("v1", "分类。", "{{posts}}", "回答。", definitions)
    create_scene(folder, TINY_TASK, examples, [prompt])
    opened = open_scene(folder)
    assert opened.task == TINY_TASK
    assert opened.rows == tuple(examples)
    assert opened.prompt("v1") == prompt


def test_a_new_scene_keeps_what_belongs_to_one_machine_out_of_git(scene: Scene):
    ignored = (scene.path / ".gitignore").read_text(encoding="utf-8").split()
    assert ignored == ["runs.db*", "jobs/", "traffic/", "locks/", "hosted/*/rows.jsonl", ".ipynb_checkpoints/"]
    umask = os.umask(0)
    os.umask(umask)
    assert scene.path.stat().st_mode & 0o777 == 0o777 & ~umask


def test_a_folder_may_have_a_chinese_name(tmp_path: Path):
    made = create_scene(tmp_path / "微博 客服" / "一期", TINY_TASK, tiny_examples(), tiny_prompts())
    assert open_scene(made.path).rows == tiny_examples()


def unknown_label() -> tuple[Example, ...]:
    return (*tiny_examples(), Example("x", ("快递",), ("价格",)))


def repeated_id() -> tuple[Example, ...]:
    return (*tiny_examples(), tiny_examples()[0])


@pytest.mark.parametrize(
    ("examples", "error"),
    [(unknown_label, "'价格' is not a label of the task"), (repeated_id, "'pool-00' stands in line 1 already")],
)
def test_examples_that_do_not_fit_leave_nothing_behind(
    tmp_path: Path, examples: Callable[[], tuple[Example, ...]], error: str
):
    with pytest.raises(BadData, match=error):
        create_scene(tmp_path / "new", TINY_TASK, examples(), tiny_prompts())
    assert list(tmp_path.iterdir()) == []


def test_a_prompt_that_does_not_fit_leaves_nothing_behind(tmp_path: Path):
    stranger = replace(tiny_prompts()[0], definitions=(Definition("价格"),))
    with pytest.raises(BadPrompt, match="价格"):
        create_scene(tmp_path / "new", TINY_TASK, tiny_examples(), [stranger])
    with pytest.raises(BadPrompt, match="exists already"):
        create_scene(tmp_path / "new", TINY_TASK, tiny_examples(), [tiny_prompts()[0]] * 2)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_is_left_alone(scene: Scene, tmp_path: Path):
    before = (scene.path / "task.yaml").read_bytes()
    with pytest.raises(BadData, match="exists already and is not empty"):
        create_scene(scene.path, TINY_TASK, tiny_examples()[:3], ())
    assert (scene.path / "task.yaml").read_bytes() == before
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BadData, match="exists already"):
        create_scene(tmp_path / "file", TINY_TASK, tiny_examples(), ())
    with pytest.raises(BadData, match="Cannot write"):
        create_scene(tmp_path / "file" / "below", TINY_TASK, tiny_examples(), ())
    (tmp_path / "empty").mkdir()
    assert create_scene(tmp_path / "empty", TINY_TASK, tiny_examples(), ()).path == tmp_path / "empty"


def test_a_link_is_not_a_free_place(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadData, match="exists already"):
        create_scene(tmp_path / "link", TINY_TASK, tiny_examples(), ())
    assert not (tmp_path / "elsewhere").exists()


def frozen(scene: Scene) -> Scene:
    task = replace(scene.task, test_sha256=examples_sha256(scene.examples("test")))
    return create_scene(scene.path.parent / "frozen", task, scene.rows, tiny_prompts())


@pytest.mark.parametrize(
    "change",
    [
        ("说一下,钱什么", "说一下,我钱什么"),
        ('"labels": ["退款"], "split": "test"', '"labels": ["质量"], "split": "test"'),
    ],
)
def test_changed_test_rows_are_refused_with_the_fix(scene: Scene, change: tuple[str, str]):
    folder = frozen(scene).path
    text = (folder / "examples.jsonl").read_text(encoding="utf-8")
    assert change[0] in text
    (folder / "examples.jsonl").write_text(text.replace(*change), encoding="utf-8")
    fix = r"Restore examples.jsonl, or freeze the new rows by writing test_sha256: [0-9a-f]{64}\.$"
    with pytest.raises(BadData, match=f"are not the frozen ones .* {fix}"):
        open_scene(folder)


def test_frozen_test_rows_leave_the_other_rows_and_notes_free(scene: Scene):
    folder = frozen(scene).path
    text = (folder / "examples.jsonl").read_text(encoding="utf-8")
    (folder / "examples.jsonl").write_text(text.replace("唉,", "哎,"), encoding="utf-8")
    assert open_scene(folder).examples("dev")[0].text.startswith("哎")


def test_the_hash_that_the_refusal_names_freezes_the_new_rows(scene: Scene):
    folder = frozen(scene).path
    text = (folder / "examples.jsonl").read_text(encoding="utf-8")
    (folder / "examples.jsonl").write_text(text.replace("说一下,", "我说,"), encoding="utf-8")
    with pytest.raises(BadData) as caught:
        open_scene(folder)
    task = (folder / "task.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in task if not line.startswith("test_sha256")]
    (folder / "task.yaml").write_text("\n".join([*kept, caught.value.fix.split("writing ")[1]]), encoding="utf-8")
    assert open_scene(folder).task.test_sha256 == examples_sha256(open_scene(folder).examples("test"))


@pytest.mark.parametrize("name", ["wiebo_service", "../weibo_service", "", "\0", "x" * 300, "CON", "/no/such/place"])
def test_what_is_no_scene_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UnknownName, BadData)) as caught:
        open_scene(name)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_nearly_right_is_offered():
    with pytest.raises(UnknownName, match="Did you mean 'weibo_service'"):
        open_scene("wiebo_service")


def test_a_folder_that_is_no_scene_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(BadData, match=r"has no task.yaml\. Make one: python -m labkit new"):
        open_scene(tmp_path)


def test_files_that_cannot_be_read_are_named(scene: Scene):
    (scene.path / "examples.jsonl").unlink()
    with pytest.raises(BadData, match=r"examples.jsonl"):
        open_scene(scene.path)
    (scene.path / "task.yaml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(BadTask, match=r"Cannot read .*task.yaml"):
        open_scene(scene.path)
