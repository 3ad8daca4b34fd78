"""A run as lm-evaluation-harness logs samples (`samples_<task>_<date>.jsonl`): one line a row, with all its answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from labkit.imports.answers import LABKIT_STATUS
from labkit.records import Run, RunRow
from labkit.run_files.rows import failed, gold_of, problem


def lm_eval_samples(run: Run) -> list[dict[str, Any]]:
    """Each row as a line; `labkit_status`, `finish_reasons` and `errors` are what the harness has no field for."""
    grouped = groupby(run.rows, key=lambda row: row.example.id)
    return [_sample(number, tuple(rows)) for number, (_, rows) in enumerate(grouped)]


def _sample(number: int, rows: Sequence[RunRow]) -> dict[str, Any]:
    example = rows[0].example
    replies = [None if failed(row) else row.reply for row in rows]
    right = [bool(row.correct) for row in rows]
    return {
        "doc_id": number,
        "doc": {"id": example.id, "text": example.text, "labels": gold_of(rows[0])},
        "target": ", ".join(gold_of(rows[0])),
        "arguments": {"gen_args_0": {"arg_0": example.text, "arg_1": {}}},
        "resps": [replies],
        "filtered_resps": [replies[0] if len(replies) == 1 else replies],
        "filter": "none",
        "metrics": ["exact_match"],
        "exact_match": sum(right) / len(right),
        LABKIT_STATUS: [row.prediction.status.value for row in rows],
        "finish_reasons": [row.finish_reason for row in rows],
        "errors": [problem(row) if failed(row) else None for row in rows],
    }
