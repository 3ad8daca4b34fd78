"""Two runs on the same rows: what the second fixed and broke, and whether it is better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from labkit.comparison.changes import changes
from labkit.comparison.common import Askings, CommonRows, common_rows
from labkit.comparison.power import rows_needed, visible_gain
from labkit.comparison.significance import (
    ALPHA,
    Adjustment,
    adjust,
    adjustment_for,
    mcnemar_p,
    permutation_p,
    swap,
)
from labkit.errors import BadData
from labkit.records import Run, RunRow, Task
from labkit.scoring.intervals import Interval, percentile_interval, resample
from labkit.scoring.tally import LOWER_IS_BETTER, answered_labels, label_counts, label_f1, metric_values, tally

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats

    Totals = tuple[Floats, Floats]  # of both runs

Verdict = Literal["better", "worse", "cannot tell"]


@dataclass(frozen=True, slots=True)
class LabelDelta:
    """What changed for one label.

    Args:
        label: its word.
        support: common gold rows that carry it.
        f1: its F1 in both runs; None where no gold row carries it.
        delta: F1 of the second run minus the first's, with a paired interval; None without support.
        fixed, regressed: ids of rows where the decision about this label became right or wrong.
        p_value: sign-swap permutation test of the change in F1; 1 without support.
        p_adjusted: the same, adjusted for the number of labels (see `Pair.adjustment`).
        p_mcnemar: exact McNemar over this label's fixed and regressed rows, rows taken for independent.
        p_mcnemar_adjusted: the same, adjusted for the number of labels.
    """

    label: str
    support: int
    f1: tuple[float, float] | None
    delta: Interval | None
    fixed: tuple[str, ...]
    regressed: tuple[str, ...]
    p_value: float
    p_adjusted: float
    p_mcnemar: float
    p_mcnemar_adjusted: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A run `b` held against a run `a`; every difference is b minus a.

    Args:
        a, b: the runs' ids.
        rows: examples compared, however often each was asked.
        clusters: groups they fall into; where fewer than rows, rows of one author are one piece of evidence.
        changed: groups on which the runs do not do equally well, which is all that tells them apart.
        left_out: why -> ids that could not be compared (see `CommonRows`).
        fixed, regressed: ids that are right only in b, right only in a; with repeats right in more than half of the
            askings, of which both runs count equally many.
        p_value: exact McNemar over fixed and regressed rows; it takes rows for independent, the rest does not.
        delta: metric -> difference with its 95 % interval (paired bootstrap of clusters).
        standard_error: metric -> standard error of that difference, from the same bootstrap.
        p_swap: metric -> p-value of the sign-swap permutation test of clusters.
        metric: the metric of the task's bar, which the verdict is about.
        verdict: "better" or "worse" when the interval leaves out 0 and the permutation test agrees, else "cannot tell".
        rows_needed: rows that would show a difference of this size, as many to an author as here; None when there is
            none.
        visible_gain: smallest gain in accuracy that these rows would show at this share of discordant rows.
        per_label: one per label of the task, in its order.
        adjustment: how p-values over labels are adjusted: "holm", or "benjamini-hochberg" over many labels.
    """

    a: str
    b: str
    rows: int
    clusters: int
    changed: int
    left_out: dict[str, int]
    fixed: tuple[str, ...]
    regressed: tuple[str, ...]
    p_value: float
    delta: dict[str, Interval]
    standard_error: dict[str, float]
    p_swap: dict[str, float]
    metric: str
    verdict: Verdict
    rows_needed: int | None
    visible_gain: float
    per_label: tuple[LabelDelta, ...]
    adjustment: Adjustment

    @property
    def clustered(self) -> bool:
        """Whether rows share a group, so that McNemar's p-value claims too much."""
        return self.clusters < self.rows

    @property
    def held_back(self) -> Literal["", "too few", "several"]:
        """Why the permutation test forbids a verdict although the interval leaves out 0.

        "too few": so little changed that chance may do as much; "several": it would agree, but not for one of several
        comparisons; "": it does not.
        """
        value = self.delta.get(self.metric)
        if self.verdict != "cannot tell" or value is None or value.low <= 0 <= value.high:
            return ""
        return "too few" if self.p_swap[self.metric] > ALPHA else "several"

    @property
    def discordant(self) -> float:
        """Share of rows that one run has right and the other wrong."""
        return (len(self.fixed) + len(self.regressed)) / self.rows


def paired(a: Run, b: Run) -> Pair:
    """Compare two runs on the rows they share.

    Args:
        a: the run to compare with.
        b: the run in question.

    Returns:
        What changed from a to b; the same at every call, and mirrored when a and b change places.

    Raises:
        BadData: the tasks have no label in common, or no labelled row is common.
    """
    return pair_rows(a, b, common_rows((a, b)))


def common_pair(a: Run | None, b: Run | None) -> Pair | None:
    """As `paired`; None where a run is missing, or the two share no label or no labelled row."""
    try:
        return paired(a, b) if a and b else None
    except BadData:
        return None


def pair_rows(a: Run, b: Run, common: CommonRows) -> Pair:
    """Compare two runs on rows already found common; `common.rows` holds those of a, then those of b."""
    task = replace(common.task, bar=a.task.bar)
    cells = (tally(common.rows[0], task), tally(common.rows[1], task))
    now, resampled, permuted = _totals(*cells), _resampled(*cells), swap(*cells)
    askings = (common.askings(0), common.askings(1))
    fixed, regressed = changes(*askings, lambda row: bool(row.correct))
    delta, errors = _deltas(now, resampled)
    p_swap = _swap_p({name: interval.value for name, interval in delta.items()}, permuted)
    metric, rows = task.bar.metric, len(common.ids)
    value = delta.get(metric)
    changed = int((cells[0] != cells[1]).any(axis=1).sum())
    pair = Pair(
        a=a.id,
        b=b.id,
        rows=rows,
        clusters=len(cells[0]),
        changed=changed,
        left_out=common.left_out,
        fixed=fixed,
        regressed=regressed,
        p_value=mcnemar_p(len(fixed), len(regressed)),
        delta=delta,
        standard_error=errors,
        p_swap=p_swap,
        metric=metric,
        verdict="cannot tell",
        rows_needed=rows_needed(rows, value.value, errors[metric], changed) if value else None,
        visible_gain=visible_gain(rows, (len(fixed) + len(regressed)) / rows),
        per_label=_label_deltas(task, askings, now, resampled, permuted),
        adjustment=adjustment_for(len(task.labels)),
    )
    return judged(pair, p_swap.get(metric, 1.0))


def judged(pair: Pair, p_value: float) -> Pair:
    """A pair with the verdict that a p-value of its metric allows; rows that cannot tell are fewer than are needed."""
    verdict = verdict_of(pair.metric, pair.delta.get(pair.metric), p_value)
    needed = pair.rows_needed
    if needed and verdict == "cannot tell":
        needed = max(needed, pair.rows + 1)
    return replace(pair, verdict=verdict, rows_needed=needed)


def verdict_of(metric: str, delta: Interval | None, p_value: float) -> Verdict:
    """Better or worse only when the interval leaves out 0 and the test agrees.

    The test guards the interval: with a handful of discordant rows a percentile bootstrap claims too much.
    """
    if delta is None or p_value > ALPHA or delta.low <= 0 <= delta.high:
        return "cannot tell"
    return "better" if (delta.value > 0) != (metric in LOWER_IS_BETTER) else "worse"


def _totals(a: Floats, b: Floats) -> Totals:
    return a.sum(axis=0), b.sum(axis=0)


def _resampled(a: Floats, b: Floats) -> Totals:
    """Bootstrap totals of both runs over the same draws of clusters."""
    import numpy as np

    first, second = np.hsplit(resample(np.hstack((a, b))), 2)
    return first, second


def _deltas(now: Totals, resampled: Totals) -> tuple[dict[str, Interval], dict[str, float]]:
    """Metric -> difference and its interval, and metric -> its standard error; undefined metrics are left out."""
    import numpy as np

    deltas: dict[str, Interval] = {}
    errors: dict[str, float] = {}
    spread = _differences(resampled)
    for name, difference in _differences(now).items():
        if not np.isnan(difference):
            deltas[name] = percentile_interval(float(difference), spread[name])
            errors[name] = float(np.nanstd(spread[name]))
    return deltas, errors


def _differences(totals: Totals) -> dict[str, Floats]:
    a, b = (metric_values(part) for part in totals)
    return {name: b[name] - a[name] for name in a}


def _swap_p(seen: dict[str, float], permuted: Totals) -> dict[str, float]:
    differences = _differences(permuted)
    return {name: permutation_p(value, differences[name]) for name, value in seen.items()}


def _label_deltas(
    task: Task, askings: tuple[Askings, Askings], now: Totals, resampled: Totals, permuted: Totals
) -> tuple[LabelDelta, ...]:
    """Labels without support keep their fixed and broken rows, and have no F1 to compare."""
    import numpy as np

    f1 = [label_f1(part) for part in now]
    seen, spread, swapped = (label_f1(b) - label_f1(a) for a, b in (now, resampled, permuted))
    supported = ~np.isnan(seen)
    changed = [changes(*askings, partial(_decided_right, label)) for label in task.labels]
    p_swap = [permutation_p(float(seen[k]), swapped[:, k]) if supported[k] else 1.0 for k in range(len(task.labels))]
    p_mcnemar = [mcnemar_p(len(fixed), len(regressed)) for fixed, regressed in changed]
    p_swap_adjusted, p_mcnemar_adjusted = adjust(p_swap), adjust(p_mcnemar)
    tp, _, fn = label_counts(now[0])
    return tuple(
        LabelDelta(
            label=label,
            support=round((tp + fn)[k]),
            f1=(float(f1[0][k]), float(f1[1][k])) if supported[k] else None,
            delta=percentile_interval(float(seen[k]), spread[:, k]) if supported[k] else None,
            fixed=changed[k][0],
            regressed=changed[k][1],
            p_value=p_swap[k],
            p_adjusted=p_swap_adjusted[k],
            p_mcnemar=p_mcnemar[k],
            p_mcnemar_adjusted=p_mcnemar_adjusted[k],
        )
        for k, label in enumerate(task.labels)
    )


def _decided_right(label: str, row: RunRow) -> bool:
    return (label in answered_labels(row)) == (label in (row.example.labels or ()))
