"""A run as JSON lines: one header, then one line a row; what git keeps and colleagues exchange."""

from __future__ import annotations

import base64
from typing import Any

from labkit.records import Evidence, Run, RunRow

FORMAT = 1


def run_to_jsonl(run: Run) -> list[dict[str, Any]]:
    """A run as JSON-able records.

    Args:
        run: a stored run.

    Returns:
        The header record, then the row records in order.
    """
    return [_header(run), *(_row(row) for row in run.rows)]


def _header(run: Run) -> dict[str, Any]:
    header = run.header
    return {
        "record": "run",
        "format": FORMAT,
        "run": header.run,
        "scene": header.scene,
        "examples_sha256": header.examples_sha256,
        "prompt": {"name": header.prompt_name, "sha256": header.prompt_sha256, "text": header.prompt_text},
        "model": header.model,
        "parameters": dict(header.parameters),
        "split": header.split,
        "repeats": header.repeats,
        "parser": header.parser,
        "labkit": header.labkit,
        "created": header.created,
    }


def _row(row: RunRow) -> dict[str, Any]:
    usage, prediction = row.usage, row.prediction
    return {
        "record": "row",
        "id": row.example.id,
        "repeat": row.repeat,
        "gold": None if row.example.labels is None else list(row.example.labels),
        "labels": list(prediction.labels),
        "status": prediction.status.value,
        "rationale": prediction.rationale,
        "evidence": [_evidence(evidence) for evidence in prediction.evidence],
        "definition": prediction.definition,
        "finish_reason": row.finish_reason,
        **_reply(row.reply),
        "error": row.error,
        "attempts": row.attempts,
        "latency_s": row.latency_s,
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "cached_tokens": usage.cached_tokens,
            "completion_tokens": usage.completion_tokens,
        },
        "cost": None,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {"post": evidence.post, "quote": evidence.quote, "verbatim": evidence.verbatim}


def _reply(text: str) -> dict[str, str]:
    """The reply as text, or as base64 when it holds half characters that UTF-8 cannot carry."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return {"reply_base64": base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()}
    return {"reply": text}
