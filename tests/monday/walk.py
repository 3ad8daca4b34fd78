"""Our side of the Monday test, run for real: the command line only, on a spreadsheet and a prompt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labkit.prompts import parse_prompt, prompt_sha256, render
from labkit.records import Example
from labkit.tables import write_table
from labkit.training import job_of
from labkit.training.rows import training_rows
from labkit.workspace import open_scene
from tests.models.loopback import Action, Loopback, completion
from tests.monday.steps import Milestone, Step

MODEL = "openai/gpt-4.1-mini"  # a model whose list price labkit knows; a server on loopback answers in its place
RIGHT_OF_TEN = 9  # of ten rows, so many are answered rightly


class Walk:
    """The commands typed so far, and what came of them.

    Args:
        folder: an empty folder to work in.
    """

    def __init__(self, folder: Path) -> None:
        self.steps: list[Step] = []
        self.folder = folder
        self._environment = {**os.environ, "OPENAI_API_KEY": "monday", "LABKIT_LANG": "en"}

    def type(self, towards: Milestone, *words: str) -> str:
        """Run one command as a person would type it, and count it.

        Raises:
            subprocess.CalledProcessError: it failed, or a gate said no.
        """
        self.steps.append(Step(towards, "command", " ".join(("python -m labkit", *words))))
        done = subprocess.run(
            [sys.executable, "-m", "labkit", *words],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise RuntimeError(f"{self.steps[-1].what}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done.stdout


def walk(folder: Path) -> tuple[tuple[Step, ...], dict[Milestone, str]]:
    """Go the whole way, and prove each milestone.

    Args:
        folder: an empty folder.

    Returns:
        The steps done by hand, and of each milestone what shows that it was reached.

    Raises:
        RuntimeError: a command failed.
        AssertionError: a milestone was not reached.
    """
    rows = _hand_over(folder)
    monday = Walk(folder)
    reached: dict[Milestone, str] = {"error": _first_error(monday)}
    with Loopback(mode=_answering(rows)) as server:
        place = f'[openai]\nbase_url = "{server.url}"\nkey = "env:OPENAI_API_KEY"\nkey_host = "127.0.0.1"\n'
        (folder / "monday" / "models.toml").write_text(place, encoding="utf-8")  # our stand-in for the provider's host
        reached["models"] = _two_models(monday)
        reached["training"] = _training(monday)
    return tuple(monday.steps), reached


def _hand_over(folder: Path) -> Sequence[Example]:
    """What the business team sends: posts.xlsx with its own column names, and the prompt somebody wrote."""
    scene = open_scene("weibo_service", folder / "bundled")
    rows = scene.examples("all")
    widest = max(len(row.items) for row in rows)
    head = ("编号", *(f"微博{k}" for k in range(1, widest + 1)), "标签")
    cells = ((r.id, *r.items, *[""] * (widest - len(r.items)), "、".join(r.labels or ())) for r in rows)
    write_table(folder / "posts.xlsx", head, cells)
    prompt = scene.prompt("v2")
    told = "\n".join(f"- {one.label}：{one.text.splitlines()[0]}" for one in prompt.definitions)
    system = prompt.system.split("{{")[0].strip()
    (folder / "prompt.txt").write_text(f"{system}\n\n标签：\n{told}\n\n微博：\n{{posts}}\n", encoding="utf-8")
    return rows


def _first_error(monday: Walk) -> str:
    monday.type("error", "new", "monday", "--examples", "posts.xlsx", "--prompt", "prompt.txt", "--yes")
    monday.type("error", "evaluate", "monday", "--prompt", "v1", "--model", "definition-reader")
    said = json.loads(monday.type("error", "errors", "monday", "--json"))
    first = said["errors"][0]
    missed = [label for label in (*first["gold"], *first["predicted"]) if said["definitions"].get(label)]
    assert missed, "no definition stands beside the first error"
    return f"{first['id']}: {missed[0]}: {said['definitions'][missed[0]]}"


def _two_models(monday: Walk) -> str:
    monday.steps.append(Step("models", "command", "export OPENAI_API_KEY=…"))
    monday.type("models", "evaluate", "monday", "--prompt", "v1", "--model", MODEL)
    newest, floor = _runs(monday.folder)[:2]
    said = json.loads(monday.type("models", "compare", "monday", newest, floor, "--json"))
    memo = json.loads(monday.type("models", "memo", "monday", "--volume", "200000", "--json"))
    (bill,) = [line for line in memo["models"] if line["model"] == MODEL]
    assert said["rows"] == memo["rows"] > 0
    assert bill["month"]["amount"]["value"] > 0
    month = f"{bill['month']['amount']['value']:.2f} {bill['month']['currency']} a month"
    return f"{bill['against_floor']} than the floor on {said['rows']} rows, {month}: {memo['advice']}"


def _training(monday: Walk) -> str:
    monday.type("training", "evaluate", "monday", "--prompt", "v1", "--model", MODEL, "--split", "pool")
    teacher = _runs(monday.folder)[0]
    choice = ("--budget", "100", "--name", "first", "--teacher", teacher, "--prompt", "v1")
    monday.type("training", "select", "monday", *choice)
    made = json.loads(
        monday.type("training", "train", "monday", "--base", "local/study", "--dataset", "first", "--detach", "--json")
    )
    return _prompt_identity(monday.folder, str(made["job"]))


def _prompt_identity(folder: Path, name: str) -> str:
    """The prompt that is trained is byte for byte the one that was evaluated, and so is every message of a row."""
    scene = open_scene(folder / "monday")
    job = job_of(scene, name)
    try:
        asked = scene.store.load_run(_runs(folder)[0])
        prompt = parse_prompt(asked.header.prompt_text, asked.header.prompt_name)
        trained = training_rows(scene, scene.dataset("first"), scene.prompt(job.folder.spec()["prompt_name"]))
        examples = {row.id: row for row in scene.examples("all")}
        for row in trained:
            assert row.messages == render(prompt, scene.task, examples[row.id]).messages, row.id
        assert job.folder.spec()["prompt_sha256"] == asked.header.prompt_sha256 == prompt_sha256(prompt)
        return f"{len(trained)} rows, prompt {asked.header.prompt_sha256[:12]}"
    finally:
        job.stop()


def _runs(folder: Path) -> tuple[str, ...]:
    return tuple(header.run for header in open_scene(folder / "monday").store.runs())


def _answering(rows: Sequence[Example]) -> Any:
    """A model that is right on nine rows of ten, and says why in the post's own words."""

    def act(body: dict[str, Any], seen: int) -> Action:
        user = body["messages"][-1]["content"]
        row = next((row for row in rows if all(post in user for post in row.items)), rows[0])
        right = int(row.id.lstrip("w") or 0) % 10 < RIGHT_OF_TEN
        said = {"rationale": f"作者说“{row.items[-1][:20]}”。", "labels": list(row.labels or ()) if right else ["无关"]}
        return 200, {}, completion(json.dumps(said, ensure_ascii=False))

    return act
