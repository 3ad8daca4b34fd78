"""examples.jsonl: the rows of a scene, one object a line, every line checked against its task."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.records import SPLITS, Example, Task
from labkit.tables.json_text import read_jsonl
from labkit.texts import Line, Where, listed, say

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
    name, lines = path.name, dict[str, int]()
    for number, record in read_jsonl(path):
        where = Line(name, number)
        example = example_from_json(record, where)
        check_against_task(example, task, where)
        if example.id in lines:
            raise BadData.told("error.example.twice", where=where, id=example.id, line=lines[example.id])
        lines[example.id] = number
        examples.append(example)
    if not examples:
        raise BadData.told("error.examples.none", path=path)
    return tuple(examples)


def example_from_json(record: dict[str, Any], where: Where) -> Example:
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


def check_against_task(example: Example, task: Task, where: Where) -> None:
    """Raise BadData when an example has a label, a subtask or a number of labels that its task does not allow."""
    if example.subtask is not None and example.subtask not in task.subtasks:
        raise BadData.told(
            "error.example.subtask",
            where=where,
            subtask=example.subtask,
            hint=_known(example.subtask, list(task.subtasks)),
        )
    allowed = task.labels_of(example.subtask)
    for label in example.labels or ():
        if label not in allowed:
            raise BadData.told(
                "error.example.label_of" if example.subtask else "error.example.label",
                where=where,
                label=label,
                subtask=example.subtask,
                hint=_known(label, list(allowed)),
            )
    if example.labels == () and not task.allow_none:
        raise BadData.told("error.example.no_label", where=where)
    if len(example.labels or ()) > 1 and not task.multi_label:
        raise BadData.told("error.example.labels", where=where, labels=len(example.labels or ()))


def _check_fields(record: dict[str, Any], where: Where) -> None:
    for key in record:
        if key not in _FIELDS:
            raise BadData.told("error.example.field", where=where, field=key, hint=_known(key, list(_FIELDS)))
    if not isinstance(record.get("id"), str) or not record["id"]:
        raise BadData.told("error.example.id", where=where)
    for key in _TEXT_FIELDS:
        if not isinstance(record.get(key), str | None):
            raise BadData.told("error.example.text", where=where, field=key)
    if not _is_texts(record.get("items")) or not record["items"]:
        raise BadData.told("error.example.items", where=where)
    if not all(item.strip() for item in record["items"]):
        raise BadData.told("error.example.blank", where=where)
    if record.get("labels") is not None and not _is_texts(record["labels"]):
        raise BadData.told("error.example.label_list", where=where)
    if record.get("split", "pool") not in SPLITS:
        raise BadData.told(
            "error.example.split", where=where, split=record["split"], hint=_known(str(record["split"]), list(SPLITS))
        )
    if not isinstance(record.get("meta", {}), dict):
        raise BadData.told("error.example.meta", where=where)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _known(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return say("error.unknown.meant", names=repr(near[0]))
    return say("error.unknown.known", names=listed(names[:12])) if names else say("error.example.none_defined")
