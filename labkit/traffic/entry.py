"""One answered request as the log keeps it: a line of JSON, masked before it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from labkit.errors import BadData
from labkit.privacy import mask_with_rationale
from labkit.records import Example, Status
from labkit.texts import Where


@dataclass(frozen=True, slots=True)
class TrafficEntry:
    """A request and its answer.

    Args:
        id: the request's; the client has it too, and may name it later.
        at: when it was answered (UTC, ISO 8601, with milliseconds).
        release: the id of the release that answered.
        posts: what was to be classified, oldest first.
        status: how it ended, a value of `records.Status`.
        labels: what was answered.
        rationale: the reason given; "" without one.
        confidence: 0 to 1; None where the model gives no probabilities.
        latency_s: seconds from request to answer.
        subtask: the subtask asked for; None without subtasks.
        masked: whether personal data was replaced before it was written.
    """

    id: str
    at: str
    release: str
    posts: tuple[str, ...]
    status: str
    labels: tuple[str, ...]
    rationale: str
    confidence: float | None
    latency_s: float
    subtask: str | None = None
    masked: bool = False

    @property
    def time(self) -> datetime:
        """When it was answered; UTC unless the entry says otherwise."""
        return as_utc(self.at)

    @property
    def said(self) -> tuple[str, ...]:
        """The posts that have text: a row of a scene holds no blank ones."""
        return tuple(post for post in self.posts if post.strip())

    @property
    def example(self) -> Example:
        """The posts as a row that nobody has labelled yet."""
        return Example(self.id, self.posts, split="traffic", time=self.at, subtask=self.subtask)


def mask_entry(entry: TrafficEntry, language: str) -> TrafficEntry:
    """An entry in which placeholders stand for personal data, in posts and rationale alike.

    Args:
        entry: as it was answered.
        language: "zh" or "en", of the placeholders.
    """
    posts, rationale = mask_with_rationale(entry.posts, entry.rationale, language)
    return replace(entry, posts=posts, rationale=rationale, masked=True)


def entry_to_json(entry: TrafficEntry) -> str:
    """The line of an entry, without a line break."""
    return json.dumps(asdict(entry), ensure_ascii=False)


def entry_from_json(record: Mapping[str, Any], where: Where) -> TrafficEntry:
    """An entry from its line.

    Args:
        record: the object of the line.
        where: file and line, for errors.

    Raises:
        BadData: it is no whole entry.
    """
    try:
        confidence, subtask = record["confidence"], record["subtask"]
        as_utc(record["at"])
        Status(record["status"])
        found = TrafficEntry(
            **{name: _text(record[name]) for name in ("id", "at", "release", "status", "rationale")},
            posts=_texts(record["posts"]),
            labels=_texts(record["labels"]),
            confidence=None if confidence is None else _number(confidence, most=1.0),
            latency_s=_number(record["latency_s"]),
            subtask=None if subtask is None else _text(subtask),
            masked=record["masked"] is True,
        )
        if not found.id or not found.said:
            raise ValueError("no id, or no post with text")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadData.told("error.traffic.entry", where=where, error=error) from error
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.20} is no text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):  # a text would fall apart into its characters
        raise TypeError(f"{value!r:.20} is no list")
    return tuple(_text(one) for one in value)


def _number(value: object, most: float | None = None) -> float:
    """A number from 0 on; 1e999 reads as infinity, which no mean or percentile survives."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r:.20} is no number")
    found = float(value)
    if not isfinite(found) or found < 0 or (most is not None and found > most):
        raise ValueError(f"{found} is out of range")
    return found


def as_utc(text: str) -> datetime:
    """A moment of ISO 8601, UTC unless it says otherwise; ValueError or OverflowError when it is none."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
