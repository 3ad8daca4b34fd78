"""Two runs of 1,000 rows, loaded from their files and compared with all statistics: in under a second?"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from labkit.comparison import compare, paired
from labkit.records import Example, Run, RunRow, examples_sha256
from labkit.store import run_from_jsonl, run_to_jsonl
from labkit.tables.json_text import read_jsonl
from labkit.tables.writing import write_jsonl
from tests.made_runs import noisy_run

ROWS, TIMES = 1000, 5


def main() -> None:
    """Print the seconds of each step, the best and the worst of five, and those of the processor, best of five."""
    runs = [
        _rich(noisy_run(ROWS, error, seed, name)) for seed, (name, error) in enumerate({"a": 0.05, "b": 0.06}.items())
    ]
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{run.id}.jsonl" for run in runs]
        for run, file in zip(runs, files, strict=True):
            write_jsonl(file, run_to_jsonl(run))
        examples = [row.example for row in runs[0].rows]

        def load() -> list[Run]:
            return [_load(file, run, examples) for file, run in zip(files, runs, strict=True)]

        loaded = load()
        parts = {part.by for part in compare(loaded).ranking[0].slices}
        print(f"{ROWS} rows, 2 runs, {len(runs[0].task.labels)} labels, slices by {', '.join(sorted(parts))}")
        print("                                        best s  worst s  processor s")
        for what, work in {
            "read two files": load,
            "one pair: tests, intervals, labels": lambda: paired(*loaded),
            "compare: that, scores, slices, agreement": lambda: compare(loaded, margin=0.02),
            "read and compare": lambda: compare(load()),
        }.items():
            seconds, busy = zip(*(_seconds(work) for _ in range(TIMES)), strict=True)
            print(f"{what:40}{min(seconds):6.3f}   {max(seconds):6.3f}       {min(busy):6.3f}")


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of this process."""
    start, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - busy


def _load(file: Path, run: Run, examples: list[Example]) -> Run:
    return run_from_jsonl((record for _, record in read_jsonl(file)), run.task, examples, file.name)


def _rich(run: Run) -> Run:
    """The run with replies to be parsed, seconds, tokens, posts of every length, months, notes and columns."""
    draw = random.Random(0)
    rows = tuple(_rich_row(row, k, draw) for k, row in enumerate(run.rows))
    header = replace(run.header, examples_sha256=examples_sha256([row.example for row in rows]))
    return replace(run, header=header, rows=rows)


def _rich_row(row: RunRow, k: int, draw: random.Random) -> RunRow:
    posts = tuple("字" * draw.randint(5, 140) for _ in range(1 + k % 3))
    month, note, meta = f"2026-{1 + k % 12:02d}-01", ("irony", "slang", None)[k % 3], {"app": str(k % 4)}
    reply = json.dumps({"rationale": "因为" * 20, "labels": list(row.prediction.labels)}, ensure_ascii=False)
    example = replace(row.example, items=posts, time=month, note=note, meta=meta)
    return replace(row, example=example, reply=reply, attempts=1, latency_s=draw.random())
