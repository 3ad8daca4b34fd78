"""`labkit diff`: what changed from one prompt to another, definition by definition."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from labkit.workspace import Scene
from tests.cli.conftest import Command

HOSTILE = "\x1b[31mred\u202e"


def test_definitions_that_changed_are_listed_with_their_sentences(labkit: Command, scene: Scene):
    code, out, _ = labkit("diff", scene.path, "v1", "v2")
    assert code == 0
    assert out.splitlines()[0] == "From v1 to v2"
    assert "物流 (changed)" in out
    assert "  + 快递、包裹、配送和物流信息的问题。" in out
    assert "  + Excludes: 送得慢 -> 物流" in out
    assert out.splitlines()[-2:] == ["", "Unchanged definitions: 0"]


def test_chinese_readers_get_chinese_punctuation(labkit: Command, scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    _, out, _ = labkit("diff", scene.path, "v1", "v2")
    assert "物流（有改动）" in out
    assert "  + 不包括：送得慢 -> 物流" in out


def test_how_many_examples_are_fetched_is_a_change(labkit: Command, scene: Scene):
    scene.save_prompt(replace(scene.prompt("v2"), name="v3", retrieved=4))
    _, out, _ = labkit("diff", scene.path, "v2", "v3")
    assert "Examples fetched for each row: 0 → 4" in out


def test_json_holds_the_whole_difference(labkit: Command, scene: Scene):
    code, out, _ = labkit("diff", scene.path, "v2", "v2", "--json")
    found = json.loads(out)
    assert (code, found["same"], found["text"]) == (0, True, [])
    _, out, _ = labkit("diff", scene.path, "v2", "v1", "--json")
    found = json.loads(out)
    assert {entry["kind"] for entry in found["definitions"]} == {"changed"}
    assert ["-", "- 退给我"] in found["text"]


def test_as_text_and_nothing_of_it_moves_the_terminal(labkit: Command, scene: Scene):
    scene.save_prompt(replace(scene.prompt("v2"), name="v3", instruction=HOSTILE, rationale="none"))
    for words in ((), ("--text",)):
        code, out, _ = labkit("diff", scene.path, "v2", "v3", *words)
        assert code == 0
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "⟨U+001B⟩[31mred⟨U+202E⟩" in out, "a difference in what nobody sees is a difference"


def test_a_prompt_that_is_not_there_is_bad_input(labkit: Command, scene: Scene):
    code, _, err = labkit("diff", scene.path, "v1", "v22")
    assert code == 2
    assert "v22" in err
