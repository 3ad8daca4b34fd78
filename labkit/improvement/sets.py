"""The four sets of rows on which a changed definition is tried before anybody is offered it."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.errors import BadData, BadInput
from labkit.records import Example, Run, RunRow
from labkit.scoring import Confusion, confusions
from labkit.texts import say
from labkit.workspace import Scene, pinned

SETS = ("failing", "right", "pinned", "held_out")
_GUIDING = ("pool", "dev")  # test rows must guide no work, and traffic has no gold


@dataclass(frozen=True, slots=True)
class Trouble:
    """A confusion that a changed definition is to end.

    Args:
        gold: the label that was missed; None when the answered label stood for nothing that was missed.
        predicted: the label answered in its place; None when nothing was.
        failing: the rows of a run that ended so.
        right: rows of that run with one of the two labels, answered right.
    """

    gold: str | None
    predicted: str | None
    failing: tuple[RunRow, ...]
    right: tuple[RunRow, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels whose definition may be changed: the missed one first."""
        return tuple(label for label in (self.gold, self.predicted) if label is not None)


@dataclass(frozen=True, slots=True)
class FourSets:
    """Rows for a trial; a row may stand in several sets, and is asked once.

    Args:
        failing: rows that the confusion got wrong.
        right: rows with one of its labels that were right before.
        pinned: rows that people said must not break.
        held_out: rows that whoever suggested the change has not seen, nor near duplicates of what it has seen.
    """

    failing: tuple[Example, ...]
    right: tuple[Example, ...]
    pinned: tuple[Example, ...]
    held_out: tuple[Example, ...]

    @property
    def rows(self) -> tuple[Example, ...]:
        """Every row once."""
        every = (*self.failing, *self.right, *self.pinned, *self.held_out)
        return tuple({row.id: row for row in every}.values())


def find_trouble(run: Run, gold: str | None, predicted: str | None, kept_out: Collection[str] = ()) -> Trouble:
    """The rows of a run that one confusion got wrong, and those beside it that were right.

    Args:
        run: over pool or dev rows.
        gold: the missed label, or None.
        predicted: the label answered in its place, or None.
        kept_out: ids of rows that are test rows by now, whatever they were when they were asked.

    Raises:
        BadInput: the run is over test rows, or no row was confused so.
    """
    if run.header.split == "test":
        raise BadInput.told("error.sets.test_rows", run=run.id)
    out = frozenset(kept_out)
    first = (row for row in run.rows if row.repeat == 0 and row.example.id not in out)
    rows = [row for row in first if row.example.split in _GUIDING]
    every = confusions(Run(run.header, run.task, tuple(rows)))
    found = next((c for c in every if (c.gold, c.predicted) == (gold, predicted)), None)
    if found is None:
        raise BadInput.told(
            "error.sets.no_such_row", run=run.id, gold=_in_words(gold, predicted), every=_commonest(every)
        )
    of = {gold, predicted} - {None}
    right = tuple(row for row in rows if row.correct and of & set(row.example.labels or ()))
    failing = set(found.rows)
    return Trouble(gold, predicted, tuple(row for row in rows if row.example.id in failing), right)


def four_sets(
    trouble: Trouble, seen: Iterable[Example], pinned: Sequence[Example], rows: Sequence[Example], limit: int
) -> FourSets:
    """Choose the rows of a trial, the same ones at every call.

    Args:
        trouble: the confusion.
        seen: rows that the suggester has been shown.
        pinned: rows that must not break.
        rows: the scene's.
        limit: at most so many rows right before, and so many held out. Held-out rows are drawn at random from dev,
            where answers usually stand already, and from the pool where dev has too few.

    Raises:
        BadData: no labelled pool or dev row is left that was not seen.
    """
    unseen = _unseen(tuple(seen), rows)
    held_out = _drawn([row for row in unseen if row.split == "dev"], limit)
    held_out += _drawn([row for row in unseen if row.split == "pool"], limit - len(held_out))
    if not held_out:
        raise BadData.told("error.sets.all_seen")
    right = _drawn([row.example for row in trouble.right], limit)
    return FourSets(tuple(row.example for row in trouble.failing), tuple(right), tuple(pinned), tuple(held_out))


def pinned_rows(scene: Scene) -> tuple[Example, ...]:
    """The pool and dev rows with gold labels that people pinned."""
    wanted = set(pinned(scene))
    rows = (*scene.examples("pool"), *scene.examples("dev"))
    return tuple(row for row in rows if row.id in wanted and row.labels is not None)


def _unseen(seen: tuple[Example, ...], rows: Sequence[Example]) -> list[Example]:
    """Labelled pool and dev rows that are neither seen nor near duplicates or of the author of what was seen."""
    guiding = [row for row in rows if row.split in _GUIDING and row.labels is not None]
    groups = near_duplicate_groups([*seen, *guiding])
    known, authors = {groups[row.id] for row in seen}, {row.group for row in seen if row.group is not None}
    return [row for row in guiding if groups[row.id] not in known and row.group not in authors]


def _drawn(rows: Sequence[Example], limit: int) -> list[Example]:
    """At most so many, at random, in their order."""
    if len(rows) <= limit:
        return list(rows)
    chosen = set(random.Random(0).sample(range(len(rows)), max(0, limit)))  # noqa: S311
    return [row for k, row in enumerate(rows) if k in chosen]


def _in_words(gold: str | None, predicted: str | None) -> str:
    how = "spurious" if gold is None else "swapped" if predicted else "missed"
    return say(f"error.confused.{how}", gold=gold, predicted=predicted)


def _commonest(every: Sequence[Confusion]) -> str:
    return "; ".join(f"{c.gold or ''},{c.predicted or ''} ({len(c.rows)})" for c in every[:5]) or say(
        "error.confused.none"
    )
