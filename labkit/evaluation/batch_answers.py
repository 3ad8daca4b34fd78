"""One line of a batch's files: an answer, or why there is none and whether the row may be asked again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labkit.errors import ModelError
from labkit.models.api_errors import ErrorKind, kind_of
from labkit.models.completion import FILTERED, as_object, read_completion
from labkit.models.openai_compatible import OpenAICompatible
from labkit.records import Reply
from labkit.store.schema import UNTIMED

_NOT_TRIED = ("batch_expired", "batch_cancelled", "batch_canceled")  # codes of rows that a batch did not come to


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why a line holds no answer.

    Args:
        problem: one line.
        final: whether the row counts as failed; otherwise it is still to be asked.
        maybe_billed: whether the provider may ask money for it all the same.
    """

    problem: str
    final: bool
    maybe_billed: bool = False


def read_line(line: bytes, model: OpenAICompatible) -> Reply | NoAnswer:
    """Read a line of an output or error file.

    Args:
        line: as it came.
        model: who was asked.
    """
    said = as_object(line)
    response = _mapping(said.get("response"))
    status, error = response.get("status_code"), _mapping(said.get("error"))
    body = json.dumps(response.get("body")).encode()
    if not response.get("body"):
        told = str(error.get("message") or error.get("code") or "the line holds neither answer nor error")
        return NoAnswer(told, final=error.get("code") not in _NOT_TRIED)
    status = status if isinstance(status, int) else 200
    if kind_of(status, body, model.provider.errors) is ErrorKind.FILTER and status != 200:
        return Reply("", line, FILTERED, latency_s=UNTIMED)
    if status != 200:
        told = _mapping(_mapping(response["body"]).get("error")).get("message") or f"status {status}"
        return NoAnswer(str(told), final=status < 500 and status != 429)
    try:
        return read_completion(body, model.name, UNTIMED, model.provider)
    except ModelError as problem:
        return NoAnswer(problem.problem, final=True, maybe_billed=True)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
