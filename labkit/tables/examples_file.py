"""examples.jsonl: the rows of a scene, one object a line, every line checked against its task."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.records import SPLITS, Example, Task
from labkit.tables.json_text import read_jsonl

_TEXT_FIELDS = ("id", "group", "time", "subtask", "note")
_FIELDS = ("items", "labels", "split", "meta", *_TEXT_FIELDS)


def read_examples_jsonl(path: Path, task: Task) -> tuple[Example, ...]:
    """Read examples.jsonl.

    Args:
        path: the file.
        task: what labels, subtasks and numbers of labels are allowed.

    Returns:
        The examples, in the file's order.

    Raises:
        BadData: no row at all, or a line that cannot be read, names something the task does not know, or repeats an id.
    """
    examples: list[Example] = []
    lines: dict[str, int] = {}
    for number, record in read_jsonl(path):
        where = f"{path.name} line {number}"
        example = example_from_json(record, where)
        check_against_task(example, task, where)
        if example.id in lines:
            raise BadData(f"{where}: the id {example.id!r} stands in line {lines[example.id]} already", "Rename one")
        lines[example.id] = number
        examples.append(example)
    if not examples:
        raise BadData(f"{path} holds no example", "Write one JSON object a line")
    return tuple(examples)


def example_from_json(record: dict[str, Any], where: str) -> Example:
    """Turn an object of examples.jsonl into an example.

    Args:
        record: `id` and `items` are required; the other keys are the fields of `records.Example`.
        where: file and line, for errors.

    Raises:
        BadData: a field is unknown, missing or of the wrong kind, or a post is blank.
    """
    _check_fields(record, where)
    labels = record.get("labels")
    return Example(
        id=record["id"],
        items=tuple(record["items"]),
        labels=None if labels is None else tuple(dict.fromkeys(labels)),
        split=record.get("split") or "pool",
        group=record.get("group"),
        time=record.get("time"),
        subtask=record.get("subtask"),
        note=record.get("note"),
        meta=record.get("meta") or {},
    )


def check_against_task(example: Example, task: Task, where: str) -> None:
    """Raise BadData when an example has a label, a subtask or a number of labels that its task does not allow."""
    if example.subtask is not None and example.subtask not in task.subtasks:
        raise BadData(f"{where}: unknown subtask {example.subtask!r}", _known(example.subtask, list(task.subtasks)))
    allowed = task.labels_of(example.subtask)
    for label in example.labels or ():
        if label not in allowed:
            of = f"subtask {example.subtask!r}" if example.subtask else "the task"
            raise BadData(f"{where}: {label!r} is not a label of {of}", _known(label, list(allowed)))
    if example.labels == () and not task.allow_none:
        raise BadData(f"{where}: no label", "Set 'allow_none: true' in task.yaml, or leave 'labels' out")
    if len(example.labels or ()) > 1 and not task.multi_label:
        raise BadData(
            f"{where}: {len(example.labels or ())} labels", "Set 'multi_label: true' in task.yaml, or keep one"
        )


def _check_fields(record: dict[str, Any], where: str) -> None:
    for key in record:
        if key not in _FIELDS:
            raise BadData(
                f"{where}: unknown field {key!r}", f"{_known(key, list(_FIELDS))}; own columns go into 'meta'"
            )
    if not isinstance(record.get("id"), str) or not record["id"]:
        raise BadData(f"{where}: 'id' is not a text", "Give every example a unique id in quotes")
    for key in _TEXT_FIELDS:
        if not isinstance(record.get(key), str | None):
            raise BadData(f"{where}: {key!r} is not a text", "Put it in quotes")
    if not _is_texts(record.get("items")) or not record["items"]:
        raise BadData(f"{where}: 'items' is not a list of texts", 'Write "items": ["the post"]')
    if not all(item.strip() for item in record["items"]):
        raise BadData(f"{where}: a post is blank", "Remove it, or the whole example")
    if record.get("labels") is not None and not _is_texts(record["labels"]):
        raise BadData(f"{where}: 'labels' is not a list of texts", "Write [] for none; leave it out when unlabelled")
    if record.get("split", "pool") not in SPLITS:
        raise BadData(f"{where}: unknown split {record['split']!r}", _known(str(record["split"]), list(SPLITS)))
    if not isinstance(record.get("meta", {}), dict):
        raise BadData(f"{where}: 'meta' is not an object", 'Write {"column": "value"}')


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _known(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names[:12])}" if names else "None is defined"
