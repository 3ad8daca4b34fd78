"""Which rows say what another row says: one way of counting, for audit, select, propose, new and split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from labkit.curation.leaks import SERIOUS, find_leaks
from labkit.curation.near_duplicates import AS_THEY_ARE, near_duplicates_of_subtasks
from labkit.curation.originals import find_originals
from labkit.curation.subtasks import by_subtask
from labkit.curation.watched import Progress, Steps, stretch, unwatched, unwatched_steps
from labkit.records import Example

SiftedPool = tuple[frozenset[str], dict[str, str]]  # see `sift_pool`


@dataclass(frozen=True, slots=True)
class Repetition:
    """How often rows of pool, dev and test repeat each other.

    Args:
        rows: rows of pool, dev and test.
        groups: groups of two or more of a subtask, each of which nearly repeats another; see `near_duplicate_groups`.
            One post asked of two subtasks is two questions.
        repeats: rows beyond the first of each of these groups.
        pool: rows of the pool; each of them leaks, or is a copy, or is distinct.
        leaking: pool rows that give away a dev or test row; see `sift_pool`.
        copies: other pool rows that nearly repeat an original.
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


def count_repetition(
    examples: Sequence[Example],
    near: Mapping[str, str] | None = None,
    leaking: frozenset[str] | None = None,
    bare: Mapping[str, str] = AS_THEY_ARE,
) -> Repetition:
    """Count over all rows, with labels or without; what `select` and `propose` leave out adds up to it.

    Args:
        examples: rows; those of traffic do not count.
        near: what `near_duplicates_of_subtasks` says of them; worked out when None.
        leaking: what `find_leaking` says of them; worked out when None.
        bare: as in `near_duplicate_groups`.
    """
    judged = [example for example in examples if example.split != "traffic"]
    group = near if near is not None else near_duplicates_of_subtasks(judged, bare=bare)
    sizes = Counter(group[example.id] for example in judged)
    leaking, originals = sift_pool(judged, leaking, bare=bare)
    several = [size for size in sizes.values() if size > 1]
    return Repetition(
        rows=len(judged),
        groups=len(several),
        repeats=sum(several) - len(several),
        pool=len(leaking) + len(originals),
        leaking=len(leaking),
        copies=len(originals) - len(set(originals.values())),
    )


def sift_pool(
    examples: Sequence[Example],
    leaking: frozenset[str] | None = None,
    steps: Steps = unwatched_steps,
    bare: Mapping[str, str] = AS_THEY_ARE,
) -> SiftedPool:
    """Find the pool rows that must not be learnt, and which of the others say the same.

    A row must not be learnt that gives away a dev or test row by the rule of the audit (see `find_leaks`), so that what
    is chosen without them passes it. Both are told of pairs, not of chains: in a large body of short posts half of the
    rows may hang together by others. A test row is given away to every subtask; copies are those of one subtask.

    Args:
        examples: rows of pool, dev and test.
        leaking: what `find_leaking` says of them; worked out when None.
        steps: told how far it is with "leaks" and "copies".
        bare: as in `near_duplicate_groups`.

    Returns:
        The ids of rows that leak, and every other pool row -> its original (see `find_originals`), labelled rows first.
    """
    leaking = find_leaking(examples, partial(steps, "leaks"), bare) if leaking is None else leaking
    left = [example for example in examples if example.split == "pool" and example.id not in leaking]
    ordered = sorted(left, key=lambda example: example.labels is None)
    return leaking, _originals(ordered, partial(steps, "copies"), bare)


def _originals(rows: Sequence[Example], progress: Progress, bare: Mapping[str, str]) -> dict[str, str]:
    """Every row -> its original among the rows of its subtask."""
    found: dict[str, str] = {}
    for part in by_subtask(rows).values():
        begin, end = len(found) / len(rows), (len(found) + len(part)) / len(rows)
        found |= find_originals(part, progress=stretch(progress, begin, end), bare=bare)
    return found


def find_leaking(
    examples: Sequence[Example], progress: Progress = unwatched, bare: Mapping[str, str] = AS_THEY_ARE
) -> frozenset[str]:
    """The ids of pool rows that give away a dev or test row; see `sift_pool`."""
    held = [example for example in examples if example.split in ("dev", "test")]
    pool = [example for example in examples if example.split == "pool"]
    alone = tuple([bare.get(row.id, row.text) for row in rows] for rows in (pool, held)) if bare else None
    found = find_leaks([row.text for row in pool], [row.text for row in held], progress, alone).learnt(*SERIOUS)
    return frozenset(pool[k].id for k in found)


def first_of_each(rows: Sequence[Example], originals: Mapping[str, str]) -> dict[str, str]:
    """Row -> the row that comes first of those with its original, itself where it does.

    Args:
        rows: the better ones before the others.
        originals: row -> its original.
    """
    first: dict[str, str] = {}
    return {example.id: first.setdefault(originals[example.id], example.id) for example in rows}
