"""Part rows by time: what came last judges, so that a score says how the model does on what is yet to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from labkit.curation.leaks import SERIOUS, find_leaks
from labkit.curation.splits import ROUNDS, SEARCHED, assign_splits, independent_groups
from labkit.curation.times import read_time
from labkit.errors import BadData
from labkit.records import Example, Split, Task

_LISTED = 5


def split_by_time(
    examples: Sequence[Example],
    task: Task,
    fractions: Mapping[Split, float],
    seed: int = 0,
    near: Mapping[str, str] | None = None,
) -> tuple[Example, ...]:
    """Make the newest rows the test split and part the others by group.

    A group (an author, near duplicates) that stands on both sides of the cut stays on the older side, whole: nothing
    of the test split is known from before. So does, up to 20,000 rows, whatever an older row gives away by the rule of
    the audit, and what that gives away in turn, up to 16 times; unless it is more than half of the test split: a
    template, not a text.

    Args:
        examples: rows with times.
        task: names the labels.
        fractions: split -> share of the rows; "test" must be among them.
        seed: of the parting of the older rows.
        near: what `near_duplicate_groups` says of these rows; worked out when None.

    Returns:
        The examples in the order given.

    Raises:
        BadData: a row has no time that can be read, or nothing is left on one side.
    """
    times = {example.id: read_time(example.time) for example in examples}
    timeless = [row for row, time in times.items() if time is None]
    if timeless:
        raise BadData.told("error.time_split.no_time", timeless=len(timeless), timeless2=", ".join(timeless[:_LISTED]))
    late = _newest(times, max(1, round(fractions["test"] * len(examples))))
    groups = [[examples[row] for row in rows] for rows in independent_groups(examples, near)]
    newest = [rows for rows in groups if all(row.id in late for row in rows)]
    test = {row.id for rows in _not_given_away(newest, examples) for row in rows}
    rest = [example for example in examples if example.id not in test]
    if not test or not rest:
        raise BadData.told("error.time_split.no_side")
    shares = {split: share for split, share in fractions.items() if split != "test"}
    parted = assign_splits(rest, task, {s: share / sum(shares.values()) for s, share in shares.items()}, seed, near)
    split_of: dict[str, Split] = {example.id: example.split for example in parted}
    return tuple(replace(example, split=split_of.get(example.id, "test")) for example in examples)


def _not_given_away(newest: list[list[Example]], examples: Sequence[Example]) -> list[list[Example]]:
    """The newest groups of which no row is given away by an older one, nor by a group that was."""
    kept, wanted = newest, sum(map(len, newest)) / 2
    late = {row.id for rows in newest for row in rows}
    telling = [row for row in examples if row.id not in late]
    for _ in range(ROUNDS if len(examples) <= SEARCHED else 0):
        given = _given_away(telling, [row for rows in kept for row in rows])
        left = [rows for rows in kept if given.isdisjoint(row.id for row in rows)]
        if sum(map(len, left)) < wanted:
            return newest
        if len(left) == len(kept):
            break
        telling = [row for rows in kept for row in rows if not given.isdisjoint(each.id for each in rows)]
        kept = left
    return kept


def _given_away(telling: Sequence[Example], held: Sequence[Example]) -> set[str]:
    """The ids of held rows that others give away by the rule of the audit."""
    found = find_leaks([row.text for row in telling], [row.text for row in held])
    return {held[k].id for k in found.held(*SERIOUS)}


def _newest(times: Mapping[str, datetime | None], count: int) -> set[str]:
    """The ids of the rows written last; of one time, the later in the file."""
    return {row for _, _, row in sorted((time, k, row) for k, (row, time) in enumerate(times.items()) if time)[-count:]}
