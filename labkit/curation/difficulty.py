"""How hard a row is, told by how many of several models got it right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from labkit.records import Example, Run, RunRow, Status

Difficulty = Literal["easy", "boundary", "hard", "unrated"]
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "boundary", "hard", "unrated")
_EASY, _HARD = 0.8, 0.2  # committee correctness from which, and up to which
_LEAST_VOTES = 2
LEAST_ACCURACY = 0.5  # measured: below it "hard" says more about the models than about the rows


@dataclass(frozen=True, slots=True)
class Committee:
    """What several models' answers say about rows.

    Args:
        runs: ids of the runs that voted.
        accuracy: mean correctness over the rows with enough votes, 0 to 1; None without such rows.
        ratings: row id -> difficulty; empty when there are too few runs or they are wrong too often.
    """

    runs: tuple[str, ...]
    accuracy: float | None
    ratings: Mapping[str, Difficulty]

    def rating(self, row: str) -> Difficulty:
        """A row's difficulty, "unrated" when the committee cannot say."""
        return self.ratings.get(row, "unrated")


def rate_difficulty(examples: Sequence[Example], runs: Sequence[Run]) -> Committee:
    """Rate labelled rows by committee correctness: the mean over runs of the Jaccard similarity of answer and gold.

    Easy from 0.8, hard up to 0.2, boundary between. Runs of models that learnt from the pool are left out: they have
    seen the answers. Rows need two votes; a committee below 0.5 on average rates nothing.

    Args:
        examples: labelled rows.
        runs: any runs; rows with other posts or other gold than the example's do not count.
    """
    wanted = {example.id: example for example in examples}
    voters = [run for run in runs if not learns_from_pool(run.header.model)]
    votes: dict[str, list[float]] = defaultdict(list)
    for run in voters:
        for row in run.rows:
            if same_question(row, wanted.get(row.example.id)):
                votes[row.example.id].append(_correctness(row))
    shares = {row: sum(cast) / len(cast) for row, cast in votes.items() if len(cast) >= _LEAST_VOTES}
    accuracy = sum(shares.values()) / len(shares) if shares else None
    trusted = accuracy is not None and accuracy >= LEAST_ACCURACY
    ratings = {row: _difficulty(share) for row, share in shares.items()} if trusted else {}
    return Committee(tuple(run.id for run in voters), accuracy, ratings)


def learns_from_pool(model: str) -> bool:
    """Whether a model of that name has seen the pool's answers, so that it cannot tell how hard its rows are."""
    return model == "linear" or (model.startswith("local/") and "+" in model)


def same_question(row: RunRow, example: Example | None) -> bool:
    """Whether a row was asked with the posts and the gold that an example has now; a row still open was not."""
    if example is None or row.prediction.status is Status.PENDING or row.example.labels is None:
        return False
    same_gold = set(row.example.labels) == set(example.labels or ())
    return same_gold and row.example.items == example.items


def _correctness(row: RunRow) -> float:
    if row.prediction.status is not Status.ANSWERED:
        return 0.0
    gold, answer = set(row.example.labels or ()), set(row.prediction.labels)
    return len(gold & answer) / len(gold | answer) if gold | answer else 1.0


def _difficulty(share: float) -> Difficulty:
    if share >= _EASY:
        return "easy"
    return "hard" if share <= _HARD else "boundary"
