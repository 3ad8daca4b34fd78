"""A run as a log of Inspect (`.json`): one task, one model, one sample an answer; `inspect view` shows it."""

from __future__ import annotations

from typing import Any

from labkit.records import Run, RunRow, Usage
from labkit.run_files.rows import failed, gold_of, notes_of, problem

_STOPS = ("stop", "max_tokens", "model_length", "tool_calls", "content_filter")
_FINISH = {"length": "max_tokens", None: "stop"}
_SCORER = "labkit"


def inspect_log(run: Run) -> dict[str, Any]:
    """The log; a sample is scored C or I where there is gold: whether exactly the gold labels were answered."""
    header = run.header
    ids = list(dict.fromkeys(row.example.id for row in run.rows))
    dataset = {"name": header.split, "samples": len(ids), "sample_ids": ids, "shuffled": False}
    spec = {
        "eval_id": run.id,
        "run_id": run.id,
        "created": header.created,
        "task": header.prompt_name,
        "task_id": run.id,
        "dataset": dataset,
        "model": header.model,
        "config": {"epochs": header.repeats},
        "metadata": {"scene": header.scene, "parameters": dict(header.parameters), "prompt": header.prompt_text},
    }
    return {
        "version": 2,
        "status": "success",
        "eval": spec,
        "plan": {},
        "results": {"total_samples": len(run.rows), "completed_samples": sum(not failed(row) for row in run.rows)},
        "stats": {"started_at": header.created, "completed_at": header.created},
        "samples": [_sample(run, row) for row in run.rows],
    }


def _sample(run: Run, row: RunRow) -> dict[str, Any]:
    asked = {"role": "user", "content": row.example.text}
    nothing = {"model": row.served_by or run.header.model, "choices": [], "completion": ""}
    sample = {
        "id": row.example.id,
        "epoch": row.repeat + 1,
        "input": row.example.text,
        "target": gold_of(row),
        "messages": [asked],
        "output": nothing,
        "scores": _scores(row),
        "metadata": notes_of(row),
    }
    if failed(row):
        return {**sample, "error": {"message": problem(row), "traceback": "", "traceback_ansi": ""}}
    message = {"role": "assistant", "content": _content(row), "source": "generate"}
    output = {"choices": [{"message": message, "stop_reason": _stop(row)}], "completion": row.reply}
    usage = {"usage": _usage(row.usage)} if row.usage.counted else {}
    time = {} if row.latency_s is None else {"time": row.latency_s}
    return {**sample, "messages": [asked, message], "output": {**nothing, **output, **usage, **time}}


def _scores(row: RunRow) -> dict[str, Any]:
    if row.correct is None:
        return {}
    answer = ", ".join(row.prediction.labels) or None
    value = "C" if row.correct else "I"
    return {_SCORER: {"value": value, "answer": answer, "explanation": row.prediction.rationale or None}}


def _content(row: RunRow) -> object:
    """The reply; what was thought before it as a part of its own."""
    if not row.reasoning:
        return row.reply
    return [{"type": "reasoning", "reasoning": row.reasoning}, {"type": "text", "text": row.reply}]


def _stop(row: RunRow) -> str:
    """Inspect's word for how the reply ended."""
    word = _FINISH.get(row.finish_reason, row.finish_reason) or "stop"
    return word if word in _STOPS else "unknown"


def _usage(usage: Usage) -> dict[str, int]:
    """Inspect counts tokens from a cache apart from the other input tokens."""
    prompt, cached, completion = usage.prompt_tokens or 0, usage.cached_tokens or 0, usage.completion_tokens or 0
    counted = {
        "input_tokens": max(0, prompt - cached),
        "output_tokens": completion,
        "total_tokens": prompt + completion,
    }
    return counted if usage.cached_tokens is None else {**counted, "input_tokens_cache_read": cached}
