"""How far models agree with each other, right or wrong: same answers, Cohen's kappa, Krippendorff's alpha."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from labkit.comparison.common import CommonRows
from labkit.records import Run
from labkit.scoring.intervals import Interval, wilson
from labkit.scoring.repeats import usual_answer


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two runs give the same answers.

    Args:
        a, b: the runs' ids.
        rows: common rows that both answered; a row asked several times stands with its most frequent answer.
        same: share of them with exactly the same labels, Wilson's interval; None without such rows.
        kappa: Cohen's kappa (1960), each set of labels one category; None where it is undefined, as when both runs give
            one and the same answer everywhere.
    """

    a: str
    b: str
    rows: int
    same: Interval | None
    kappa: float | None


def agreements(runs: Sequence[Run], common: CommonRows) -> tuple[Agreement, ...]:
    """The agreement of every two runs, in the order given."""
    answers = _answers(common)
    return tuple(
        _agreement(runs[i].id, runs[j].id, answers[i], answers[j]) for i, j in combinations(range(len(runs)), 2)
    )


def alpha_of(common: CommonRows) -> float | None:
    """Krippendorff's alpha over all runs, each set of labels one category; see `krippendorff_alpha`."""
    answers = _answers(common)
    return krippendorff_alpha([[found.get(row_id) for found in answers] for row_id in common.ids])


def krippendorff_alpha(units: Sequence[Sequence[Hashable | None]]) -> float | None:
    """Krippendorff's alpha for categories without an order ("Computing Krippendorff's Alpha-Reliability", 2011).

    alpha = 1 - (n - 1) * disagreeing pairs / (n² - sum of squared category totals), over the values that can be paired.

    Args:
        units: for each row the value of every rater, None where it has none.

    Returns:
        1 for perfect agreement, 0 for that of chance, below 0 for less; None when nothing varies or nothing pairs.
    """
    totals: Counter[Hashable] = Counter()
    disagreeing = 0.0
    for unit in units:
        values = Counter(value for value in unit if value is not None)
        raters = values.total()
        if raters > 1:
            totals.update(values)
            disagreeing += (raters**2 - sum(n * n for n in values.values())) / (raters - 1)
    paired = totals.total()
    by_chance = paired**2 - sum(n * n for n in totals.values())
    return 1 - (paired - 1) * disagreeing / by_chance if by_chance else None


def cohen_kappa(pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> float | None:
    """Cohen's kappa (1960) of two who labelled the same rows, each set of labels one category.

    Args:
        pairs: what both said of each row.

    Returns:
        None where it is undefined: nothing varies.
    """
    number = {answer: k for k, answer in enumerate(dict.fromkeys(answer for pair in pairs for answer in pair))}
    if len(number) < 2:
        return None
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score([number[a] for a, _ in pairs], [number[b] for _, b in pairs]))


def _answers(common: CommonRows) -> list[Mapping[str, frozenset[str]]]:
    """For each run: id -> its usual answer; ids without one are left out."""
    told = [{row_id: usual_answer(rows) for row_id, rows in common.askings(k).items()} for k in range(len(common.rows))]
    return [{row_id: answer for row_id, answer in answers.items() if answer is not None} for answers in told]


def _agreement(a: str, b: str, first: Mapping[str, frozenset[str]], second: Mapping[str, frozenset[str]]) -> Agreement:
    both = sorted(first.keys() & second.keys())
    same = sum(first[row_id] == second[row_id] for row_id in both)
    return Agreement(
        a=a,
        b=b,
        rows=len(both),
        same=wilson(same, len(both)) if both else None,
        kappa=cohen_kappa([(first[row_id], second[row_id]) for row_id in both]),
    )
