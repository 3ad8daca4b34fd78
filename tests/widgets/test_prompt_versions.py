"""PromptEditor and the files of the versions: listed with scores, compared, restored, and edited outside."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import labkit
from labkit.prompts import format_prompt, prompt_sha256
from labkit.widgets import PromptEditor
from labkit.workspace import Scene


@pytest.fixture
def editor(scene: Scene) -> PromptEditor:
    return labkit.workbench(scene, "v2")


def send(editor: PromptEditor, command: str, **message: Any) -> dict[str, Any]:
    return getattr(editor, command)(message, [])[0]


def edit(editor: PromptEditor, **changes: Any) -> None:
    editor.set_state({"draft": editor.draft | {"revision": editor.draft["revision"] + 1} | changes})


def write_outside(scene: Scene, name: str, text: str) -> Path:
    """Another program writes the file, a moment later."""
    path = scene.path / "prompts" / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    later = time.time() + 5
    os.utime(path, (later, later))
    return path


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def test_versions_are_listed_newest_first_with_message_and_scores_of_dev_runs(scene: Scene):
    run = labkit.evaluate(scene, "v2", "definition-reader")
    labkit.evaluate(scene, "v2", "definition-reader", "pool")
    editor = labkit.workbench(scene, "v1")
    wait_for(lambda: bool(editor.versions[0]["scores"]))
    newest, oldest = editor.versions
    assert [(v["name"], v["message"]) for v in (newest, oldest)] == [("v2", "definitions"), ("v1", "bare names")]
    (score,) = newest["scores"]
    found = labkit.score(run).values["macro_f1"]
    assert (score["model"], score["rows"], score["pending"]) == ("definition-reader", 16, 0)
    assert (score["value"], score["low"], score["high"]) == (found.value, found.low, found.high)
    assert oldest["scores"] == []


def test_an_edited_prompt_that_was_run_keeps_its_score_when_it_is_saved(scene: Scene, editor: PromptEditor):
    edit(editor, instruction="现在回答。")
    labkit.evaluate(scene, editor.prompt, "definition-reader")
    send(editor, "save", draft=editor.draft)
    wait_for(lambda: bool(editor.versions[0]["scores"]))
    assert editor.versions[0]["name"] == "v3"


def test_changes_are_told_by_definition_from_a_version_to_the_form(editor: PromptEditor):
    edit(editor, instruction="现在回答。")
    found = send(editor, "compare", before="v2", after="", draft=editor.draft)
    assert [(part["section"], part["kind"]) for part in found["parts"]] == [("instruction", "changed")]
    assert (found["unchanged"], found["same"]) == (3, False)
    assert ["-", "请回答。"] in [list(line) for line in found["lines"]]
    bare = send(editor, "compare", before="v1", after="v2", draft=editor.draft)
    assert [part["label"] for part in bare["parts"]] == ["物流", "退款", "质量"]
    assert send(editor, "compare", before="v2", after="v2", draft=editor.draft)["same"] is True
    assert "v9" in send(editor, "compare", before="v9", after="", draft=editor.draft)["error"]


def test_an_old_version_comes_back_as_a_draft(scene: Scene, editor: PromptEditor):
    assert send(editor, "restore", name="v1", draft=editor.draft)["ok"] is True
    assert editor.prompt.name == "v2-edited"
    assert editor.prompt.definitions == scene.prompt("v1").definitions
    assert editor.draft["message"] == ""


def test_a_version_that_stands_in_the_form_is_not_put_there_again(scene: Scene, editor: PromptEditor):
    stood = editor.draft
    assert send(editor, "restore", name=editor.version, draft=stood) == {"ok": True, "same": True, "filled": 0}
    assert editor.draft == stood


@pytest.mark.parametrize("typed", [{"instruction": "刚刚打的。"}, {"system": "## Input"}])
def test_what_stands_in_the_form_is_what_the_message_says_not_what_reached_python_before(
    editor: PromptEditor, typed: dict[str, str]
):
    stood = editor.draft | typed  # the page has not sent it yet, or it could be in no prompt file
    assert send(editor, "restore", name=editor.version, draft=stood) == {"ok": True, "same": False, "filled": 1}


def test_a_version_that_fetches_examples_comes_back_whole(scene: Scene, editor: PromptEditor):
    fetching = replace(scene.prompt("v1"), name="v3", retrieved=4)
    scene.save_prompt(fetching)
    assert send(editor, "restore", name="v3", draft=editor.draft)["ok"] is True
    assert editor.prompt.retrieved == 4
    assert prompt_sha256(editor.prompt) == prompt_sha256(fetching)


def test_an_edit_made_outside_is_noticed_and_not_saved_over(scene: Scene, editor: PromptEditor):
    theirs = replace(scene.prompt("v2"), instruction="他们的指令。")
    write_outside(scene, "v2", format_prompt(theirs))
    edit(editor, system="我的系统消息。")
    assert send(editor, "save", draft=editor.draft) == {"ok": True, "outside": True, "unchanged": False}
    assert (editor.outside["kind"], editor.outside["name"]) == ("changed", "v2")
    assert scene.prompt_names() == ("v1", "v2")
    shown = send(editor, "compare", before="v2", after="", draft=editor.draft)
    assert [part["section"] for part in shown["parts"]] == ["system", "instruction"]


@pytest.mark.parametrize(("choice", "instruction"), [("reload", "他们的指令。"), ("keep", "请回答。")])
def test_an_edit_made_outside_is_settled_either_way(scene: Scene, editor: PromptEditor, choice: str, instruction: str):
    write_outside(scene, "v2", format_prompt(replace(scene.prompt("v2"), instruction="他们的指令。")))
    send(editor, "look")
    assert editor.outside["kind"] == "changed"
    send(editor, "settle", choice=choice, draft=editor.draft)
    assert editor.outside == {}
    assert editor.draft["instruction"] == instruction
    assert editor.preview["changed"] is (choice == "keep")
    reply = send(editor, "save", draft=editor.draft)
    assert (reply["outside"], reply["unchanged"]) == (False, choice == "reload")
    assert scene.prompt("v2").instruction == "他们的指令。"


def test_two_edits_of_different_places_are_both_taken_and_of_one_place_refused(scene: Scene, editor: PromptEditor):
    edit(editor, instruction="我的指令。", message="mine")
    theirs = replace(scene.prompt("v2"), system="他们的系统消息。{{definitions}}")
    write_outside(scene, "v2", format_prompt(theirs))
    assert send(editor, "settle", choice="merge", draft=editor.draft)["ok"]
    assert (editor.prompt.instruction, editor.prompt.system) == ("我的指令。", theirs.system)
    assert (editor.draft["message"], editor.outside) == ("mine", {})
    write_outside(scene, "v2", format_prompt(replace(theirs, instruction="他们的指令。")))
    reply = send(editor, "settle", choice="merge", draft=editor.draft)
    assert "Both edits changed Instruction" in reply["error"]
    assert editor.prompt.instruction == "我的指令。"
    assert editor.outside["kind"] == "changed"


def test_an_edit_that_is_still_on_its_way_is_in_the_merge_and_arrives_too_late_to_undo_it(
    scene: Scene, editor: PromptEditor
):
    edit(editor, instruction="A")
    typed = editor.draft | {"revision": 2, "instruction": "A B", "message": "mine"}
    write_outside(scene, "v2", format_prompt(replace(scene.prompt("v2"), system="他们的系统消息。{{definitions}}")))
    assert send(editor, "settle", choice="merge", draft=typed)["ok"]
    merged = editor.draft
    assert (merged["instruction"], merged["message"], merged["system"][:3]) == ("A B", "mine", "他们的")
    editor.set_state({"draft": typed})  # a page holds back what it sends while the kernel is busy
    assert editor.draft == merged
    edit(editor, instruction="C")
    assert editor.prompt.instruction == "C"


def test_a_file_that_was_only_touched_is_no_news(scene: Scene, editor: PromptEditor):
    write_outside(scene, "v2", (scene.path / "prompts/v2.md").read_text(encoding="utf-8"))
    send(editor, "look")
    assert editor.outside == {}


def test_a_file_that_cannot_be_read_any_more_or_is_gone_is_said_and_saving_goes_on(scene: Scene, editor: PromptEditor):
    path = write_outside(scene, "v2", "# Nothing\nof a prompt")
    send(editor, "look")
    assert (editor.outside["kind"], editor.versions[0]["problem"] != "") == ("unreadable", True)
    assert "Nothing" in send(editor, "restore", name="v2", draft=editor.draft)["error"]
    path.unlink()
    send(editor, "look")
    assert editor.outside["kind"] == "gone"
    edit(editor, instruction="现在回答。")
    assert send(editor, "save", draft=editor.draft)["unchanged"] is False
    assert editor.outside == {}


def test_a_version_written_outside_joins_the_list(scene: Scene, editor: PromptEditor):
    write_outside(scene, "v7", format_prompt(replace(scene.prompt("v1"), message="by hand")))
    send(editor, "look")
    assert next((v["name"], v["message"]) for v in editor.versions) == ("v7", "by hand")


def test_scores_that_cannot_be_had_are_said(scene: Scene):
    def broken() -> dict[str, Any]:
        raise OSError("no database")

    versions = labkit.workbench(scene)._shelf._versions
    editor = PromptEditor(scene.prompt("v2"), scene.task, versions=versions, scores=broken)
    wait_for(lambda: bool(editor.problem))
    assert editor.problem["error"] == "OSError: no database"
