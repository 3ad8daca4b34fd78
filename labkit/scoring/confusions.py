"""Which label was answered for which, and in which rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class CommonestConfusions:
    """How much of what went wrong the commonest confusions hold.

    Args:
        confusions: as few of them, the commonest first, as hold half of the misread rows; or as many as were allowed.
        rows: the misread rows that these hold, in the run's order.
        misread: how many rows were misread in all.
        unanswered: how many of those have no answer, and so no confusion.
    """

    confusions: tuple[Confusion, ...]
    rows: tuple[str, ...]
    misread: int
    unanswered: int


def commonest_confusions(run: Run, nameable: Sequence[Confusion]) -> CommonestConfusions:
    """The few confusions that hold half of a run's misread rows.

    Args:
        run: what was asked; a row that was asked several times counts once, as misread if any answer was wrong.
        nameable: the first of the run's `confusions`, as many as may be named.
    """
    wrong = [row for row in run.rows if row.correct is False]
    misread = dict.fromkeys(row.example.id for row in wrong)
    answered = {row.example.id for row in wrong if row.prediction.status is Status.ANSWERED}
    named: list[Confusion] = []
    held: set[str] = set()
    for confusion in nameable:
        if named and 2 * len(held) >= len(misread):
            break
        named.append(confusion)
        held |= set(confusion.rows)
    rows = tuple(row for row in misread if row in held)
    return CommonestConfusions(tuple(named), rows, len(misread), len(misread) - len(answered))


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
