"""Training data as others write it: chat, ShareGPT, Alpaca, prompt and completion, Qianfan; one row at a time.

Alpaca's `input` and `output` are `context` and `response` in Dolly; a prompt is a `query` in older files of ms-swift.
A line that is an array holds the turns of chat, of ShareGPT or of Qianfan, whose answers may be ranked lists.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from labkit.tables.building import Cell
from labkit.tables.json_tables import TURNS, is_records

# The column that tells each form.
CONTENT = ("messages", "conversations", "instruction", "prompt", "query", TURNS, "input")
_ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a row of training data teaches: a question and the answer to it.

    Args:
        form: "chat", "sharegpt", "alpaca", "completion" or "qianfan".
        question: the user's words, of all turns before the last answer.
        answer: the last answer.
        context: the system message, and what was answered in earlier turns.
        system: the system message alone.
    """

    form: str
    question: str
    answer: str
    context: str = ""
    system: str = ""


def form_of(cells: Mapping[str, Cell]) -> str | None:
    """Which form a row has, by its columns; None when it has none."""
    return next((name for name, form in _FORMS.items() if form.fits(cells)), None)


def read_exchange(cells: Mapping[str, Cell], form: str | None = None) -> Exchange | None:
    """Read a row; None when it has no form, or not the one named, no answer, no question, or turns that are none.

    Args:
        cells: its columns.
        form: one of `FORMS`; by its columns when None.
    """
    name = form or form_of(cells)
    if name is None or not _FORMS[name].fits(cells):
        return None
    turns = _FORMS[name].turns(cells)
    return _exchange(name, turns) if turns else None


def _exchange(form: str, turns: Sequence[tuple[str, str]]) -> Exchange | None:
    answers = [k for k, (role, _) in enumerate(turns) if role == "assistant"]
    if not answers:
        return None
    asked, answer = turns[: answers[-1]], turns[answers[-1]][1]
    question = "\n".join(text for role, text in asked if role == "user")
    context = "\n".join(text for role, text in asked if role != "user")
    system = "\n".join(text for role, text in asked if role == "system")
    return Exchange(form, question, answer, context, system) if question.strip() and answer.strip() else None


def _chat(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    return _led(cells, _turns(_spoken(cells, "messages", "role"), "role", "content"))


def _sharegpt(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    return _led(cells, _turns(_spoken(cells, "conversations", "from"), "from", "value"))


def _led(cells: Mapping[str, Cell], turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The turns behind the system message that stands beside them, if there is one."""
    system = _text(cells.get("system"))
    return [("system", system), *turns] if system and turns else turns


def _spoken(cells: Mapping[str, Cell], column: str, speaker: str) -> list[Any] | None:
    """The turns of a conversation: a column's, of tables as JSON text; or a line's own whose first says who speaks."""
    found, turns = cells.get(column), cells.get(TURNS)
    if isinstance(found, list):
        return found
    if isinstance(found, str) and found.lstrip().startswith("["):
        return _as_turns(found)
    return turns if isinstance(turns, list) and turns and isinstance(turns[0], dict) and speaker in turns[0] else None


def _as_turns(text: str) -> list[Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if is_records(found) else None


def _is_qianfan(cells: Mapping[str, Cell]) -> bool:
    """Whether some turn asks something: questions of several turns are lists of that name too."""
    turns = cells.get(TURNS)
    return isinstance(turns, list) and any(isinstance(turn, dict) and "prompt" in turn for turn in turns)


def _qianfan(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    turns = [turn for turn in cells[TURNS] if isinstance(turn, dict)]
    said = [("system", _text(turn.get("system"))) for turn in turns[:1]]
    for turn in turns:
        said += [("user", _text(turn.get("prompt"))), ("assistant", _best(turn.get("response")))]
    return [(role, text) for role, text in said if text]


def _best(response: Any) -> str:
    """An answer; the first of a list of answers, which Qianfan ranks."""
    while isinstance(response, list) and response and not isinstance(response[0], dict):
        response = response[0]
    return _text(response)


def _is_alpaca(cells: Mapping[str, Cell]) -> bool:
    """Whether something is asked, in `instruction` or, where that is empty or missing, in `input`."""
    if cells.get("instruction"):
        return "output" in cells or "response" in cells
    return bool(cells.get("input")) and "output" in cells


def _alpaca(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    turns = [("system", _text(cells.get("system")))]
    for turn in cells.get("history") or []:
        if isinstance(turn, list) and len(turn) == 2:
            turns += [("user", _text(turn[0])), ("assistant", _text(turn[1]))]
    given, answer = cells.get("input") or cells.get("context"), cells.get("output") or cells.get("response")
    asked = "\n".join(part for part in (_text(cells.get("instruction")), _text(given)) if part)
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


def _turns(value: Cell | None, role: str, content: str) -> list[tuple[str, str]]:
    """The turns of a conversation; none of them when one is not a role and a text."""
    turns: list[tuple[str, str]] = []
    for turn in value if isinstance(value, list) else []:
        speaker = turn.get(role) if isinstance(turn, dict) else None
        said = _text(turn.get(content)) or _called(turn) if isinstance(speaker, str) else ""
        if not said:
            return []
        turns.append((_ROLES.get(str(speaker), str(speaker)), said))
    return turns


def _called(turn: Mapping[str, Any]) -> str:
    """What a turn without text asks of a tool, as JSON."""
    calls = turn.get("tool_calls") or turn.get("function_call")
    return json.dumps(calls, ensure_ascii=False) if calls else ""


def _text(value: Any) -> str:
    """A text, or the text parts of a message made of parts, joined."""
    if isinstance(value, list):
        parts = [part.get("text", "") for part in value if isinstance(part, dict)]
        return "\n".join(part for part in parts if isinstance(part, str))
    return value if isinstance(value, str) else ""


class _Form(NamedTuple):
    """How to tell a form by a row's columns, and its turns: role and text."""

    fits: Callable[[Mapping[str, Cell]], bool]
    turns: Callable[[Mapping[str, Cell]], list[tuple[str, str]]]


_FORMS = {
    "chat": _Form(lambda cells: _spoken(cells, "messages", "role") is not None, _chat),
    "sharegpt": _Form(lambda cells: _spoken(cells, "conversations", "from") is not None, _sharegpt),
    "alpaca": _Form(_is_alpaca, _alpaca),
    "completion": _Form(lambda cells: bool(_prompt(cells) and _completion(cells)), _prompted),
    "qianfan": _Form(_is_qianfan, _qianfan),
}
FORMS = tuple(_FORMS)
"""Every form of training data; a row of several is of the first."""
