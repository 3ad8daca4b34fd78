"""A run as the output file of a batch in OpenAI's form: one line an answer, joined by `custom_id`.

The form: {"id", "custom_id", "response": {"status_code", "request_id", "body": a chat completion}, "error"}.
Source: OpenAI's API reference, "Batch".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from labkit.imports.answers import LABKIT_STATUS
from labkit.imports.openai_batch import REPEAT
from labkit.records import Run, RunRow
from labkit.run_files.rows import failed, problem


def batch_lines(run: Run) -> list[dict[str, Any]]:
    """Each row as a line; a row without a reply says why under `error`."""
    created = int(datetime.fromisoformat(run.header.created).timestamp())
    return [_line(run, row, number, created) for number, row in enumerate(run.rows)]


def _line(run: Run, row: RunRow, number: int, created: int) -> dict[str, Any]:
    name = f"{row.example.id}{REPEAT}{row.repeat}" if run.header.repeats > 1 else row.example.id
    line = {"id": f"{run.id}-{number}", "custom_id": name, LABKIT_STATUS: row.prediction.status.value}
    if failed(row):
        return {**line, "response": None, "error": {"code": "failed", "message": problem(row)}}
    body = {"id": f"{run.id}-{number}", "object": "chat.completion", "created": created, **_completion(run, row)}
    return {**line, "response": {"status_code": 200, "request_id": "", "body": body}, "error": None}


def _completion(run: Run, row: RunRow) -> dict[str, Any]:
    message = {"role": "assistant", "content": row.reply}
    if row.reasoning:
        message["reasoning_content"] = row.reasoning
    choice = {"index": 0, "message": message, "finish_reason": row.finish_reason or "stop", "logprobs": None}
    usage = row.usage
    completion: dict[str, Any] = {"model": row.served_by or run.header.model, "choices": [choice]}
    if usage.counted:
        completion["usage"] = {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "total_tokens": (usage.prompt_tokens or 0) + (usage.completion_tokens or 0),
            "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        }
    return completion
