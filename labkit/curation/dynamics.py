"""How hard a row is, told by how a model came to its answer while it was trained (dataset cartography)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean, pstdev

from labkit.curation.difficulty import LEAST_ACCURACY, Committee, Difficulty
from labkit.errors import BadData
from labkit.records import Example, Run, RunRow

AMBIGUOUS = 0.33  # share of rows whose confidence moved most: the paper's best third
_SURE = 0.5  # mean confidence that parts easy from hard among the others


def rate_by_dynamics(examples: Sequence[Example], runs: Sequence[Run]) -> Committee:
    """Rate labelled rows by the probability that a model gave their gold at several points of its training.

    After Swayamdipta et al. (2020): the third whose probability varies most is at the boundary; of the others, what the
    model was sure of on average is easy, and what it never came to believe is hard, or wrongly labelled.

    Args:
        examples: labelled rows.
        runs: the same prompt and rows asked at two points of one training or more: the base, a checkpoint, the adapter.
            They must hold probabilities, as those of `local/…@labels` do; rows with other posts or gold do not count.

    Raises:
        BadData: fewer than two runs, or no row has probabilities in all of them.
    """
    if len(runs) < 2:
        raise BadData("One point of a training shows no dynamics", "Name runs of the base, a checkpoint, the adapter")
    wanted = {example.id: example for example in examples}
    believed: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        for row in run.rows:
            if row.repeat == 0 and row.probabilities and _same(row, wanted.get(row.example.id)):
                believed[row.example.id].append(gold_probability(row.probabilities, row.example.labels or ()))
    seen = {row: values for row, values in believed.items() if len(values) == len(runs)}
    if not seen:
        raise BadData("No row has probabilities in all of these runs", "Ask models such as local/PATH@labels")
    accuracy = sum(values[-1] >= _SURE for values in seen.values()) / len(seen)
    ratings = _ratings(seen) if accuracy >= LEAST_ACCURACY else {}
    return Committee(tuple(run.id for run in runs), accuracy, ratings)


def gold_probability(probabilities: Mapping[str, float], gold: Sequence[str]) -> float:
    """The probability of the decision that a model was least sure of: a gold label is there, another one is not."""
    return min((p if label in gold else 1 - p for label, p in probabilities.items()), default=0.0)


def _ratings(seen: Mapping[str, Sequence[float]]) -> dict[str, Difficulty]:
    moved = sorted(seen, key=lambda row: (-pstdev(seen[row]), row))
    boundary = {row for row in moved[: round(AMBIGUOUS * len(moved))] if pstdev(seen[row]) > 0}
    return {row: "boundary" if row in boundary else _by_confidence(values) for row, values in seen.items()}


def _by_confidence(values: Sequence[float]) -> Difficulty:
    return "easy" if fmean(values) >= _SURE else "hard"


def _same(row: RunRow, example: Example | None) -> bool:
    if example is None or row.example.labels is None:
        return False
    return set(row.example.labels) == set(example.labels or ()) and row.example.items == example.items
