"""Answers of real models in ErrorBrowser, brought in as any run from outside: nothing lost, themes and flags found."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from labkit.imports import import_run
from labkit.prompts import format_prompt
from labkit.records import Bar, Definition, Example, Prompt, Run, Task
from labkit.widgets import ErrorBrowser
from labkit.workspace import Scene, create_scene
from tests.widgets.test_error_browser import ask, ids
from tests.widgets.test_error_triage import command


def scene_of(folder: Path, task: Task, rows: list[Example]) -> Scene:
    definitions = tuple(Definition(label, f"The answer is {label}.") for label in task.labels)
    prompt = Prompt("v1", "{{definitions}} {{answer}}", "{{posts}}", "Answer.", definitions)
    assert format_prompt(prompt)
    return create_scene(folder / task.name, task, rows, [prompt])


def brought_in(scene: Scene, answers: list[dict[str, str]], name: str) -> Run:
    file = scene.path / f"{name}.jsonl"
    file.write_text("\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers), encoding="utf-8")
    return import_run(scene, file, "table", model="gpt", prompt=name).run


def test_the_147_errors_of_gpt4_are_read_with_their_rationales_themes_and_tags(test_data: Path, tmp_path: Path):
    rows, answers = [], []
    for file in sorted((test_data / "gaokao_gpt4").glob("*.json")):
        for entry in json.loads(file.read_text(encoding="utf-8"))["example"]:
            row_id = f"{file.stem}-{entry['index']}"
            told = re.search("【解析】(.*?)(?:<eoe>|【答案】)", entry["model_output"], re.DOTALL)
            rows.append(Example(row_id, (entry["question"].strip(),), tuple(entry["standard_answer"]), "dev"))
            given = {"predicted": "".join(entry["model_answer"]), "rationale": told.group(1).strip() if told else ""}
            answers.append({"id": row_id, **given})
    scene = scene_of(tmp_path, Task("gaokao", tuple("ABCD"), language="zh", item="题目"), rows)
    browser = ErrorBrowser(brought_in(scene, answers, "v1"), scene=scene)
    assert (len(browser.found), browser.total) == (147, 607)
    assert (browser.triage["tags"]["unparsed"], browser.triage["untagged"]) == (6, 141)
    assert sum(bool(row.prediction.rationale) for row in browser.found) > 140
    browser._prepare(browser._reading, closer=True)
    assert not browser.problem
    themes = [group for group in browser.groups if group["kind"] == "theme"]
    assert len(themes) > 1
    for group in browser.groups:
        ask(browser, group=group["key"], outcome="any")
        assert len(browser.found) == group["rows"]
    ask(browser, group=themes[0]["key"])
    assert command(browser, "tag", row=browser.opened["row"], tag="knowledge_missing")["ok"]
    assert browser.triage["remedies"]["training"] == 1


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [("baseline", "confidence", "is better than"), ("default", "confidence", "cannot tell")],
)
def test_versions_of_a_prompt_show_what_was_fixed_and_what_regressed(
    test_data: Path, tmp_path: Path, first: str, second: str, said: str
):
    with (test_data / "gepa_confidence/emotion_combined.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    task = Task("emotion", tuple(sorted({row["expected"] for row in cells})), bar=Bar(metric="accuracy"))
    rows = [Example(f"{k:05d}", (row["text"],), (row["expected"],), "dev") for k, row in enumerate(cells)]
    scene = scene_of(tmp_path, task, rows)
    before, after = (
        brought_in(
            scene, [{"id": f"{k:05d}", "predicted": row[f"{name}_predicted"]} for k, row in enumerate(cells)], name
        )
        for name in (first, second)
    )
    browser = ErrorBrowser(after, before, scene=scene)
    rights = [(row[f"{first}_correct"], row[f"{second}_correct"]) for row in cells]
    expected = rights.count(("False", "True")), rights.count(("True", "False"))
    assert tuple(browser.changes[0][:2]) == expected
    ask(browser, change="regressed", outcome="any")
    assert len(ids(browser)) == expected[1]
    browser._prepare(browser._reading, closer=False)
    assert said in browser.verdict
    assert f"mends {expected[0]} and breaks {expected[1]}" in browser.verdict
