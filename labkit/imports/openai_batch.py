"""Output and error files of OpenAI's batches, and of those who took over the format (DashScope and others)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.imports.answers import LABKIT_STATUS, Answer, AnswerFile, Wanted, as_count, as_id, as_mapping, as_text
from labkit.imports.json_files import read_json_lines
from labkit.records import Usage
from labkit.texts import Where

REPEAT = "/repeat-"  # between a row's id and the number of its asking, in a custom_id
_REPEATED = re.compile(rf"(.+){REPEAT}(\d{{1,6}})", re.DOTALL)


def read_openai_batch(path: Path, wanted: Wanted) -> AnswerFile:
    """Read an output file; its lines come in any order, and their `custom_id` is the row's id.

    Args:
        path: .jsonl.
        wanted: `id` names another field of a line.

    Raises:
        BadData: a line is none of such a file.
    """
    field = wanted.id or "custom_id"
    answers = tuple(_answer(place, line, field) for place, line in read_json_lines(path))
    if not answers:
        raise BadData.told("error.import.batch_empty", file=path.name)
    return AnswerFile(answers, model=next((a.served_by for a in answers if a.served_by), ""))


def _answer(place: Where, line: Mapping[str, Any], field: str) -> Answer:
    if "response" not in line and "error" not in line:
        raise BadData.told("error.import.no_batch", where=place)
    known = as_id(line.get(field))
    repeated = _REPEATED.fullmatch(known or "")
    response = as_mapping(line.get("response"))
    body = as_mapping(response.get("body"))
    choices = body.get("choices")
    choice = as_mapping(choices[0]) if isinstance(choices, list) and choices else {}
    message = as_mapping(choice.get("message"))
    finish, model = choice.get("finish_reason"), body.get("model")
    return Answer(
        place=place,
        id=repeated.group(1) if repeated else known,
        repeat=int(repeated.group(2)) if repeated else 0,
        text=as_text(message.get("content")),
        error=None if choice else _error(line, response, body),
        as_read=LABKIT_STATUS in line,
        finish_reason=finish if isinstance(finish, str) else None,
        usage=_usage(as_mapping(body.get("usage"))),
        served_by=model if isinstance(model, str) else None,
        reasoning=as_text(message.get("reasoning_content")),
    )


def _error(line: Mapping[str, Any], response: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    said = as_mapping(line.get("error")) or as_mapping(body.get("error"))
    told = as_text(said.get("message") or said.get("code") or line.get("error"))
    return told or f"no answer in the batch (status {as_text(response.get('status_code')) or 'unknown'})"


def _usage(tokens: Mapping[str, Any]) -> Usage:
    details = as_mapping(tokens.get("prompt_tokens_details"))
    cached, completion = as_count(details.get("cached_tokens")), as_count(tokens.get("completion_tokens"))
    return Usage(as_count(tokens.get("prompt_tokens")), cached, completion)
