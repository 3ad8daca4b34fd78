"""How hard a row is, told by how a model came to its answer while it was trained (dataset cartography)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean, pstdev

from labkit.curation.difficulty import LEAST_ACCURACY, Committee, Difficulty, same_question
from labkit.errors import BadData
from labkit.records import Example, Run

AMBIGUOUS = 0.33  # share of rows whose confidence moved most: the paper's best third
_SURE = 0.5  # mean probability from which a row that is right at the end was learnt early


def rate_by_dynamics(examples: Sequence[Example], runs: Sequence[Run]) -> Committee:
    """Rate labelled rows by the probability that a model gave their gold at several points of its training.

    After Swayamdipta et al. (2020): the third whose probability varies most is at the boundary, and so is what was
    learnt late; of the others, what the model was sure of on average is easy, and what it still gets wrong at the end
    is hard, or wrongly labelled. A model that is right on less than half of the rows at the end rates none.

    Args:
        examples: labelled rows.
        runs: the same prompt and rows asked at two points of one training or more, the last one last: the base, a
            checkpoint, the adapter. They must hold probabilities, as those of `local/…@labels` do; rows with other
            posts or gold do not count.

    Raises:
        BadData: fewer than two runs, or no row has probabilities in all of them.
    """
    if len(runs) < 2:
        raise BadData.told("error.dynamics.one_point")
    wanted = {example.id: example for example in examples}
    believed: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        for row in run.rows:
            if row.repeat == 0 and row.probabilities and same_question(row, wanted.get(row.example.id)):
                believed[row.example.id].append(gold_probability(row.probabilities, row.example.labels or ()))
    seen = {row: values for row, values in believed.items() if len(values) == len(runs)}
    if not seen:
        raise BadData.told("error.dynamics.no_probabilities")
    right = {row.example.id for row in runs[-1].rows if row.repeat == 0 and row.correct}
    accuracy = len(right & seen.keys()) / len(seen)
    ratings = _ratings(seen, right) if accuracy >= LEAST_ACCURACY else {}
    return Committee(tuple(run.id for run in runs), accuracy, ratings)


def gold_probability(probabilities: Mapping[str, float], gold: Sequence[str]) -> float:
    """The probability of the decision that a model was least sure of: a gold label is there, another one is not."""
    return min((p if label in gold else 1 - p for label, p in probabilities.items()), default=0.0)


def _ratings(seen: Mapping[str, Sequence[float]], right: Collection[str]) -> dict[str, Difficulty]:
    moved = sorted(seen, key=lambda row: (-pstdev(seen[row]), row))
    boundary = {row for row in moved[: round(AMBIGUOUS * len(moved))] if pstdev(seen[row]) > 0}
    boundary |= {row for row in right if row in seen and fmean(seen[row]) < _SURE}  # learnt late
    return {row: "boundary" if row in boundary else "easy" if row in right else "hard" for row in seen}
