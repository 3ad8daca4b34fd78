"""Files as promptfoo, Inspect, provider batches and lm-eval write them, made of answers."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import zstandard


def reply(*labels: str, rationale: str = "because") -> str:
    return json.dumps({"rationale": rationale, "labels": list(labels)}, ensure_ascii=False)


def write_json(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def write_lines(path: Path, records: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def promptfoo_result(
    output: object, *, provider: str = "openai:gpt-4.1", prompt: str = "v1", **variables: object
) -> dict[str, Any]:
    """One entry of `results.results` as promptfoo 0.123 writes it, fields that nobody reads left out."""
    return {
        "promptIdx": 0,
        "testIdx": 0,
        "testCase": {"vars": variables, "assert": [], "metadata": {}},
        "promptId": "8a1f",
        "provider": {"id": provider, "label": ""},
        "prompt": {"raw": "Sort the post", "label": prompt},
        "vars": variables,
        "response": {
            "output": output,
            "tokenUsage": {"total": 113, "prompt": 100, "completion": 13},
            "cached": False,
            "finishReason": "stop",
        },
        "success": True,
        "failureReason": 0,
        "score": 1,
        "latencyMs": 1234,
        "metadata": {},
    }


def promptfoo_file(path: Path, results: Sequence[object]) -> Path:
    if path.suffix == ".jsonl":
        return write_lines(path, results)
    return write_json(path, {"evalId": "eval-x", "results": {"version": 3, "results": results}, "config": {}})


def batch_line(custom_id: str, content: str, **message: object) -> dict[str, Any]:
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt-4.1-mini-2025-04-14",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 900, "completion_tokens": 20, "prompt_tokens_details": {"cached_tokens": 768}},
    }
    return {
        "id": "batch_req_1",
        "custom_id": custom_id,
        "response": {"status_code": 200, "request_id": "r", "body": body},
        "error": None,
    }


def inspect_sample(id_: object, completion: str, *, epoch: int = 1, **fields: object) -> dict[str, Any]:
    """A sample as Inspect 0.3.285 logs it, fields that nobody reads left out."""
    return {
        "id": id_,
        "epoch": epoch,
        "input": f"Sort: {id_}",
        "target": "refund",
        "output": {
            "model": "mockllm/model",
            "choices": [
                {"message": {"role": "assistant", "content": completion, "source": "generate"}, "stop_reason": "stop"}
            ],
            "completion": completion,
            "usage": {"input_tokens": 10, "input_tokens_cache_read": 90, "output_tokens": 3, "total_tokens": 103},
            "time": 0.75,
        },
        "scores": {"includes": {"value": "C", "answer": completion, "explanation": completion}},
        "metadata": {},
        **fields,
    }


def inspect_log(samples: Sequence[object]) -> dict[str, Any]:
    return {
        "version": 2,
        "status": "success",
        "eval": {"model": "mockllm/model", "task": "sorting"},
        "samples": samples,
    }


def inspect_members(samples: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """The members of an .eval file."""
    header = {name: value for name, value in inspect_log(()).items() if name != "samples"}
    return {
        "_journal/start.json": header,
        **{f"samples/{sample['id']}_epoch_{sample['epoch']}.json": sample for sample in samples},
        "header.json": header,
    }


def zip_of(path: Path, contents: Mapping[str, bytes], method: int = 93, *, claimed: int | None = None) -> Path:
    """A ZIP file with members packed as Python's zipfile cannot before 3.14: 93 is Zstandard, 0 is stored."""
    local, central = b"", b""
    for name, content in contents.items():
        packed = zstandard.compress(content) if method == 93 else content
        sizes = (zlib.crc32(content), len(packed), len(content) if claimed is None else claimed)
        fields = (20, 0, method, 0, 0, *sizes, len(name.encode()), 0)
        central += struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *fields, 0, 0, 0, 0, len(local)) + name.encode()
        local += struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name.encode() + packed
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(contents), len(contents), len(central), len(local), 0)
    path.write_bytes(local + central + end)
    return path


def eval_file(path: Path, samples: Sequence[Mapping[str, Any]]) -> Path:
    return zip_of(path, {name: json.dumps(value).encode() for name, value in inspect_members(samples).items()})


def lm_eval_sample(doc: Mapping[str, object], *answers: str, number: int = 0, filter_: str = "none") -> dict[str, Any]:
    """A line of samples_*.jsonl as lm-eval 0.4.13 writes it for a task that generates."""
    return {
        "doc_id": number,
        "doc": doc,
        "target": "refund",
        "arguments": {"gen_args_0": {"arg_0": "Sort the post", "arg_1": {"until": ["\n"]}}},
        "resps": [list(answers)],
        "filtered_resps": [answers[0] if len(answers) == 1 else list(answers)],
        "filter": filter_,
        "metrics": ["exact_match"],
        "exact_match": 1.0,
    }


def lm_eval_choice(doc: Mapping[str, object], likelihoods: Mapping[str, float]) -> dict[str, Any]:
    """The same for a task of multiple choice; lm-eval writes its numbers as text."""
    return {
        **lm_eval_sample(doc, "x"),
        "arguments": {
            f"gen_args_{k}": {"arg_0": "Sort", "arg_1": f" {choice}"} for k, choice in enumerate(likelihoods)
        },
        "resps": [[[str(value), "False"]] for value in likelihoods.values()],
        "filtered_resps": [[str(value), "False"] for value in likelihoods.values()],
    }
