"""A run as JSON lines: one header, then one line a row; what git keeps and colleagues exchange."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from labkit.errors import BadData
from labkit.parsing import PARSER, parse_reply
from labkit.records import (
    Evidence,
    Example,
    Prediction,
    Reply,
    Run,
    RunHeader,
    RunRow,
    Status,
    Task,
    Usage,
    examples_sha256,
)

FORMAT = 1
_AS_THEY_STAND = {  # fields of a line that are fields of a row
    *("repeat", "attempts", "error", "finish_reason", "latency_s"),
    *("served_by", "reasoning", "probabilities", "taken_from", "in_flight", "batched"),
}
_Line = TypeVar("_Line", bound=BaseModel)


class _PromptPart(BaseModel):
    name: str
    sha256: str
    text: str


class _HeaderLine(BaseModel):
    """The first line; later labkits may add fields."""

    model_config = ConfigDict(extra="ignore")
    format: int
    run: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")  # it becomes a file name and an id on command lines
    scene: str
    examples_sha256: str
    prompt: _PromptPart
    model: str
    parameters: dict[str, Any]
    split: str
    created: str
    labkit: str
    repeats: int = Field(default=1, ge=1)
    masked: bool = False


class _UsagePart(BaseModel):
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None


class _RowLine(BaseModel):
    """What of a row's line is read: labels and rationale are parsed anew from the reply."""

    model_config = ConfigDict(extra="ignore")
    id: str
    repeat: int = Field(default=0, ge=0)
    status: Status
    finish_reason: str | None = None
    reply: str = ""
    reply_base64: str | None = None
    error: str | None = None
    attempts: int = Field(ge=0)
    latency_s: float | None = None
    usage: _UsagePart = _UsagePart()
    served_by: str | None = None
    reasoning: str = ""
    probabilities: dict[str, float] | None = None
    taken_from: str | None = None
    in_flight: int = Field(default=0, ge=0)
    batched: bool = False


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
        "masked": header.masked,
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
        "in_flight": row.in_flight,
        "latency_s": row.latency_s,
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "cached_tokens": usage.cached_tokens,
            "completion_tokens": usage.completion_tokens,
        },
        "cost": None,
        "served_by": row.served_by,
        "reasoning": row.reasoning,
        "probabilities": None if row.probabilities is None else dict(row.probabilities),
        "taken_from": row.taken_from,
        "batched": row.batched,
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


def run_from_jsonl(records: Iterable[Mapping[str, Any]], task: Task, examples: Sequence[Example], where: str) -> Run:
    """The run in the records of a run file, its replies parsed anew against the scene's rows.

    Args:
        records: as `run_to_jsonl` made them.
        task: the scene's.
        examples: the scene's rows; those that were asked must be among them as they were.
        where: the file's name, for errors.

    Returns:
        The run: same answers, counts and scores as where it was made.

    Raises:
        BadData: not a run file, one of a newer labkit, or one over other rows than these.
    """
    lines = iter(records)
    head = _checked(_HeaderLine, next(lines, {}), f"{where} line 1")
    if head.format > FORMAT:
        raise BadData.told("error.run_file.newer", where=where, format=head.format)
    known = {example.id: example for example in examples}
    rows = [_read_row(line, known, task, f"{where} line {number}") for number, line in enumerate(lines, 2)]
    header = _read_header(head)
    asked = list({row.example.id: row.example for row in rows}.values())
    whole = {(row.example.id, row.repeat) for row in rows}
    if examples_sha256(asked) != header.examples_sha256 or not len(whole) == len(rows) == len(asked) * header.repeats:
        raise BadData.told("error.run_file.other_rows", where=where)
    return Run(header, task, tuple(rows))


def _read_header(head: _HeaderLine) -> RunHeader:
    prompt: dict[str, Any] = {
        "prompt_name": head.prompt.name,
        "prompt_sha256": head.prompt.sha256,
        "prompt_text": head.prompt.text,
    }
    return RunHeader(**head.model_dump(exclude={"format", "prompt"}), **prompt, parser=PARSER)


def _read_row(line: Mapping[str, Any], known: Mapping[str, Example], task: Task, where: str) -> RunRow:
    found = _checked(_RowLine, line, where)
    if found.id not in known:
        raise BadData.told("error.run_file.no_row", where=where, found=found.id[:60])
    row = RunRow(
        example=known[found.id],
        prediction=Prediction(found.status, reason=found.error or ""),
        reply=_text(found, where),
        usage=Usage(**found.usage.model_dump()),
        **found.model_dump(include=_AS_THEY_STAND),
    )
    if found.status in (Status.PENDING, Status.FAILED):
        return row
    reply = Reply(row.reply, row.reply.encode("utf-8", "surrogatepass"), row.finish_reason)
    return replace(row, prediction=parse_reply(reply, task, row.example))


def _text(found: _RowLine, where: str) -> str:
    if found.reply_base64 is None:
        return found.reply
    try:
        return base64.b64decode(found.reply_base64, validate=True).decode("utf-8", "surrogatepass")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadData.told("error.run_file.reply", where=where) from error


def _checked(shape: type[_Line], line: Mapping[str, Any], where: str) -> _Line:
    try:
        return shape.model_validate(line)
    except ValidationError as error:
        first = error.errors()[0]
        named = ".".join(str(part) for part in first["loc"])
        raise BadData.told("error.run_file.no_line", where=where, named=named, first=first["msg"]) from error
