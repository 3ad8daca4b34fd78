"""Lint on prompts and posts that were not written for it: careful ones come out clean, bare ones do not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from labkit.prompts.lint import lint
from labkit.prompts.taking_apart import take_apart
from labkit.records import Example, Prompt, Task
from labkit.workspace import open_scene


@pytest.mark.parametrize("name", ["weibo_service", "support_intents"])
def test_the_bundled_definitions_are_clean_and_the_bare_names_are_not(name: str):
    scene = open_scene(name)
    assert lint(scene.prompt("v2"), scene.task, scene.examples()) == []
    bare = lint(scene.prompt("v1"), scene.task, scene.examples())
    assert {finding.label for finding in bare if finding.rule == "undefined-label"} == set(scene.task.labels)
    assert {finding.rule for finding in bare} - {"undefined-label"} <= {"repost", "quoted-speech"}


@pytest.mark.parametrize("name", ["ag_news", "emotion", "rotten_tomatoes"])
def test_prompts_that_an_optimizer_wrote_get_notes_at_most(name: str, test_data: Path):
    folder = test_data / "gepa_confidence"
    prompts = json.loads((folder / "summaries.json").read_text(encoding="utf-8"))[name]
    with (folder / f"{name}_combined.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    task = Task(name, tuple(dict.fromkeys(row["expected"] for row in rows)), "en", "Post")
    examples = [Example(f"r{k}", (row["text"],), (row["expected"],), "dev") for k, row in enumerate(rows)]
    for version in prompts.values():
        taken = take_apart(version["prompt"], task.labels).prompt
        found = lint(taken, task, examples)
        assert {f.rule for f in found if f.severity != "note"} <= {"undefined-label"}
        assert len([f for f in found if f.severity == "note"]) <= 3


def test_a_real_prompt_in_chinese_is_not_accused(test_data: Path):
    (file,) = (test_data / "gaokao_gpt4").glob("*History*.json")
    said = json.loads(file.read_text(encoding="utf-8"))["prompt"]
    found = lint(Prompt("g", said, "{{posts}}", "", ()), Task("g", ("A", "B", "C", "D"), "zh", "题目"))
    assert {finding.rule for finding in found} == {"undefined-label"}


def test_no_real_post_is_taken_for_an_order(test_data: Path):
    with (test_data / "banking77" / "train.csv").open(encoding="utf-8", newline="") as file:
        posts = [row["text"] for row in csv.DictReader(file)]
    lines = (test_data / "tnews" / "test_public.json").read_text(encoding="utf-8").splitlines()
    posts += [json.loads(line)["sentence"] for line in lines]
    examples = [Example(f"r{k}", (post,)) for k, post in enumerate(posts)]
    found = lint(Prompt("p", "", "{{posts}}", "", ()), Task("t", ("a", "b"), "en", "Post"), examples)
    assert len(posts) > 12_000
    assert {finding.rule for finding in found if finding.section == "posts"} == {"quoted-speech"}
