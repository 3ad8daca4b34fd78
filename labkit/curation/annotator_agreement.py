"""How far annotators agree: whether labels, and each definition, can be trusted before a model is judged by them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from labkit.comparison.agreement import cohen_kappa, krippendorff_alpha

GOOD, TENTATIVE = 0.8, 0.667  # Krippendorff (2004): conclusions rest on alpha from .8, tentative ones from .667
_DRAWS = 500
_LEVEL = 0.95

Labels = frozenset[str]


@dataclass(frozen=True, slots=True)
class Vote:
    """What one annotator said of one row."""

    row: str
    annotator: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement with its bootstrap interval over rows; all None where nothing varies or pairs."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two annotators: rows both labelled, the share labelled alike, and Cohen's kappa over sets of labels."""

    a: str
    b: str
    rows: int
    same: float
    kappa: Coefficient


@dataclass(frozen=True, slots=True)
class AnnotatorAgreement:
    """How far annotators agree.

    Args:
        rows: rows that at least two labelled.
        annotators: their names.
        overall: alpha over sets of labels, their distance by MASI, so that half-right counts as half.
        of_label: label -> alpha of its yes or no: a low one points at its definition.
        fleiss: Fleiss' kappa over sets of labels; of None unless every row has the same number of annotators.
        pairs: every two annotators.
        disputed: rows on which they differ, those furthest apart first.
        confused: pairs of labels that one gave where the other gave the other, with rows, the commonest first.
    """

    rows: int
    annotators: tuple[str, ...]
    overall: Coefficient
    of_label: Mapping[str, Coefficient]
    fleiss: Coefficient
    pairs: tuple[PairAgreement, ...]
    disputed: tuple[str, ...]
    confused: tuple[tuple[str, str, int], ...]


def annotator_agreement(votes: Sequence[Vote], labels: Sequence[str], seed: int = 0) -> AnnotatorAgreement:
    """Work out how far annotators agree.

    Args:
        votes: the last one of an annotator on a row counts.
        labels: the task's labels.
        seed: of the bootstrap over rows.
    """
    said: dict[str, dict[str, Labels]] = defaultdict(dict)
    for vote in votes:
        said[vote.row][vote.annotator] = vote.labels
    shared = {row: answers for row, answers in said.items() if len(answers) > 1}
    annotators = tuple(sorted({vote.annotator for vote in votes}))
    units = [list(answers.values()) for answers in shared.values()]
    return AnnotatorAgreement(
        rows=len(shared),
        annotators=annotators,
        overall=_with_interval(units, masi_alpha, seed),
        of_label={label: _with_interval(_yes_or_no(units, label), krippendorff_alpha, seed) for label in labels},
        fleiss=_with_interval(units, fleiss_kappa, seed),
        pairs=tuple(_pair(a, b, shared, seed) for a, b in combinations(annotators, 2)),
        disputed=tuple(sorted((r for r, a in shared.items() if _apart(a) > 0), key=lambda r: (-_apart(shared[r]), r))),
        confused=_confused(units),
    )


def masi_distance(a: Labels, b: Labels) -> float:
    """MASI distance (Passonneau 2006): 1 - Jaccard × 1 for equal, 2/3 for nested, 1/3 for overlapping sets."""
    if not a | b:
        return 0.0
    shared = a & b
    nested = 1.0 if a == b else 2 / 3 if a <= b or b <= a else 1 / 3 if shared else 0.0
    return 1 - nested * len(shared) / len(a | b)


def masi_alpha(units: Sequence[Sequence[Labels]]) -> float | None:
    """Krippendorff's alpha with MASI distances: 1 - observed over expected distance of paired values.

    Args:
        units: the sets of labels that each row got; rows with one do not count.

    Returns:
        None when nothing varies or nothing pairs.
    """
    paired = [unit for unit in units if len(unit) > 1]
    totals = Counter(value for unit in paired for value in unit)
    observed = sum(2 * sum(masi_distance(a, b) for a, b in combinations(unit, 2)) / (len(unit) - 1) for unit in paired)
    expected = sum(2 * totals[a] * totals[b] * masi_distance(a, b) for a, b in combinations(totals, 2))
    return 1 - (totals.total() - 1) * observed / expected if expected else None


def fleiss_kappa(units: Sequence[Sequence[Hashable]]) -> float | None:
    """Fleiss' kappa (1971); None unless every row has the same number of raters, or when nothing varies."""
    raters = {len(unit) for unit in units}
    if len(raters) != 1 or (n := raters.pop()) < 2:
        return None
    counts = [Counter(unit) for unit in units]
    observed = sum((sum(k * k for k in count.values()) - n) / (n * (n - 1)) for count in counts) / len(units)
    totals = sum(counts, Counter[Hashable]())
    by_chance = sum((total / totals.total()) ** 2 for total in totals.values())
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def _with_interval(units: Sequence[Any], alpha: Callable[[Sequence[Any]], float | None], seed: int) -> Coefficient:
    """The coefficient, and its percentiles over rows drawn with replacement."""
    value = alpha(units)
    if value is None:
        return Coefficient(None)
    draw = random.Random(seed)  # noqa: S311 - a bootstrap
    found = sorted(again for _ in range(_DRAWS) if (again := alpha([draw.choice(units) for _ in units])) is not None)
    tail = int((1 - _LEVEL) / 2 * len(found))
    return Coefficient(value, found[tail], found[-1 - tail])


def _yes_or_no(units: Sequence[Sequence[Labels]], label: str) -> list[list[bool]]:
    return [[label in value for value in unit] for unit in units]


def _pair(a: str, b: str, said: Mapping[str, Mapping[str, Labels]], seed: int) -> PairAgreement:
    both = [(answers[a], answers[b]) for answers in said.values() if a in answers and b in answers]
    same = sum(x == y for x, y in both)
    kappa = cohen_kappa(both)
    low, high = (None, None) if kappa is None else _kappa_interval(both, seed)
    return PairAgreement(a, b, len(both), same / len(both) if both else 0.0, Coefficient(kappa, low, high))


def _kappa_interval(both: Sequence[tuple[Labels, Labels]], seed: int) -> tuple[float, float]:
    """The percentiles of Cohen's kappa over rows drawn with replacement: all draws at once, as counts of pairs."""
    import numpy as np

    counts = Counter(both)
    drawn = np.random.default_rng(seed).multinomial(len(both), [n / len(both) for n in counts.values()], _DRAWS)
    shares = drawn / len(both)
    observed = shares @ np.array([a == b for a, b in counts], float)
    values = sorted({value for pair in counts for value in pair}, key=sorted)
    sides = [np.array([[pair[k] == value for value in values] for pair in counts], float) for k in (0, 1)]
    by_chance = ((shares @ sides[0]) * (shares @ sides[1])).sum(axis=1)
    kappa = (observed - by_chance)[by_chance < 1] / (1 - by_chance[by_chance < 1])
    low, high = np.percentile(kappa, [50 * (1 - _LEVEL), 50 * (1 + _LEVEL)])
    return float(low), float(high)


def _apart(answers: Mapping[str, Labels]) -> float:
    """Mean distance between the annotators of a row."""
    found = [masi_distance(a, b) for a, b in combinations(answers.values(), 2)]
    return sum(found) / len(found)


def _confused(units: Sequence[Sequence[Labels]]) -> tuple[tuple[str, str, int], ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for unit in units:
        counts.update({(min(x, y), max(x, y)) for a, b in combinations(unit, 2) for x in a - b for y in b - a})
    return tuple((a, b, n) for (a, b), n in counts.most_common())
