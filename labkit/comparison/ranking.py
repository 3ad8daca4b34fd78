"""Several runs in order, and which of them cannot be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labkit.comparison.agreement import Agreement, agreements, alpha_of
from labkit.comparison.cautions import Caution, cautions
from labkit.comparison.common import CommonRows, common_rows
from labkit.comparison.noninferiority import NonInferiority, check_margin, non_inferiority
from labkit.comparison.paired import Pair, judged, pair_rows
from labkit.comparison.significance import holm
from labkit.costs import Price, RunningCost, running_cost
from labkit.errors import BadInput
from labkit.records import Run
from labkit.scoring import LOWER_IS_BETTER, Scores, Slice, score, slices


@dataclass(frozen=True, slots=True)
class Ranked:
    """A run's place.

    Args:
        run: its id.
        prompt, model: what was asked, and who answered.
        scores: its scores on the common rows, with statuses, seconds and tokens there.
        group: 1 for the best and all that cannot be told from it, 2 for the best of the rest and its like, …
        repeats: how often each row was to be asked.
        slices: its scores on parts of the common rows, the same parts for every run.
        cost: money for a thousand rows like these; None where prices or tokens are not known.
    """

    run: str
    prompt: str
    model: str
    scores: Scores
    group: int
    repeats: int = 1
    slices: tuple[Slice, ...] = ()
    cost: RunningCost | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs compared on the rows they all share.

    Args:
        metric: the metric of the task's bar, by which they are ranked.
        rows: how many examples they share.
        left_out: why -> ids that could not be compared (see `CommonRows`).
        ranking: the best first; equal values in the order given.
        pairs: the best against each other run, in each pair the run given first is `a`. With several pairs their
            p-values are adjusted for it (Holm) before a verdict is given.
        cautions: what makes the runs less comparable than they look; to be said before any number.
        agreement: how far each two runs give the same answers, in the order given.
        alpha: Krippendorff's alpha over all runs; None where nothing varies.
        not_worse: with a margin, each other run against the first given.
    """

    metric: str
    rows: int
    left_out: dict[str, int]
    ranking: tuple[Ranked, ...]
    pairs: tuple[Pair, ...]
    cautions: tuple[Caution, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    alpha: float | None = None
    not_worse: tuple[NonInferiority, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A run cut down to the common rows, and where it stood among the runs given."""

    position: int
    run: Run
    scores: Scores


def compare(
    runs: Sequence[Run], *, margin: float | None = None, prices: Mapping[str, Price] | None = None
) -> Comparison:
    """Rank runs on the rows they all share, and hold each against the best.

    Args:
        runs: two or more, of one task.
        margin: how much worse than the first run the others may be, in the metric's unit; set it before you look.
        prices: model -> its price, such as a scene's `prices().prices`; without them no cost is worked out.

    Returns:
        Ranking, groups and pairs; the same at every call.

    Raises:
        BadInput: fewer than two runs, or a margin that is not between 0 and 1.
        BadData: the tasks have no label in common, or no labelled row is common to all.
    """
    if len(runs) < 2:
        raise BadInput.told("error.ranking.too_few_runs", runs=len(runs))
    if margin is not None:
        check_margin(margin)
    common = common_rows(runs)
    entries = _entries(runs, common)
    ranked = sorted(entries, key=_merit, reverse=True)  # stable: equal values keep their order
    groups, pairs = _groups(ranked, common)
    return Comparison(
        metric=runs[0].task.bar.metric,
        rows=len(common.ids),
        left_out=common.left_out,
        ranking=tuple(_ranked(entry, groups[entry.position], prices or {}) for entry in ranked),
        pairs=pairs,
        cautions=cautions(runs, common),
        agreement=agreements(runs, common),
        alpha=alpha_of(common),
        not_worse=() if margin is None else _against_first(entries, pairs, common, margin),
    )


def _ranked(entry: _Entry, group: int, prices: Mapping[str, Price]) -> Ranked:
    header = entry.run.header
    price = prices.get(header.model)
    return Ranked(
        run=entry.run.id,
        prompt=header.prompt_name,
        model=header.model,
        scores=entry.scores,
        group=group,
        repeats=header.repeats,
        slices=slices(entry.run),
        cost=running_cost(entry.run, price) if price else None,
    )


def _against_first(
    entries: Sequence[_Entry], pairs: Sequence[Pair], common: CommonRows, margin: float
) -> tuple[NonInferiority, ...]:
    """Every other run against the first given; pairs that are there already are not computed again."""
    known = {(pair.a, pair.b): pair for pair in pairs}
    first, *others = entries
    found = [known.get((first.run.id, other.run.id)) or _pair(first, other, common) for other in others]
    return tuple(non_inferiority(pair, margin) for pair in found)


def _entries(runs: Sequence[Run], common: CommonRows) -> list[_Entry]:
    cut = [replace(run, task=common.task, rows=rows) for run, rows in zip(runs, common.rows, strict=True)]
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
    return tuple(judged(pair, p) for pair, p in zip(pairs, adjusted, strict=True))


def _pair(one: _Entry, other: _Entry, common: CommonRows) -> Pair:
    a, b = (one, other) if one.position < other.position else (other, one)
    return pair_rows(a.run, b.run, replace(common, rows=(a.run.rows, b.run.rows)))
