"""A dataset's card: the audit in it, and nothing from data that a reader of Markdown would obey."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import labkit
from labkit.errors import BadInput
from labkit.exports.card import _teaching as teaching_lines
from labkit.exports.markdown import escaped
from labkit.records import Example
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import post
from tests.conftest import TINY_TASK, tiny_prompts

HOSTILE = "<script>alert(1)</script> [x](javascript:y) ![i](http://e.com/a.png) | a | `b` *c* www.e.com #d"
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.fixture
def chosen(tmp_path: Path) -> Scene:
    """A scene whose second label is an attack on whoever opens the card, and its dataset "first"."""
    task = replace(TINY_TASK, labels=("物流", HOSTILE, "质量"), bar=replace(TINY_TASK.bar, minimum_recall={}))
    rows = [Example(f"r{k}", (post(k),), (task.labels[k % 3],), "pool" if k % 4 else "dev") for k in range(40)]
    prompts = [replace(p, definitions=(), rationale="none") for p in tiny_prompts()]
    scene = create_scene(tmp_path / "cards", task, rows, prompts)
    labkit.select(scene, 12, "first", prompt="v2")
    return scene


def test_a_card_holds_composition_audit_origin_and_gaps(chosen: Scene):
    labkit.select(chosen, 15, "second", prompt="v2", parent="first")
    card = labkit.dataset_card(chosen, "second")
    dataset = chosen.dataset("second")
    assert yaml.safe_load(card.split("---")[1])["size_categories"] == ["n<1K"]
    assert f"15 rows for the task tiny, made by labkit {labkit.__version__}" in card
    assert dataset.content_id in card
    assert "| 物流 | 5 | 5 |" in card
    assert all(f"| {check} " in card or f"- {check} " in card for check in [f"D{k:02d}" for k in range(1, 21)])
    assert "Follows first: added 3" in card
    assert dataset.manifest["files"]["rows.jsonl"] in card
    assert not any(row["items"][0] in card for row in dataset.rows)


def test_why_answers_are_not_taught_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    lines = list(teaching_lines({"refused": {"no rationale": 2, "*odd*": 1}}, ""))
    assert "- 2 行未列入：没有给出理由" in lines
    assert r"- 1 行未列入：\*odd\*" in lines


def test_nothing_from_data_becomes_markup(chosen: Scene):
    shown = READER.render(labkit.dataset_card(chosen, "first").split("---\n", 2)[2])
    assert not re.search(r"<(script|a|img|code|em)\b", shown)
    assert HOSTILE in html.unescape(shown)


@given(st.text(max_size=60))
def test_any_text_reads_back_as_itself_without_what_hides(text: str):
    shown = READER.render(f"x {escaped(text)} x")
    assert not re.search(r"<(?!/?p>)", shown)
    assert "\n" not in escaped(text)


def test_an_export_is_followed_by_its_card_and_manifest(chosen: Scene, tmp_path: Path):
    made = labkit.export_dataset(chosen, "first", "messages", tmp_path / "m.jsonl")
    assert [path.name for path in made.beside] == ["m.card.md", "m.manifest.json"]
    assert "Is it fit to train on?" in made.beside[0].read_text(encoding="utf-8")
    manifest = json.loads(made.beside[1].read_text(encoding="utf-8"))
    assert (manifest["content_id"], manifest["format"]) == (chosen.dataset("first").content_id, "messages")
    folder = labkit.export_dataset(chosen, "first", "huggingface", tmp_path / "hub").path
    assert (folder / "README.md").is_file()
    bare = labkit.export_dataset(chosen, "first", "messages", tmp_path / "n.jsonl", card=False)
    assert (bare.beside, sorted(path.name for path in tmp_path.glob("n.*"))) == ((), ["n.jsonl"])
    (tmp_path / "k.card.md").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match=r"k.card.md exists already"):
        labkit.export_dataset(chosen, "first", "messages", tmp_path / "k.jsonl")
    assert not (tmp_path / "k.jsonl").exists()
