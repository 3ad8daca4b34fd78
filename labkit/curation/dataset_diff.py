"""What changed between two datasets: rows that came and went, labels and answers that became others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DatasetDiff:
    """What one dataset has that another has not.

    Args:
        added: ids of rows that are new.
        removed: ids of rows that are gone.
        relabelled: id -> the labels before and after.
        retargeted: ids of rows with the same labels whose answer is worded otherwise.
        reworded: ids of rows whose posts are other ones.
        unchanged: how many rows are the same in all of this.
        new_prompt: whether the rows are made for another prompt.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    relabelled: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    retargeted: tuple[str, ...]
    reworded: tuple[str, ...]
    unchanged: int
    new_prompt: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind."""
        kinds = ("added", "removed", "relabelled", "retargeted", "reworded")
        return {**{kind: len(getattr(self, kind)) for kind in kinds}, "unchanged": self.unchanged}


def diff_rows(before: Sequence[Record], after: Sequence[Record], *, new_prompt: bool = False) -> DatasetDiff:
    """Compare two datasets row by row, joined by id; their order does not count.

    Args:
        before: rows as in rows.jsonl.
        after: the same of the newer one.
        new_prompt: whether they are made for different prompts.
    """
    old, new = ({str(row.get("id")): row for row in rows} for rows in (before, after))
    both = [id for id in new if id in old]
    relabelled = {id: pair for id in both if (pair := (labels_of(old[id]), labels_of(new[id])))[0] != pair[1]}
    reworded = tuple(id for id in both if old[id].get("items") != new[id].get("items"))
    retargeted = tuple(id for id in both if id not in relabelled and old[id].get("target") != new[id].get("target"))
    changed = {*relabelled, *reworded, *retargeted}
    return DatasetDiff(
        added=tuple(id for id in new if id not in old),
        removed=tuple(id for id in old if id not in new),
        relabelled=relabelled,
        retargeted=retargeted,
        reworded=reworded,
        unchanged=len(both) - len(changed),
        new_prompt=new_prompt,
    )


def labels_of(row: Record) -> tuple[str, ...]:
    """The labels that a row teaches, sorted: those of its target, else its gold."""
    target = row.get("target")
    found = target.get("labels") if isinstance(target, Mapping) else row.get("labels")
    return tuple(sorted(map(str, found or ())))
