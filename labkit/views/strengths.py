"""Where each run is good: its score on every label, subtask and slice of the common rows."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.comparison import Comparison
from labkit.scoring import Interval
from labkit.scoring.scores import FEW_ROWS
from labkit.texts import say
from labkit.views.markup import short

BY_LABEL = "label"


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the rows: their name, how many they are, and each run's score on them, best run first."""

    name: str
    rows: int
    scores: tuple[Interval | None, ...]

    @property
    def few(self) -> bool:
        """Whether there are too few rows to say much."""
        return self.rows < FEW_ROWS


def ways_to_part(found: Comparison) -> tuple[str, ...]:
    """By what the common rows can be parted: "label", then the properties of their slices."""
    return (BY_LABEL, *dict.fromkeys(part.by for part in found.ranking[0].slices))


def way_words(by: str) -> str:
    """A way to part in words; a column of the user's file by its own name."""
    column = by.removeprefix("meta.")
    return say(f"comparing.by.{by}") if column == by else say("comparing.by.meta", column=short(column, 30))


def strengths(found: Comparison, by: str) -> tuple[Part, ...]:
    """Every run's score on each part: F1 of a label, the comparison's metric on a slice.

    Args:
        found: what `compare` returned.
        by: one of `ways_to_part`.

    Returns:
        Labels in the task's order, slices in reading order; None where nothing was measured.
    """
    return _labels(found) if by == BY_LABEL else _slices(found, by)


def _labels(found: Comparison) -> tuple[Part, ...]:
    columns = zip(*(entry.scores.per_label for entry in found.ranking), strict=True)
    return tuple(
        Part(short(same[0].label, 24), same[0].support, tuple(e.f1 if e.support else None for e in same))
        for same in columns
    )


def _slices(found: Comparison, by: str) -> tuple[Part, ...]:
    columns = zip(*(entry.slices for entry in found.ranking), strict=True)
    return tuple(
        Part(short(same[0].name, 24), len(same[0].rows), tuple(s.values.get(found.metric) for s in same))
        for same in columns
        if same[0].by == by
    )
