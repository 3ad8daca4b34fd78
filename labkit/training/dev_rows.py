"""The dev rows that a training is measured on while it goes on: what is asked, and what is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from labkit.prompts import render
from labkit.records import Example, Message, Prompt, example_to_json
from labkit.store.loading import example_from_record
from labkit.training.rows import messages_from_json, messages_to_json
from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class DevRow:
    """One row to be asked: with its gold labels, and rendered with the prompt of the training."""

    example: Example
    messages: tuple[Message, ...]


def choose_dev_rows(scene: Scene, prompt: Prompt, count: int) -> tuple[DevRow, ...]:
    """Take some labelled dev rows, the same at every call.

    Args:
        scene: whose dev rows.
        prompt: the one that the tuned model will be asked with.
        count: how many at most; the hash of their ids says which, so one row more or less moves no other.
    """
    labelled = [example for example in scene.examples("dev") if example.labels is not None] if count else []
    chosen = sorted(labelled, key=lambda example: sha256(example.id.encode()).digest())[:count]
    return tuple(DevRow(example, render(prompt, scene.task, example).messages) for example in chosen)


def dev_row_to_json(row: DevRow) -> dict[str, Any]:
    """A row as an object of dev.jsonl."""
    return {"example": example_to_json(row.example), "messages": messages_to_json(row.messages)}


def dev_row_from_json(record: Mapping[str, Any]) -> DevRow:
    """The row that `dev_row_to_json` wrote."""
    return DevRow(example_from_record(record["example"]), messages_from_json(record["messages"]))


def dev_identity(rows: Sequence[DevRow]) -> list[Any]:
    """What makes dev rows these and no others, for a hash."""
    return [[row.example.id, sorted(row.example.labels or ()), [m.content for m in row.messages]] for row in rows]
