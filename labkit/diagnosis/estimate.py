"""What all rows would score when only some of them were asked again: an estimate with its interval, never a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labkit.records import Prediction, RunRow, Status, Task
from labkit.scoring.intervals import Interval, percentile_interval
from labkit.scoring.tally import example_counts, metric_values

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats

DRAWS = 1000  # completed populations; limits move by less than 0.003 between seeds
_PSEUDO = 0.5  # rows added for either kind of change, as Agresti & Min (2005) add half a row to each discordant cell


@dataclass(frozen=True, slots=True)
class ScoreEstimate:
    """What a full run would score.

    Args:
        values: metric -> estimate with a 95 % interval for what a full run over these very rows would show; it says
            nothing about other rows.
        before: metric -> what the earlier run scored on the same rows, known exactly.
        rows: labelled rows it is about.
        asked: how many of them were asked again.
        control: how many of those were the control sample.
        control_changed: how many rows of the control sample were answered otherwise than before.
        exact: whether nothing had to be estimated: every row that is told something new was asked. From
            `evaluate_affected` the values then are scores with the intervals of scores, which are about other rows.
    """

    values: dict[str, Interval]
    before: dict[str, float]
    rows: int
    asked: int
    control: int
    control_changed: int
    exact: bool


@dataclass(frozen=True, eq=False)
class _Strata:
    """Counts of examples as `example_counts` gives them.

    Args:
        known: totals of all rows, those that were not asked as they were before; shape (columns,).
        changes: what each control row changed in the totals, shape (control rows, columns).
        rest: rows that were not asked although they are told something new.
        fixed, broken: what an average wrong row of the rest would change were it to become right, and an average right
            one were it to become wrong; (columns,).
    """

    known: Floats
    changes: Floats
    rest: int
    fixed: Floats
    broken: Floats


def estimate_scores(
    before: Sequence[RunRow],
    asked: Sequence[RunRow],
    control: Sequence[str],
    rest: Sequence[str],
    task: Task,
    changed_labels: Sequence[str],
    seed: int = 0,
) -> ScoreEstimate:
    """Estimate the scores of a full run from rows that were asked again and a random control sample of the others.

    Two strata: the rows asked for a reason, measured; and the others, of which the control sample was drawn. The value
    is the difference estimator, a regression estimate with a preassigned slope of 1: earlier totals of the others plus
    their number times the sample's mean change (Cochran 1977, sections 5.3 and 7.2), and the metric of these totals.
    The interval completes the rows that were not asked many times over from what the control sample showed (Pólya
    posterior of a finite population, Ghosh & Meeden 1997), to which half a row that was fixed and half a row that was
    broken are added: a sample in which nothing moved does not prove that nothing would.

    Args:
        before: the earlier run's rows, one asking each; those without gold are left out.
        asked: the rows that were asked again, of the new run.
        control: ids of the control sample, all of them asked.
        rest: ids that are told something new and were not asked.
        task: the labels.
        changed_labels: what a broken row may answer instead of its gold.
        seed: the same seed gives the same interval.
    """
    now = {row.example.id: row for row in asked if row.example.labels is not None}
    kept = [row for row in before if row.example.labels is not None]
    sampled, unasked = set(control) & now.keys(), set(rest)
    strata = _strata(kept, now, sampled, unasked, task, changed_labels)
    mean = strata.changes.mean(axis=0) if len(strata.changes) else 0.0
    value = metric_values(strata.known + strata.rest * mean)
    drawn = metric_values(_completed(strata, seed))
    return ScoreEstimate(
        values=_intervals({name: float(found) for name, found in value.items()}, drawn),
        before={n: float(v) for n, v in metric_values(example_counts(kept, task)[1].sum(axis=0)).items() if v == v},
        rows=len(kept),
        asked=len(now),
        control=len(sampled),
        control_changed=sum(_answer(row) != _answer(now[row.example.id]) for row in kept if row.example.id in sampled),
        exact=not strata.rest,
    )


def _strata(
    before: Sequence[RunRow],
    now: Mapping[str, RunRow],
    sampled: set[str],
    unasked: set[str],
    task: Task,
    changed_labels: Sequence[str],
) -> _Strata:
    import numpy as np

    examples, old = example_counts(before, task)
    _, new = example_counts([now.get(row.example.id, row) for row in before], task)
    ids = [example.id for example in examples]
    in_sample, in_rest = (np.array([row_id in some for row_id in ids], bool) for some in (sampled, unasked))
    others = [row for row in before if row.example.id in unasked]
    fixed = [(row, _right(row)) for row in others if not row.correct]
    broken = [(row, _wrong(row, task, changed_labels, k)) for k, row in enumerate(others) if row.correct]
    means = (_mean_change(pairs, task, old.shape[1]) for pairs in (fixed, broken))
    return _Strata(new.sum(axis=0), (new - old)[in_sample], int(in_rest.sum()), *means)


def _mean_change(pairs: Sequence[tuple[RunRow, RunRow]], task: Task, columns: int) -> Floats:
    """What a row changes in the totals, on average, when it becomes the other; nothing without rows."""
    import numpy as np

    if not pairs:
        return np.zeros(columns)
    first, second = (example_counts(rows, task)[1] for rows in zip(*pairs, strict=True))
    mean: Floats = (second - first).mean(axis=0)
    return mean


def _completed(strata: _Strata, seed: int) -> Floats:
    """Totals of all rows, the rest completed again and again; shape (DRAWS, columns)."""
    import numpy as np

    draw = np.random.default_rng(seed)
    kinds, counts = np.unique(strata.changes, axis=0, return_counts=True)
    changes = np.vstack((kinds, strata.fixed, strata.broken))
    shares = draw.dirichlet((*counts, _PSEUDO, _PSEUDO), DRAWS)
    return strata.known + draw.multinomial(strata.rest, shares) @ changes


def _intervals(values: Mapping[str, float], drawn: Mapping[str, Floats]) -> dict[str, Interval]:
    """Metric -> interval within 0 and 1; undefined metrics are left out."""
    import numpy as np

    return {
        name: percentile_interval(min(1.0, max(0.0, value)), np.clip(drawn[name], 0.0, 1.0))
        for name, value in values.items()
        if value == value
    }


def _right(row: RunRow) -> RunRow:
    return replace(row, prediction=Prediction(Status.ANSWERED, tuple(row.example.labels or ())))


def _wrong(row: RunRow, task: Task, changed_labels: Sequence[str], turn: int) -> RunRow:
    """The row answered with nothing but a label that was edited, the edited labels taking turns."""
    allowed = [label for label in changed_labels if label in task.labels_of(row.example.subtask)]
    return replace(row, prediction=Prediction(Status.ANSWERED, (allowed[turn % len(allowed)],) if allowed else ()))


def _answer(row: RunRow) -> tuple[str, frozenset[str]]:
    return row.prediction.status.value, frozenset(row.prediction.labels)
