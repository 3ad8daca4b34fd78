"""A run as promptfoo's results (`-o results.json`, version 3): `promptfoo import` takes them."""

from __future__ import annotations

from typing import Any

from labkit.records import Run, RunRow, Usage
from labkit.run_files.rows import failed, notes_of, problem

_NONE, _ASSERT, _ERROR = 0, 1, 2  # ResultFailureReason


def promptfoo_results(run: Run) -> dict[str, Any]:
    """The file; a result is a success where the gold labels were answered, or where there is no gold to miss."""
    header = run.header
    results = [_result(run, row, number) for number, row in enumerate(run.rows)]
    passed, broken = sum(result["success"] for result in results), sum(failed(row) for row in run.rows)
    stats = {"successes": passed, "errors": broken, "failures": len(results) - passed - broken}
    prompt = {**_prompt(run), "provider": header.model, "metrics": _metrics(run, stats)}
    summary = {
        "version": 3,
        "timestamp": header.created,
        "prompts": [prompt],
        "results": results,
        "stats": {**stats, "tokenUsage": _tokens(_total(run))},
    }
    return {
        "evalId": f"labkit-{run.id}",
        "results": summary,
        "config": {
            "description": f"{header.scene}: {header.prompt_name}, {header.model}",
            "providers": [header.model],
            "prompts": [header.prompt_text or header.prompt_name],
            "tests": [],
        },
        "shareableUrl": None,
        "metadata": {"exportedAt": header.created, "labkit": header.labkit},
    }


def _result(run: Run, row: RunRow, number: int) -> dict[str, Any]:
    variables = {"id": row.example.id, "post": row.example.text}
    success = not failed(row) and row.correct is not False
    reason = _ERROR if failed(row) else _NONE if success else _ASSERT
    result: dict[str, Any] = {
        "promptIdx": 0,
        "testIdx": number,
        "testCase": {"vars": variables, "assert": [], "metadata": notes_of(row)},
        "promptId": run.header.prompt_sha256,
        "provider": {"id": run.header.model, "label": ""},
        "prompt": _prompt(run),
        "vars": variables,
        "success": success,
        "failureReason": reason,
        "score": int(success),
        "namedScores": {},
        "cost": 0,
        "metadata": notes_of(row),
    }
    if row.latency_s is not None:
        result["latencyMs"] = round(1000 * row.latency_s)
    if failed(row):
        return {**result, "error": problem(row)}
    missed = {} if success else {"error": row.prediction.reason or "The gold labels were not answered"}
    return {**result, **missed, "response": _response(row)}


def _response(row: RunRow) -> dict[str, Any]:
    response: dict[str, Any] = {"output": row.reply, "cached": False}
    response |= {"tokenUsage": _tokens(row.usage)} if row.usage.counted else {}
    response |= {"finishReason": row.finish_reason} if row.finish_reason else {}
    return response | ({"reasoning": row.reasoning} if row.reasoning else {})


def _prompt(run: Run) -> dict[str, str]:
    return {"raw": run.header.prompt_text or run.header.prompt_name, "label": run.header.prompt_name}


def _metrics(run: Run, stats: dict[str, int]) -> dict[str, Any]:
    """What `promptfoo view` shows at the head of the one column."""
    return {
        "score": stats["successes"],
        "testPassCount": stats["successes"],
        "testFailCount": stats["failures"],
        "testErrorCount": stats["errors"],
        "assertPassCount": 0,
        "assertFailCount": 0,
        "totalLatencyMs": round(1000 * sum(row.latency_s or 0 for row in run.rows)),
        "tokenUsage": _tokens(_total(run)),
        "namedScores": {},
        "namedScoresCount": {},
        "cost": 0,
    }


def _total(run: Run) -> Usage:
    counted = [row.usage for row in run.rows if row.usage.counted]
    prompt, completion = (
        sum(getattr(usage, name) for usage in counted) for name in ("prompt_tokens", "completion_tokens")
    )
    return Usage(prompt, None, completion)


def _tokens(usage: Usage) -> dict[str, int]:
    prompt, completion = usage.prompt_tokens or 0, usage.completion_tokens or 0
    return {"total": prompt + completion, "prompt": prompt, "completion": completion}
