"""Parts of the rows, each scored by itself: by length, number of posts, month, subtask, note and columns of few values.

Which row lies in which slice depends on the examples only, so runs on the same rows have the same slices.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.curation.times import read_time
from labkit.records import Example, Run, RunRow, Task
from labkit.scoring.intervals import Interval
from labkit.scoring.scores import tallied_intervals
from labkit.scoring.tally import cluster_counts, example_counts

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats

RESAMPLES = 500  # a slice is looked at and never judged by: half the draws of a score will do
MOST_VALUES = 12  # a column with more is no way to part rows
_LENGTH_PARTS = 3

Home = Mapping[str, str]  # example id -> the name of its slice


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows that share a property, and how they scored.

    Args:
        by: what parts the rows: "length" (characters), "posts", "month", "subtask", "note" or "meta.<column>".
        name: the slice within it, such as "≤ 40", "2026-03" or the cell's text.
        rows: the ids of its labelled examples, in the run's order.
        values: metric -> value and interval, as in `Scores`; metrics that are undefined here are left out.
    """

    by: str
    name: str
    rows: tuple[str, ...]
    values: dict[str, Interval]


def slices(run: Run) -> tuple[Slice, ...]:
    """Score a run's labelled rows slice by slice.

    Args:
        run: any run; rows without gold are left out.

    Returns:
        For each property that parts the rows into 2 to 12 slices, its slices in reading order. A row without the
        property is in none of that property's slices.
    """
    rows = [row for row in run.rows if row.example.labels is not None]
    homes = slice_homes(list({row.example.id: row.example for row in rows}.values()))
    counted = _Counted.of(rows, run.task)
    return tuple(
        _score_slice(by, name, ids, counted) for by, home in homes.items() for name, ids in _parts(home, counted)
    )


def slice_homes(examples: Sequence[Example]) -> dict[str, Home]:
    """Which example lies in which slice.

    Args:
        examples: those to be parted; the length's limits depend on them.

    Returns:
        Property -> example id -> slice's name, slices in reading order; only properties that part these examples.
    """
    columns = dict.fromkeys(name for example in examples for name in example.meta)
    readers: dict[str, Callable[[Example], str]] = {
        "subtask": lambda example: example.subtask or "",
        "posts": lambda example: str(len(example.items)),
        "month": _month,
        "note": lambda example: example.note or "",
        **{f"meta.{name}": _meta_reader(name) for name in columns},
    }
    homes = {"length": _length_homes(examples), **{by: _homes(examples, read) for by, read in readers.items()}}
    return {by: home for by, home in homes.items() if 2 <= len(set(home.values())) <= MOST_VALUES}


def _month(example: Example) -> str:
    time = read_time(example.time)
    return time.strftime("%Y-%m") if time else (example.time or "")[:7]


def _meta_reader(name: str) -> Callable[[Example], str]:
    return lambda example: "" if example.meta.get(name) is None else str(example.meta[name])


def _homes(examples: Sequence[Example], read: Callable[[Example], str]) -> Home:
    """By what is read in each example; "" is no slice. In the order of the words, 2 before 10."""
    found = [(read(example), example.id) for example in examples]
    ordered = sorted(found, key=lambda pair: (len(pair[0]) if pair[0].isdigit() else 0, pair[0]))
    return {row_id: name for name, row_id in ordered if name}


def _length_homes(examples: Sequence[Example]) -> Home:
    """Three parts of about equally many rows, by the characters of all posts; equal lengths stay together."""
    lengths = sorted(_length(example) for example in examples)
    limits = {lengths[len(lengths) * k // _LENGTH_PARTS - 1] for k in range(1, _LENGTH_PARTS)} if lengths else set()
    cuts = sorted(limits - set(lengths[-1:]))
    names = [_range(low, high) for low, high in zip([None, *cuts], [*cuts, None], strict=True)]
    return {e.id: names[bisect_left(cuts, _length(e))] for e in sorted(examples, key=_length)}


def _length(example: Example) -> int:
    return sum(map(len, example.items))


def _range(low: int | None, high: int | None) -> str:
    if low is None:
        return f"≤ {high}"
    return f"> {low}" if high is None else f"{low + 1}–{high}"


@dataclass(frozen=True, slots=True)
class _Counted:
    """What each example adds to the scores, counted once for all slices; ids in the run's order."""

    asked: Mapping[str, int]
    place: Mapping[str, int]
    examples: Sequence[Example]
    counts: Floats

    @classmethod
    def of(cls, rows: Sequence[RunRow], task: Task) -> _Counted:
        examples, counts = example_counts(rows, task)
        place = {example.id: k for k, example in enumerate(examples)}
        return cls(Counter(row.example.id for row in rows), place, examples, counts)


def _parts(home: Home, counted: _Counted) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each slice's name and its ids, in the run's order."""
    parts: dict[str, list[str]] = {name: [] for name in home.values()}
    for row_id in counted.asked:
        if row_id in home:
            parts[home[row_id]].append(row_id)
    return ((name, tuple(ids)) for name, ids in parts.items())


def _score_slice(by: str, name: str, ids: tuple[str, ...], counted: _Counted) -> Slice:
    places = sorted(counted.place[row_id] for row_id in ids)
    cells = cluster_counts([counted.examples[k] for k in places], counted.counts[places])
    repeats = sum(counted.asked[row_id] for row_id in ids) / len(ids)
    return Slice(by, name, ids, tallied_intervals(cells, repeats, RESAMPLES))
