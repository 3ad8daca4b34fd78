"""Rows asked several times: how much of a score's uncertainty is the model's own wavering, and how much the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from labkit.records import RunRow, Status


@dataclass(frozen=True, slots=True)
class RepeatVariance:
    """The variance of a run's accuracy, split (Miller 2024, "Adding Error Bars to Evals", section 3.1).

    Var(mean) = (between + mean of within / askings) / examples: asking again shrinks the second part only.

    Args:
        examples: labelled examples, and `repeated` of them asked at least twice.
        repeated: examples from which `within` is estimated.
        between: variance between examples of the chance to be right; never below 0.
        within: mean variance of one example's answers, right or wrong.
        within_share: share of the mean's variance that asking again would still remove; 0 when there is no variance.
        standard_error: of the accuracy with these repeats, rows taken for independent.
        standard_error_once: what it would be if each row were asked once.
        wavering: ids that were answered rightly in some of their askings and wrongly in others.
    """

    examples: int
    repeated: int
    between: float
    within: float
    within_share: float
    standard_error: float
    standard_error_once: float
    wavering: tuple[str, ...]


def repeat_variance(rows: Sequence[RunRow]) -> RepeatVariance | None:
    """Split the variance of accuracy within and between rows.

    Args:
        rows: labelled rows of one run, any number of repeats each.

    Returns:
        The split; None when no row was asked twice, or there are fewer than two rows.
    """
    rights = _rights(rows)
    several = [answers for answers in rights.values() if len(answers) > 1]
    if not several or len(rights) < 2:
        return None
    within = fmean(variance(answers) for answers in several)
    inside = fmean(within / len(answers) for answers in rights.values())
    between = max(0.0, variance([fmean(answers) for answers in rights.values()]) - inside)
    whole = between + inside
    return RepeatVariance(
        examples=len(rights),
        repeated=len(several),
        between=between,
        within=within,
        within_share=inside / whole if whole else 0.0,
        standard_error=(whole / len(rights)) ** 0.5,
        standard_error_once=((between + within) / len(rights)) ** 0.5,
        wavering=tuple(row_id for row_id, answers in rights.items() if 0 < sum(answers) < len(answers)),
    )


def _rights(rows: Sequence[RunRow]) -> dict[str, list[float]]:
    """Example id -> 1 or 0 for each asking."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        found[row.example.id].append(float(bool(row.correct)))
    return found


def askings_of(rows: Sequence[RunRow]) -> dict[str, list[RunRow]]:
    """Example id -> its rows, repeats in order; ids in the order they first come."""
    found: dict[str, list[RunRow]] = defaultdict(list)
    for row in rows:
        found[row.example.id].append(row)
    for askings in found.values():
        if len(askings) > 1:
            askings.sort(key=lambda row: row.repeat)
    return dict(found)


def usual_answer(askings: Sequence[RunRow]) -> frozenset[str] | None:
    """The answer given most often to one example, the earliest of equals; None when none was given."""
    answered = [frozenset(row.prediction.labels) for row in askings if row.prediction.status is Status.ANSWERED]
    return Counter(answered).most_common(1)[0][0] if answered else None
