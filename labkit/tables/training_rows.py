"""Training data as others write it: chat messages, ShareGPT, Alpaca, prompt and completion; one row at a time.

Alpaca's `input` and `output` are `context` and `response` in Dolly; a prompt is a `query` in older files of ms-swift.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.tables.building import Cell

CONTENT = ("messages", "conversations", "instruction", "prompt", "query")  # the column that tells each form
_ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a row of training data teaches: a question and the answer to it.

    Args:
        form: "chat", "sharegpt", "alpaca" or "completion".
        question: the user's words, of all turns before the last answer.
        answer: the last answer.
        context: the system message, and what was answered in earlier turns.
    """

    form: str
    question: str
    answer: str
    context: str = ""


def form_of(cells: Mapping[str, Cell]) -> str | None:
    """Which form a row has, by its columns; None when it has none."""
    if isinstance(cells.get("messages"), list):
        return "chat"
    if isinstance(cells.get("conversations"), list):
        return "sharegpt"
    if cells.get("instruction") and ("output" in cells or "response" in cells):
        return "alpaca"
    return "completion" if _prompt(cells) and _completion(cells) else None


def read_exchange(cells: Mapping[str, Cell]) -> Exchange | None:
    """Read a row; None when it has no form, no answer, no question, or turns that are none."""
    form = form_of(cells)
    if form is None:
        return None
    turns = {"chat": _chat, "sharegpt": _sharegpt, "alpaca": _alpaca, "completion": _prompted}[form](cells)
    return _exchange(form, turns) if turns else None


def _exchange(form: str, turns: Sequence[tuple[str, str]]) -> Exchange | None:
    answers = [k for k, (role, _) in enumerate(turns) if role == "assistant"]
    if not answers:
        return None
    asked, answer = turns[: answers[-1]], turns[answers[-1]][1]
    question = "\n".join(text for role, text in asked if role == "user")
    context = "\n".join(text for role, text in asked if role != "user")
    return Exchange(form, question, answer, context) if question.strip() and answer.strip() else None


def _chat(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    return _turns(cells["messages"], "role", "content")


def _sharegpt(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    system = cells.get("system")
    said = [("system", system)] if isinstance(system, str) and system else []
    turns = _turns(cells["conversations"], "from", "value")
    return [*said, *turns] if turns else []


def _alpaca(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    turns = [("system", _text(cells.get("system")))]
    for turn in cells.get("history") or []:
        if isinstance(turn, list) and len(turn) == 2:
            turns += [("user", _text(turn[0])), ("assistant", _text(turn[1]))]
    given, answer = cells.get("input") or cells.get("context"), cells.get("output") or cells.get("response")
    asked = "\n".join(part for part in (_text(cells["instruction"]), _text(given)) if part)
    return [(role, text) for role, text in [*turns, ("user", asked), ("assistant", _text(answer))] if text]


def _prompted(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    prompt, completion = _prompt(cells), _completion(cells)
    asked = _turns(prompt, "role", "content") if isinstance(prompt, list) else [("user", _text(prompt))]
    answered = _turns(completion, "role", "content") if isinstance(completion, list) else None
    system = _text(cells.get("system"))
    return [*([("system", system)] if system else []), *asked, *(answered or [("assistant", _text(completion))])]


def _prompt(cells: Mapping[str, Cell]) -> Cell:
    return cells.get("prompt") or cells.get("query") or ""


def _completion(cells: Mapping[str, Cell]) -> Cell:
    return cells.get("completion") or cells.get("response") or ""


def _turns(value: Cell, role: str, content: str) -> list[tuple[str, str]]:
    """The turns of a conversation; none of them when one is not a role and a text."""
    turns: list[tuple[str, str]] = []
    for turn in value if isinstance(value, list) else []:
        speaker = turn.get(role) if isinstance(turn, dict) else None
        if not isinstance(speaker, str) or not _text(turn.get(content)):
            return []
        turns.append((_ROLES.get(speaker, speaker), _text(turn[content])))
    return turns


def _text(value: Any) -> str:
    """A text, or the text parts of a message made of parts, joined."""
    if isinstance(value, list):
        parts = [part.get("text", "") for part in value if isinstance(part, dict)]
        return "\n".join(part for part in parts if isinstance(part, str))
    return value if isinstance(value, str) else ""
