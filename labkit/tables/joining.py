"""Rows of one user become one example: their posts 1…n in time order, their labels together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.curation.times import read_time
from labkit.errors import BadData
from labkit.records import Example
from labkit.texts import Line


@dataclass(frozen=True, slots=True)
class Joined:
    """How rows were joined.

    Args:
        column: whose equal values belong together.
        rows: rows before.
        examples: examples after.
        longest: posts of the longest example.
        disagreeing: examples whose labelled rows had different labels; they carry all of them.
        disagrees_at: the place of the first row whose labels differ from those before it; "" when there is none.
        several_labels: whether examples have several labels only because rows were joined.
        timed: whether any row has a time; else all keep the file's order.
        untimed: examples of several rows in which a time cannot be read; they keep the file's order.
        alone: rows without a value in that column, which stay examples of their own.
    """

    column: str
    rows: int
    examples: int
    longest: int
    disagreeing: int
    disagrees_at: Line | str
    several_labels: bool
    timed: bool
    untimed: int
    alone: int


def join_rows(
    examples: Sequence[Example], values: Sequence[str | None], column: str, places: Sequence[Line | str] = ()
) -> tuple[list[Example], Joined]:
    """Join examples whose rows have the same value, in the order in which the values first appear.

    An example's labels are the union over its labelled rows; with none labelled it is unlabelled. Rows of different
    subtasks are not joined. What the rows had besides is kept in `meta["rows"]`.

    Args:
        examples: one per row.
        values: each row's value in the column; None stays alone.
        column: its name.
        places: where each row stands, for the report; by default its id.

    Returns:
        The joined examples, whose ids are the values, and what was done.

    Raises:
        BadData: rows of one value stand in different splits.
    """
    groups: dict[tuple[str, str | None, str], list[Example]] = defaultdict(list)
    for example, value in zip(examples, values, strict=True):
        key = ("alone", None, example.id) if value is None else ("value", example.subtask, value)
        groups[key].append(example)
    joined, taken = [], {example.id for example, value in zip(examples, values, strict=True) if value is None}
    for (kind, subtask, value), rows in groups.items():
        joined.append(rows[0] if kind == "alone" else _joined(rows, _free_id(value, subtask, taken), value))
        taken.add(joined[-1].id)
    several = [rows for rows in groups.values() if len(rows) > 1]
    place_of = dict(zip((example.id for example in examples), places or [e.id for e in examples], strict=True))
    differing = [row for rows in several if (row := _first_differing(rows))]
    return joined, Joined(
        column=column,
        rows=len(examples),
        examples=len(joined),
        longest=max(len(example.items) for example in joined),
        disagreeing=len(differing),
        disagrees_at=place_of[differing[0].id] if differing else "",
        several_labels=_have_several(joined) and not _have_several(examples),
        timed=any(example.time for example in examples),
        untimed=sum(None in [read_time(example.time) for example in rows] for rows in several),
        alone=sum(value is None for value in values),
    )


def _joined(rows: Sequence[Example], name: str, value: str) -> Example:
    splits = {example.split for example in rows}
    if len(splits) > 1:
        raise BadData.told("error.joined.splits", value=value[:60], splits=sorted(splits))
    ordered = _in_time(rows)
    first = ordered[0]
    gold = [example.labels for example in ordered if example.labels is not None]
    notes = list(dict.fromkeys(example.note for example in ordered if example.note))
    return Example(
        id=name,
        items=tuple(item for example in ordered for item in example.items),
        labels=tuple(dict.fromkeys(label for labels in gold for label in labels)) if gold else None,
        split=first.split,
        group=first.group or value,
        time=ordered[-1].time,
        subtask=first.subtask,
        note="; ".join(notes) or None,
        meta={"rows": [{"id": e.id, "time": e.time, **e.meta} for e in ordered]},
    )


def _in_time(rows: Sequence[Example]) -> list[Example]:
    times = [read_time(example.time) for example in rows]
    if any(time is None for time in times):
        return list(rows)
    order = sorted(range(len(rows)), key=lambda k: (times[k], k))
    return [rows[k] for k in order]


def _first_differing(rows: Sequence[Example]) -> Example | None:
    """The first labelled row whose labels are not those of the labelled rows before it."""
    labelled = [example for example in rows if example.labels is not None]
    return next((e for e in labelled if set(e.labels or ()) != set(labelled[0].labels or ())), None)


def _have_several(examples: Sequence[Example]) -> bool:
    return any(len(example.labels or ()) > 1 for example in examples)


def _free_id(value: str, subtask: str | None, taken: set[str]) -> str:
    name = value if value not in taken else f"{value}-{subtask}" if subtask else f"{value}-rows"
    while name in taken:
        name += "+"
    return name
