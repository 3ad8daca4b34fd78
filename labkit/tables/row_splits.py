"""Which split each imported row goes to, and what the same text in two places means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labkit.curation.near_duplicates import folded
from labkit.curation.repetition import find_leaking
from labkit.curation.splits import assign_splits
from labkit.errors import BadData
from labkit.records import Example, Split, Task
from labkit.tables.source_rows import SourceRow, places_of

FRACTIONS: dict[Split, float] = {"pool": 0.60, "dev": 0.15, "test": 0.25}
WITHOUT_TEST: dict[Split, float] = {"pool": 0.80, "dev": 0.20}
_WORDS: dict[Split, str] = {
    "pool": "pool train training trainset 训练 训练集",
    "dev": "dev valid validation val eval 开发 开发集 验证 验证集",
    "test": "test testing testset 测试 测试集",
    "traffic": "traffic production 线上",
}
_SPLIT_OF: dict[str, Split] = {word: split for split, words in _WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Repetitions:
    """The same text (case, width and spaces aside) in several rows.

    Args:
        duplicates: rows whose text stood in an earlier row.
        conflicting: texts that carry different labels.
        leaked: test rows whose text also stands in pool or dev.
    """

    duplicates: int
    conflicting: int
    leaked: int


def read_split_column(rows: Sequence[SourceRow], column: str | None) -> list[Split] | None:
    """The split of every row as its column says, in English or Chinese words.

    Returns:
        None when there is no such column, or none of its words names a split (fold numbers, say).

    Raises:
        BadData: some words name a split and some do not; the rows are listed.
    """
    found = [_SPLIT_OF.get((row.text(column) or "").strip().lower()) for row in rows]
    if not any(found):
        return None
    unknown = [row for row, split in zip(rows, found, strict=True) if split is None]
    if unknown:
        word = unknown[0].text(column) or ""
        raise BadData.told("error.rows.split", rows=len(unknown), word=word[:40], places=places_of(unknown))
    return [split for split in found if split is not None]


def assign(
    examples: Sequence[Example], task: Task, fractions: dict[Split, float], near: Mapping[str, str]
) -> tuple[Example, ...]:
    """Part the labelled rows by group; rows without labels can score nothing and go to the pool."""
    labelled = [example for example in examples if example.labels is not None]
    if not labelled:
        return tuple(replace(example, split="pool") for example in examples)
    split_of = {example.id: example.split for example in assign_splits(labelled, task, fractions, near=near)}
    return tuple(replace(example, split=split_of.get(example.id, "pool")) for example in examples)


def with_dev(examples: Sequence[Example], task: Task, near: Mapping[str, str]) -> tuple[Example, ...]:
    """Take dev rows out of the pool when no row is one; everything else stays where it is.

    Rows that give away a test row are not among them, unless there is hardly another.
    """
    if any(example.split == "dev" for example in examples):
        return tuple(examples)
    pool = [example for example in examples if example.split == "pool"]
    leaking = find_leaking(examples)
    free = [example for example in pool if example.id not in leaking]
    drawable = free if len({near[row.id] for row in free if row.labels is not None}) > 1 else pool
    split_of = {example.id: example.split for example in assign(drawable, task, WITHOUT_TEST, near)}
    return tuple(replace(example, split=split_of.get(example.id, example.split)) for example in examples)


def count_repetitions(examples: Sequence[Example]) -> Repetitions:
    """Count duplicates, contradictions and leaks."""
    same: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        same[folded(example.text)].append(example)
    groups = [group for group in same.values() if len(group) > 1]
    return Repetitions(
        duplicates=sum(len(group) - 1 for group in groups),
        conflicting=sum(len({frozenset(e.labels) for e in group if e.labels is not None}) > 1 for group in groups),
        leaked=sum(_leaked(group) for group in groups),
    )


def _leaked(group: Sequence[Example]) -> int:
    tests = sum(example.split == "test" for example in group)
    return tests if any(example.split in ("pool", "dev") for example in group) else 0
