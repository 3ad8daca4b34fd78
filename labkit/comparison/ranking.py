"""Several runs in order, and which of them cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labkit.comparison.common import CommonRows, common_rows
from labkit.comparison.paired import Pair, pair_rows, verdict_of
from labkit.comparison.significance import holm
from labkit.errors import BadInput
from labkit.records import Run
from labkit.scoring import LOWER_IS_BETTER, Scores, score


@dataclass(frozen=True, slots=True)
class Ranked:
    """A run's place.

    Args:
        run: its id.
        prompt, model: what was asked, and who answered.
        scores: its scores on the common rows.
        group: 1 for the best and all that cannot be told from it, 2 for the best of the rest and its like, …
    """

    run: str
    prompt: str
    model: str
    scores: Scores
    group: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs compared on the rows they all share.

    Args:
        metric: the metric of the task's bar, by which they are ranked.
        rows: how many rows they share.
        left_out: why -> ids that could not be compared (see `CommonRows`).
        ranking: the best first; equal values in the order given.
        pairs: the best against each other run, in each pair the run given first is `a`. With several pairs their
            p-values are adjusted for it (Holm) before a verdict is given.
    """

    metric: str
    rows: int
    left_out: dict[str, int]
    ranking: tuple[Ranked, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A run cut down to the common rows, and where it stood among the runs given."""

    position: int
    run: Run
    scores: Scores


def compare(runs: Sequence[Run]) -> Comparison:
    """Rank runs on the rows they all share, and hold each against the best.

    Args:
        runs: two or more, of one task.

    Returns:
        Ranking, groups and pairs; the same at every call.

    Raises:
        BadInput: fewer than two runs.
        BadData: the tasks' labels differ, or no labelled row is common to all.
    """
    if len(runs) < 2:
        raise BadInput(f"A comparison needs two runs or more, and got {len(runs)}", "Name another run")
    common = common_rows(runs)
    ranked = sorted(_entries(runs, common), key=_merit, reverse=True)  # stable: equal values keep their order
    groups, pairs = _groups(ranked, common)
    ranking = tuple(
        Ranked(e.run.id, e.run.header.prompt_name, e.run.header.model, e.scores, groups[e.position]) for e in ranked
    )
    return Comparison(runs[0].task.bar.metric, len(common.rows[0]), common.left_out, ranking, pairs)


def _entries(runs: Sequence[Run], common: CommonRows) -> list[_Entry]:
    task = runs[0].task  # one task for all: the same labels in the same order, one bar
    cut = [replace(run, task=task, rows=rows) for run, rows in zip(runs, common.rows, strict=True)]
    return [_Entry(position, run, score(run)) for position, run in enumerate(cut)]


def _merit(entry: _Entry) -> float:
    metric = entry.run.task.bar.metric
    value = entry.scores.values.get(metric)
    if value is None:
        return float("-inf")
    return -value.value if metric in LOWER_IS_BETTER else value.value


def _groups(ranked: Sequence[_Entry], common: CommonRows) -> tuple[dict[int, int], tuple[Pair, ...]]:
    """Position -> group, and the pairs of the best; each group gathers round the best run that is still free."""
    groups: dict[int, int] = {}
    of_the_best: tuple[Pair, ...] = ()
    free = list(ranked)
    while free:
        head, *others = free
        pairs = _against(head, others, common)
        of_the_best = of_the_best or pairs
        number = max(groups.values(), default=0) + 1
        tied = [e for e, pair in zip(others, pairs, strict=True) if pair.verdict == "cannot tell"]
        groups.update({e.position: number for e in (head, *tied)})
        free = [e for e in others if e.position not in groups]
    return groups, of_the_best


def _against(head: _Entry, others: Sequence[_Entry], common: CommonRows) -> tuple[Pair, ...]:
    """The head's pairs, their verdicts adjusted for being several."""
    pairs = [_pair(head, other, common) for other in others]
    adjusted = holm([pair.p_swap.get(pair.metric, 1.0) for pair in pairs])
    return tuple(
        replace(pair, verdict=verdict_of(pair.metric, pair.delta.get(pair.metric), p))
        for pair, p in zip(pairs, adjusted, strict=True)
    )


def _pair(one: _Entry, other: _Entry, common: CommonRows) -> Pair:
    a, b = (one, other) if one.position < other.position else (other, one)
    return pair_rows(a.run, b.run, CommonRows((a.run.rows, b.run.rows), common.left_out))
