"""Which label was answered for which, and in which rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from labkit.records import Run, RunRow, Status


@dataclass(frozen=True, slots=True)
class Confusion:
    """One way of being wrong.

    Args:
        gold: the label that was missed; None when an answered label stands for nothing that was missed.
        predicted: the label answered in its place; None when the label was missed and nothing put in its place.
        rows: the ids of the rows, in the run's order, each once however often it was asked.
    """

    gold: str | None
    predicted: str | None
    rows: tuple[str, ...]


def confusions(run: Run) -> tuple[Confusion, ...]:
    """The confusions of a run's answered rows, those with most rows first.

    In a row with several labels every missed one is paired with every wrongly answered one. Rows without an answer
    confuse nothing; `Run.counts` shows them.
    """
    found: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for row in run.rows:
        for pair in _pairs(row):
            found[pair].append(row.example.id)
    ordered = sorted(found.items(), key=lambda entry: (-len(set(entry[1])), entry[0][0] or "", entry[0][1] or ""))
    return tuple(Confusion(gold, predicted, tuple(dict.fromkeys(rows))) for (gold, predicted), rows in ordered)


def _pairs(row: RunRow) -> list[tuple[str | None, str | None]]:
    if row.example.labels is None or row.prediction.status is not Status.ANSWERED:
        return []
    gold, predicted = set(row.example.labels), set(row.prediction.labels)
    missed, wrong = sorted(gold - predicted), sorted(predicted - gold)
    if not missed and not wrong:
        return []
    return [(m, w) for m in missed or (None,) for w in wrong or (None,)]
