"""Which rows say what another row says: one way of counting, for audit, select, propose, new and split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.curation.leaks import SERIOUS, find_leaks
from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.records import Example


@dataclass(frozen=True, slots=True)
class Repetition:
    """How often rows of pool, dev and test repeat each other.

    Args:
        rows: rows of pool, dev and test.
        groups: groups of two or more of them that say nearly the same; see `near_duplicate_groups`.
        repeats: rows beyond the first of each of these groups.
        pool: rows of the pool; each of them leaks, or is a copy, or is distinct.
        leaking: pool rows that give away a dev or test row.
        copies: other pool rows beyond the first of their group.
    """

    rows: int = 0
    groups: int = 0
    repeats: int = 0
    pool: int = 0
    leaking: int = 0
    copies: int = 0

    @property
    def distinct(self) -> int:
        """Pool rows that are left to choose from, or to label."""
        return self.pool - self.leaking - self.copies

    @property
    def counts(self) -> dict[str, Any]:
        """All of it by name."""
        parts = ("rows", "groups", "repeats", "pool", "leaking", "copies", "distinct")
        return {name: getattr(self, name) for name in parts}


def count_repetition(examples: Sequence[Example], near: Mapping[str, str] | None = None) -> Repetition:
    """Count over all rows, with labels or without; what `select` and `propose` leave out adds up to it.

    Args:
        examples: rows; those of traffic do not count.
        near: what `near_duplicate_groups` says of them; worked out when None.
    """
    judged = [example for example in examples if example.split != "traffic"]
    group = near if near is not None else near_duplicate_groups(judged)
    sizes = Counter(group[example.id] for example in judged)
    leaking = find_leaking(judged, group)
    pool = [example for example in judged if example.split == "pool"]
    left = [example for example in pool if example.id not in leaking]
    several = [size for size in sizes.values() if size > 1]
    return Repetition(
        rows=len(judged),
        groups=len(several),
        repeats=sum(several) - len(several),
        pool=len(pool),
        leaking=len(leaking),
        copies=len(left) - len({group[example.id] for example in left}),
    )


def find_leaking(examples: Sequence[Example], near: Mapping[str, str]) -> frozenset[str]:
    """The ids of pool rows that must not be learnt, since they give away a dev or test row.

    They are of one group with it, or a leak by the rule of the audit (see `find_leaks`), so that what was chosen
    without them passes that audit.

    Args:
        examples: rows of pool, dev and test.
        near: what `near_duplicate_groups` says of them.
    """
    held = [example for example in examples if example.split in ("dev", "test")]
    groups = {near[example.id] for example in held}
    pool = [example for example in examples if example.split == "pool"]
    apart = [example for example in pool if near[example.id] not in groups]
    leaks = find_leaks([example.text for example in apart], [example.text for example in held])
    further = {apart[k].id for k in leaks.learnt(*SERIOUS)}
    return frozenset(example.id for example in pool if near[example.id] in groups or example.id in further)


def first_of_each(rows: Sequence[Example], near: Mapping[str, str]) -> dict[str, str]:
    """Row -> the row of its group that comes first, itself where it does.

    Args:
        rows: the better ones of a group before the others.
        near: what `near_duplicate_groups` says of them.
    """
    first: dict[str, str] = {}
    return {example.id: first.setdefault(near[example.id], example.id) for example in rows}
