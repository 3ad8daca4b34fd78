"""What every foreign format is read into: answers, each with what is known of the row it belongs to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labkit.records import Usage
from labkit.texts import Where

LABKIT_STATUS = "labkit_status"  # in what labkit has exported: how it read the reply, which is not read more kindly
RATIONALE = "rationale"  # the column of reasons, where nobody names another
FINISH = {"max_tokens": "length", "model_length": "length"}  # other tools' words for a reply that was cut off


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as a file holds it.

    Args:
        place: where it stands in the file, for messages.
        id: the row it belongs to, or None when the file does not say.
        texts: texts beside it; one of them may be the row's post.
        repeat: which asking of the row it is, from 0.
        text: the answer as the model wrote it.
        extracted: what the other tool read in it, or None.
        labels: labels given in a column of their own; None when they stand in the text.
        rationale: a reason given apart from the answer.
        error: why there is no answer; None when there is one.
        as_read: whether labkit itself has exported it, so that a text it could not read stays unread.
        finish_reason, usage, latency_s, served_by, reasoning: as in `records.RunRow`.
    """

    place: Where
    id: str | None
    texts: tuple[str, ...] = ()
    repeat: int = 0
    text: str = ""
    extracted: str | None = None
    labels: tuple[str, ...] | None = None
    rationale: str = ""
    error: str | None = None
    as_read: bool = False
    finish_reason: str | None = None
    usage: Usage = field(default_factory=Usage)
    latency_s: float | None = None
    served_by: str | None = None
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """All answers of one model to one prompt.

    Args:
        answers: in the file's order.
        model, prompt: their names, "" where the file does not say.
    """

    answers: tuple[Answer, ...]
    model: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user said about a file.

    Args:
        id: the column or field that holds the row's id; None is "id" where there is one.
        predicted, rationale: columns of a table.
        model, prompt: names; where a file holds answers of several, they choose.
        encoding: of a table that is a text file; None is found out.
    """

    id: str | None = None
    predicted: str = "predicted"
    rationale: str = RATIONALE
    model: str | None = None
    prompt: str | None = None
    encoding: str | None = None

    @property
    def id_field(self) -> str:
        """The name under which ids are looked for."""
        return self.id or "id"


def as_mapping(value: object) -> Mapping[str, Any]:
    """The object a field should hold; an empty one when it holds something else."""
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str:
    """A field as text: null is empty, objects and lists are written as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def as_id(value: object) -> str | None:
    """A field as an id; None when it is empty or no text and no whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) if str(value).strip() else None


def as_count(value: object) -> int | None:
    """A number of tokens, or None for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def as_seconds(value: object, per_second: float = 1.0) -> float | None:
    """A duration in seconds, from so many units a second; None for what is none."""
    known = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12
    return float(value) / per_second if known and isinstance(value, int | float) else None


def texts_in(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Every text among some fields; a list of texts is the posts of one row, joined as `Example.text` joins them."""
    found = []
    for value in fields.values():
        if isinstance(value, str) and value:
            found.append(value)
        elif isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            found.append("\n".join(value))
    return tuple(found)
