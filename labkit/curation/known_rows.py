"""What a base model knows of rows before it is trained on them, told by asking it with several few-shot prompts.

Categories and their use are SliCK's (Gekhman et al. 2024, "Does fine-tuning LLMs on new knowledge encourage
hallucinations?"): rows that a base does not know teach it to invent when training goes on long enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from labkit.records import Run, RunRow, Status

Known = Literal["HighlyKnown", "MaybeKnown", "WeaklyKnown", "Unknown"]
KNOWN: tuple[Known, ...] = ("HighlyKnown", "MaybeKnown", "WeaklyKnown", "Unknown")
_SAYS_NOTHING = (Status.PENDING, Status.FAILED, Status.FILTERED)
_SAMPLES = 16  # a prompt, as in the paper; they are not drawn where a model says how probable its labels are
_TEMPERATURE = 0.5  # of those samples


@dataclass(frozen=True, slots=True)
class KnownRows:
    """How well a model knows rows.

    Args:
        model: its name.
        ratings: row id -> category.
        prompts: few-shot prompts that each row was asked with, at most.
        weighed: whether probabilities were given, so that WeaklyKnown rows could be told from Unknown ones.
        runs: ids of the runs.
        unanswered: rows to which no prompt brought an answer: requests that failed or were withheld say nothing of what
            the model knows.
    """

    model: str
    ratings: Mapping[str, Known]
    prompts: int
    weighed: bool
    runs: tuple[str, ...]
    unanswered: tuple[str, ...] = ()

    def rows(self, known: Known) -> tuple[str, ...]:
        """The rows of a category."""
        return tuple(row for row, rating in self.ratings.items() if rating == known)


def rate_known(runs: Sequence[Run]) -> KnownRows:
    """Rate rows by the runs of one model with several few-shot prompts.

    HighlyKnown: right with every prompt; MaybeKnown: with some; WeaklyKnown: with none, but of 16 samples a prompt at
    temperature 0.5 at least one would be right on average; else Unknown. The samples are worked out from the labels'
    probabilities, not drawn; a model that gives none leaves WeaklyKnown rows among the Unknown. Requests that failed or
    were withheld by a provider's filter are left out.

    Args:
        runs: at least one, with labelled rows.
    """
    answers: dict[str, list[RunRow]] = defaultdict(list)
    for run in runs:
        for row in run.rows:
            if row.prediction.status not in _SAYS_NOTHING:
                answers[row.example.id].append(row)
    asked = dict.fromkeys(row.example.id for run in runs for row in run.rows)
    several = runs[0].task.multi_label
    ratings = {id: _rating(rows, several=several) for id, rows in answers.items()}
    weighed = any(row.probabilities for rows in answers.values() for row in rows)
    unanswered = tuple(id for id in asked if id not in answers)
    prompts = max(map(len, answers.values()), default=0)
    return KnownRows(runs[0].header.model, ratings, prompts, weighed, _ids(runs), unanswered)


def _ids(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(run.id for run in runs)


def _rating(rows: Sequence[RunRow], *, several: bool) -> Known:
    right = sum(row.correct is True for row in rows)
    if right == len(rows):
        return "HighlyKnown"
    if right:
        return "MaybeKnown"
    expected = _SAMPLES * sum(sampled_right(row, several=several) for row in rows)
    return "WeaklyKnown" if expected >= 1 else "Unknown"


def sampled_right(row: RunRow, *, several: bool) -> float:
    """How probable a sample at temperature 0.5 is the row's gold labels; 0 where the model gave no probabilities.

    Args:
        row: answered, with gold labels.
        several: whether each label is a decision of its own, or one is chosen among all.
    """
    found, gold = row.probabilities or {}, set(row.example.labels or ())
    if not found:
        return 0.0
    if several:
        return prod(_sharpened(p if label in gold else 1 - p) for label, p in found.items()) * gold.issubset(found)
    powers = {label: p ** (1 / _TEMPERATURE) for label, p in found.items()}
    none = max(0.0, 1 - sum(found.values())) ** (1 / _TEMPERATURE)
    whole = sum(powers.values()) + none
    return (sum(powers.get(label, 0.0) for label in gold) if gold else none) / whole if whole else 0.0


def _sharpened(p: float) -> float:
    yes, no = (float(share ** (1 / _TEMPERATURE)) for share in (p, 1 - p))
    return yes / (yes + no)
