"""Answers to one question held row by row against those to another: which moved, and what that did to the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from labkit.comparison import paired
from labkit.errors import BadData
from labkit.records import Example, Run, RunRow, Status
from labkit.scoring import Interval
from labkit.scoring.tally import answered_labels


def on_common_askings(before: Run, after: Run, originals: Mapping[str, Example]) -> tuple[Run, Run]:
    """Both runs on the askings that ended in both, each with the row as it is in the scene.

    Args:
        before: a run.
        after: another one; its posts may have been changed.
        originals: id -> the row as it is.

    Raises:
        BadData: there is no such asking.
    """
    by_asking = [{(row.example.id, row.repeat): row for row in run.rows if _ended(row)} for run in (before, after)]
    common = [key for key in by_asking[1] if key in by_asking[0] and key[0] in originals]
    if not common:
        raise BadData.told("error.moved.no_common_row")
    cut = [tuple(replace(rows[key], example=originals[key[0]]) for key in common) for rows in by_asking]
    return replace(before, rows=cut[0]), replace(after, rows=cut[1])


def answer_of(row: RunRow) -> tuple[str, frozenset[str]]:
    """An answer to compare; failing to answer is one of its own."""
    return row.prediction.status.value, answered_labels(row)


def moved_pairs(before: Run, after: Run) -> tuple[list[tuple[RunRow, RunRow]], list[bool]]:
    """The first asking of each row in both runs, and whether its answer moved."""
    pairs = [(a, b) for a, b in zip(before.rows, after.rows, strict=True) if a.repeat == 0]
    return pairs, [answer_of(a) != answer_of(b) for a, b in pairs]


def metric_delta(before: Run, after: Run) -> Interval | None:
    """The bar's metric, after minus before, with its paired interval; None without gold."""
    if all(row.example.labels is None for row in before.rows):
        return None
    pair = paired(before, after)
    return pair.delta.get(pair.metric)


def _ended(row: RunRow) -> bool:
    return row.prediction.status is not Status.PENDING
