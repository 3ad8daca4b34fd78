"""Lint: how often it speaks on real prompts, and that its time grows with the text and not faster."""

from __future__ import annotations

import csv
import json
import os
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from labkit.prompts.lint import LintFinding, lint
from labkit.prompts.taking_apart import take_apart
from labkit.records import Definition, Example, Prompt, Task
from labkit.workspace import open_scene

_TEXTS = {
    "Chinese": "快递没到，作者不能不说。",
    "abbreviations": "e.g. a parcel ",
    "one word": "a",
    "marks": "{“<[(-> ",
    "lines": "1.\n",
}


def main() -> None:
    """Print findings per prompt, then seconds per size of text."""
    with TemporaryDirectory() as folder:
        os.environ["LABKIT_WORKSPACE"] = folder
        for name in ("weibo_service", "support_intents"):
            scene = open_scene(name)
            for prompt in ("v1", "v2"):
                _print(f"{name} {prompt}", lint(scene.prompt(prompt), scene.task, scene.examples()))
    if data := os.environ.get("LABKIT_TEST_DATA"):
        _optimized(Path(data) / "gepa_confidence")
    else:
        print("no real data: LABKIT_TEST_DATA is not set")
    _speed()


def _optimized(folder: Path) -> None:
    for name, versions in json.loads((folder / "summaries.json").read_text(encoding="utf-8")).items():
        with (folder / f"{name}_combined.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        task = Task(name, tuple(dict.fromkeys(row["expected"] for row in rows)), "en", "Post")
        examples = [Example(f"r{k}", (row["text"],), (row["expected"],), "dev") for k, row in enumerate(rows)]
        for version, told in versions.items():
            _print(f"{name} {version}", lint(take_apart(told["prompt"], task.labels).prompt, task, examples))


def _print(name: str, found: list[LintFinding]) -> None:
    count = Counter(finding.severity for finding in found)
    rules = ", ".join(f"{rule} {n}" for rule, n in Counter(finding.rule for finding in found).most_common())
    print(f"{name:28s} {count['error']:3d} errors {count['warning']:3d} warnings {count['note']:3d} notes   {rules}")


def _speed() -> None:
    print("seconds for a definition of              250 KB   500 KB     1 MB  (thousands of characters)")
    task = Task("t", ("a", "b"), "zh", "微博")
    for name, text in _TEXTS.items():
        seconds = []
        for size in (250_000, 500_000, 1_000_000):
            told = (Definition("a", (text * (size // len(text) + 1))[:size]), Definition("b", "什么都不算的一句话。"))
            begin = time.perf_counter()
            lint(Prompt("p", "分类。", "{{posts}}", "回答。", told), task)
            seconds.append(time.perf_counter() - begin)
        print(f"  {name:36s} {' '.join(f'{s:8.2f}' for s in seconds)}")


if __name__ == "__main__":
    main()
