"""Part examples into pool, dev and test: by group, so that nothing leaks, and balanced over labels and subtasks."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from labkit.curation.leaks import SERIOUS, find_leaks
from labkit.curation.near_duplicates import DisjointSets, near_duplicate_groups
from labkit.errors import BadData
from labkit.records import SPLITS, Example, Split, Task

_MOVES = 4_000  # random moves of one group after the greedy pass; more no longer changes a scene of 1,000 rows
ROUNDS, SEARCHED = 16, 20_000  # searches for rows that give others away, and rows up to which they take seconds
_LARGEST = 0.25  # share of the rows that such rows may be together, authors included: a template is no group
HEAP_SHARE = 0.4  # what dev and test take together by default: a heap beyond it leaves no room for them
HEAP_AUTHORS = 10  # fewer authors may really be all there are
_SIZE = "size"  # the stratum that every row counts towards


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that stay together, and how many of them belong to each stratum."""

    rows: tuple[int, ...]
    strata: Mapping[str, int]


def assign_splits(
    examples: Sequence[Example],
    task: Task,
    fractions: Mapping[Split, float],
    seed: int = 0,
    near: Mapping[str, str] | None = None,
) -> tuple[Example, ...]:
    """Give every example a split, keeping groups whole and every label's share equal.

    Groups are the user's own (`Example.group`) united with near-duplicate groups. Groups that would give away dev or
    test rows by the rule of the audit (see `find_leaks`) from another split are joined, unless so many hang together
    that they are one template rather than one text. Iterative stratification (Sechidis,
    Tsoumakas & Vlahavas 2011) places whole groups, rarest label first; random moves that lower the squared relative
    error then polish it. The strata are labels, "no label", "unlabelled", subtasks, and rows of several posts.

    Args:
        examples: rows in any order; the splits they carry are replaced.
        task: names the labels; labels outside it do not count.
        fractions: split -> share of the rows; the shares add up to 1.
        seed: the same rows, fractions and seed give the same splits.
        near: what `near_duplicate_groups` says of these rows, or of more; worked out when None.

    Returns:
        The examples in the order given.

    Raises:
        BadData: fractions that do not add up to 1, or fewer groups than splits.
    """
    check_fractions(fractions)
    groups = independent_groups(examples, near)
    if len(groups) < len(fractions):
        raise BadData.told("error.splits.too_few_groups", groups=len(groups), fractions=len(fractions))
    largest = max(_LARGEST * len(examples), *map(len, groups))
    parted = _parted(examples, task, fractions, seed, groups)
    for _ in range(ROUNDS if len(examples) <= SEARCHED else 0):
        joined = _joined(groups, _giving_away(parted), largest)
        if not len(fractions) <= len(joined) < len(groups):
            break
        groups, parted = joined, _parted(examples, task, fractions, seed, joined)
    return parted


def _parted(
    examples: Sequence[Example], task: Task, fractions: Mapping[Split, float], seed: int, kept: Sequence[Sequence[int]]
) -> tuple[Example, ...]:
    """The examples with their splits, groups of row numbers kept whole."""
    strata = [_strata(example, task) for example in examples]
    groups = [_Group(tuple(rows), Counter(s for row in rows for s in strata[row])) for rows in kept]
    generator = random.Random(seed)  # noqa: S311 - shuffling, not secrets
    placed = _place(groups, fractions, generator)
    _polish(groups, placed, fractions, generator)
    split_of = {row: split for group, split in zip(groups, placed, strict=True) for row in group.rows}
    return tuple(replace(example, split=split_of[row]) for row, example in enumerate(examples))


def _giving_away(parted: Sequence[Example]) -> Iterator[tuple[int, int]]:
    """Numbers of rows that are learnt and of dev or test rows that they give away; each such row stands in one pair."""
    of_split = {split: [k for k, row in enumerate(parted) if row.split == split] for split in SPLITS}
    for learnt, held in (
        ([*of_split["pool"], *of_split["dev"]], of_split["test"]),
        (of_split["pool"], of_split["dev"]),
    ):
        for leak in find_leaks([parted[k].text for k in learnt], [parted[k].text for k in held]).pairs:
            if leak.kind in SERIOUS:
                yield learnt[leak.learnt], held[leak.held]


def _joined(
    groups: Sequence[tuple[int, ...]], pairs: Iterable[tuple[int, int]], largest: float
) -> tuple[tuple[int, ...], ...]:
    """The groups, those that pairs of rows link made one unless that has more rows than the largest may have."""
    group_of = {row: k for k, rows in enumerate(groups) for row in rows}
    sets = DisjointSets(len(groups))
    for one, other in pairs:
        sets.union(group_of[one], group_of[other])
    linked_groups: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for k, rows in enumerate(groups):
        linked_groups[sets.find(k)].append(rows)
    found: list[tuple[int, ...]] = []
    for parts in linked_groups.values():
        found += [tuple(chain(*parts))] if sum(map(len, parts)) <= largest else parts
    return tuple(found)


def independent_groups(
    examples: Sequence[Example], near: Mapping[str, str] | None = None
) -> tuple[tuple[int, ...], ...]:
    """Row numbers that must stay in one split: the same `group`, or near duplicates, or linked through either.

    Where many authors write nearly the same posts, the links join most rows into one heap, and no split could be
    drawn. Such a heap falls apart into its near duplicates: a repeated text gives the answer away, an author only
    a style.
    """
    near = near_duplicate_groups(examples) if near is None else near
    texts = [near[example.id] for example in examples]
    apart: list[tuple[int, ...]] = []
    for rows in linked(texts, [example.group for example in examples]):
        authors = {examples[row].group for row in rows} - {None}
        if len(rows) > HEAP_SHARE * len(examples) and len(authors) >= HEAP_AUTHORS:
            heap = linked([texts[row] for row in rows], [None] * len(rows))
            apart += [tuple(rows[k] for k in part) for part in heap]
        else:
            apart.append(rows)
    return tuple(apart)


def linked(texts: Sequence[object], authors: Sequence[str | None]) -> list[tuple[int, ...]]:
    """Row numbers joined by an equal text or an equal author, or through a chain of either.

    Args:
        texts: what stands for each row's text; equal for near duplicates.
        authors: each row's author; None is nobody's.
    """
    sets = DisjointSets(len(texts))
    first: dict[tuple[str, object], int] = {}
    for row, (text, author) in enumerate(zip(texts, authors, strict=True)):
        sets.union(row, first.setdefault(("near", text), row))
        if author is not None:
            sets.union(row, first.setdefault(("group", author), row))
    members: dict[int, list[int]] = defaultdict(list)
    for row in range(len(texts)):
        members[sets.find(row)].append(row)
    return [tuple(rows) for rows in members.values()]


def check_fractions(fractions: Mapping[Split, float]) -> None:
    """Refuse what cannot be shares of all rows.

    Raises:
        BadData: another split than pool, dev or test, a share that is not above 0, or shares that miss 1.
    """
    unknown = [split for split in fractions if split not in SPLITS]
    if unknown:
        raise BadData.told("error.splits.unknown", unknown=unknown[0], splits=", ".join(SPLITS))
    shares = fractions.values()
    if not all(share > 0 for share in shares) or not abs(sum(shares) - 1) <= 1e-6:  # so that NaN is refused as well
        said = ", ".join(f"{split} {share:g}" for split, share in fractions.items())
        raise BadData.told("error.splits.shares", said=said)


def _strata(example: Example, task: Task) -> list[str]:
    strata = [_SIZE]
    if example.labels is None:
        strata.append("unlabelled")
    else:
        strata += [f"label {label}" for label in example.labels if label in task.labels] or ["no label"]
    if example.subtask:
        strata.append(f"subtask {example.subtask}")
    if len(example.items) > 1:
        strata.append("several posts")
    return strata


def _totals(groups: Sequence[_Group]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for group in groups:
        totals.update(group.strata)
    return totals


def _place(groups: Sequence[_Group], fractions: Mapping[Split, float], generator: random.Random) -> list[Split]:
    """Greedy pass: the rarest stratum first, its largest groups first, each to the split that lacks it most."""
    totals = _totals(groups)
    wanted = {split: Counter({s: share * n for s, n in totals.items()}) for split, share in fractions.items()}
    placed: dict[int, Split] = {}
    order = generator.sample(range(len(groups)), len(groups))
    for stratum in sorted(totals, key=lambda s: (totals[s], s)):
        holders = [g for g in order if g not in placed and groups[g].strata.get(stratum)]
        for g in sorted(holders, key=lambda g: -groups[g].strata[stratum]):
            placed[g] = _neediest(wanted, fractions, stratum)
            wanted[placed[g]].subtract(groups[g].strata)
    return [placed[g] for g in range(len(groups))]


def _neediest(wanted: Mapping[Split, Counter[str]], fractions: Mapping[Split, float], stratum: str) -> Split:
    return max(fractions, key=lambda s: (wanted[s][stratum] / fractions[s], wanted[s][_SIZE] / fractions[s]))


def _polish(
    groups: Sequence[_Group], placed: list[Split], fractions: Mapping[Split, float], generator: random.Random
) -> None:
    """Move random groups to random splits while that brings the counts nearer to what the fractions want."""
    totals = _totals(groups)
    excess = {split: Counter({s: -share * n for s, n in totals.items()}) for split, share in fractions.items()}
    for group, split in zip(groups, placed, strict=True):
        excess[split].update(group.strata)
    splits, population = list(fractions), Counter(placed)
    for _ in range(_MOVES):
        g, target = generator.randrange(len(groups)), generator.choice(splits)
        source, group = placed[g], groups[g]
        if target == source or population[source] == 1:
            continue
        if _gain(group, excess[source], excess[target], totals, fractions[source], fractions[target]) > 0:
            excess[source].subtract(group.strata)
            excess[target].update(group.strata)
            placed[g] = target
            population.update({source: -1, target: 1})


def _gain(
    group: _Group, source: Counter[str], target: Counter[str], totals: Counter[str], share_from: float, share_to: float
) -> float:
    """How much the summed squared relative error falls when a group moves."""
    gain = 0.0
    for stratum, n in group.strata.items():
        before = (source[stratum] / share_from) ** 2 + (target[stratum] / share_to) ** 2
        after = ((source[stratum] - n) / share_from) ** 2 + ((target[stratum] + n) / share_to) ** 2
        gain += (before - after) / totals[stratum] ** 2
    return gain
