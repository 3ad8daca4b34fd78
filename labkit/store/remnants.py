"""Runs whose rows a damaged database gives back only in part: made whole from other runs, or kept without the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from labkit.privacy import mask_example
from labkit.prompts.render import render_posts
from labkit.records import Example, RunHeader, Task, examples_sha256
from labkit.store.loading import example_from_record, task_from_record
from labkit.store.recording import run_identity

Values = dict[str, Any]
_HEADER = [field.name for field in fields(RunHeader) if field.name != "parser"]
_UNMEANT = (TypeError, ValueError, KeyError, AttributeError)  # a value that is not what its column holds


def is_whole(run: Values, rows: Sequence[Values]) -> bool:
    """Whether a run's header makes sense and its rows are those it was begun with, in number, order and content."""
    try:
        task_from_record(run["task"])
        examples = [example_from_record(row["example"]) for row in rows]
        return bool(rows) and _in_order(rows) and examples_sha256(examples) == run["examples_sha256"]
    except _UNMEANT:
        return False


def rows_of_another(run: Values, whole: Mapping[str, Values], rows: Mapping[str, Sequence[Values]]) -> list[Values]:
    """The rows of a run, taken from a whole one that asked the same; none where there is no such run."""
    for other, values in whole.items():
        if values["examples_sha256"] == run["examples_sha256"]:
            return [{**row, "run": run["run"]} for row in rows[other]]
    return []


def remnant(run: Values, rows: Sequence[Values], sent: Mapping[str, str]) -> tuple[Values, list[Values], int] | None:
    """A run of the rows that are left, where others cannot be read.

    As the hash of all rows says nothing of some, a row counts only where what was sent for it holds its posts.

    Args:
        run: its header, as stored.
        rows: those that can be read.
        sent: id of a row -> the words that were sent for it, checked by their hash.

    Returns:
        Its header, hash and identity those of the rows that are left; these; how many are missing. None where nothing
        is left, or where none is missing: then one says something else than it did.
    """
    asked = max(len(sent), max((row["position"] for row in rows), default=-1) + 1)
    try:
        task = task_from_record(run["task"])
        left = sorted((row for row in rows if _was_sent(row, task, run, sent)), key=lambda row: row["position"])
        if not left or len(rows) == asked:
            return None
        kept = [{**row, "position": position} for position, row in enumerate(left)]
        known = {**run, "examples_sha256": examples_sha256([example_from_record(row["example"]) for row in kept])}
        header = RunHeader(
            **{name: known[name] for name in _HEADER}, parser=0
        )  # the parser is no part of what was asked
        return {**known, "identity": run_identity(header, task)}, kept, asked - len(kept)
    except _UNMEANT:
        return None


def _in_order(rows: Sequence[Values]) -> bool:
    return [row["position"] for row in rows] == list(range(len(rows)))


def _was_sent(row: Values, task: Task, run: Values, sent: Mapping[str, str]) -> bool:
    try:
        example = example_from_record(row["example"])
        return row["row"] == example.id and _is_labelled(example, task) and _holds(sent, example, task, run["masked"])
    except _UNMEANT:
        return False


def _is_labelled(example: Example, task: Task) -> bool:
    return set(example.labels or ()) <= set(task.labels)


def _holds(sent: Mapping[str, str], example: Example, task: Task, masked: bool) -> bool:
    shown = mask_example(example, task.language) if masked else example
    posts = " ".join(render_posts(shown.items, task.item).split())
    return bool(posts) and posts in " ".join(sent.get(example.id, "").split())
