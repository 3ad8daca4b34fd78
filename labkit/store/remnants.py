"""Runs whose rows a damaged database gives back only in part: made whole from other runs, or kept without the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from labkit.privacy import mask_example
from labkit.prompts.render import render_posts
from labkit.records import Example, RunHeader, Task, examples_sha256
from labkit.store.loading import example_from_record, task_from_record
from labkit.store.recording import run_identity

Values = dict[str, Any]
_HEADER = [field.name for field in fields(RunHeader) if field.name != "parser"]
_UNMEANT = (TypeError, ValueError, KeyError, AttributeError)  # a value that is not what its column holds


@dataclass(frozen=True, slots=True)
class Remnant:
    """What is left of a run.

    Args:
        run: its header; hash and identity are those of the rows that are left.
        rows: these.
        missing: how many more it had that cannot be read, or are not as they were sent.
        unasked: how many more it had that can be read and were never asked.
    """

    run: Values
    rows: list[Values]
    missing: int
    unasked: int


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


def remnant(run: Values, rows: Sequence[Values], sent: Mapping[str, str], begun_with: int | None) -> Remnant | None:
    """A run of the rows that are left, where others cannot be read.

    As the hash of all rows says nothing of some, a row counts only where what was sent for it holds its posts. For one
    that was never asked nothing shows that it is as it was; nothing was paid for it either.

    Args:
        run: its header, as stored.
        rows: those that can be read.
        sent: id of a row -> the words that were sent for it as the user's, checked by their hash.
        begun_with: how many rows it has, where that can still be read.

    Returns:
        What is left. None where nothing is, or where every row is there as it was sent and still they are not those
        that the run was begun with: then one says something else than it did.
    """
    least = max(len(sent), max((row["position"] for row in rows), default=-1) + 1)
    begun = max(least, least + 1 if begun_with is None else begun_with)  # nobody knows that none is missing
    try:
        task = task_from_record(run["task"])
        left = sorted((row for row in rows if _was_sent(row, task, run, sent)), key=lambda row: row["position"])
        if not left or len(left) == begun:
            return None
        kept = [{**row, "position": position} for position, row in enumerate(left)]
        unasked = sum(row["row"] not in sent for row in rows)
        missing = (least if begun_with is None else begun) - len(kept) - unasked
        return Remnant(_header_of(run, kept, task), kept, missing, unasked)
    except _UNMEANT:
        return None


def _header_of(run: Values, rows: Sequence[Values], task: Task) -> Values:
    known = {**run, "examples_sha256": examples_sha256([example_from_record(row["example"]) for row in rows])}
    header = RunHeader(**{name: known[name] for name in _HEADER}, parser=0)  # the parser is no part of what was asked
    return {**known, "identity": run_identity(header, task)}


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
