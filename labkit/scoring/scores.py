"""The scores of one run, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING

from labkit.records import Run, RunRow, Task
from labkit.scoring.effort import Effort, effort
from labkit.scoring.f1_intervals import averaged_f1, f1_from_counts
from labkit.scoring.intervals import RESAMPLES, Interval, clustered_wilson, wilson
from labkit.scoring.once_per_run import once_per_run
from labkit.scoring.repeats import RepeatVariance, repeat_variance
from labkit.scoring.tally import (
    ANSWERED,
    CORRECT,
    DECISIONS,
    ROWS,
    WRONG,
    label_counts,
    metric_values,
    tally,
)

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats

FEW_ROWS = 10  # with fewer gold rows a label's scores say next to nothing


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label fared.

    Args:
        label: its word.
        support: gold rows that carry it.
        predicted: rows it was answered for; with repeats their average, so it need not be whole.
        correct: rows where both agree; likewise.
        precision, recall: shares with Wilson's interval.
        f1: with the interval of Lam 2023 (Wilson's for TP / (TP + FP + FN), carried over to F1), which holds for a few
            rows too, where a bootstrap does not.
    """

    label: str
    support: int
    predicted: float
    correct: float
    precision: Interval
    recall: Interval
    f1: Interval

    @property
    def few(self) -> bool:
        """Whether there are too few gold rows to say much."""
        return self.support < FEW_ROWS


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a run.

    Args:
        rows: all rows of the run; with repeats each asking of an example is one.
        labelled: rows with gold labels; only these are scored, "answered" aside.
        counts: rows by status; they add up to `rows`.
        values: metric -> value and interval; empty without gold. accuracy (the whole set of labels is right), micro_f1,
            macro_f1 (over the labels with gold rows), hamming_loss, answered (share of all rows).
        per_label: one per label of the task, in its order.
        examples: labelled examples, however often each was asked: the n of the scores.
        clusters: how many groups they fall into; an example without a group is one of its own.
        effort: seconds and tokens, over all rows.
        variance: how much of the accuracy's uncertainty is the model's wavering; None without repeats.
    """

    rows: int
    labelled: int
    counts: dict[str, int]
    values: dict[str, Interval]
    per_label: tuple[LabelScore, ...]
    examples: int = 0
    clusters: int = 0
    effort: Effort = field(default_factory=Effort)
    variance: RepeatVariance | None = None

    @property
    def unsupported(self) -> tuple[str, ...]:
        """Labels that no gold row carries; macro-F1 leaves them out."""
        return tuple(entry.label for entry in self.per_label if entry.support == 0)

    def of_label(self, label: str) -> LabelScore | None:
        """A label's scores, or None when there are none."""
        return next((entry for entry in self.per_label if entry.label == label), None)


@once_per_run
def score(run: Run) -> Scores:
    """Score a run.

    Rows that did not end in an answer (failed, unparsed, off-list, still pending, …) count as wrong: they answer no
    label and are never correct, also where gold has no label.

    Args:
        run: rows without gold labels are left out of all scores but "answered", and stand in `rows`.

    Returns:
        Scores with 95 % intervals, worked out at the first call and the same at every further one. Rows of one
        `example.group` are treated as a cluster, and so are the repeats of an example, which count with their average.

    Raises:
        BadData: a gold label that the task does not have.
    """
    rows = [row for row in run.rows if row.example.labels is not None]
    took = effort(run.rows)
    if not rows:
        return Scores(len(run.rows), 0, run.counts, {}, (), effort=took)
    cells, repeats = tally(rows, run.task), _repeats(rows)
    values = _values(cells, repeats, RESAMPLES)
    values["answered"] = wilson(run.counts["answered"], len(run.rows))
    return Scores(
        rows=len(run.rows),
        labelled=len(rows),
        counts=run.counts,
        values=values,
        per_label=tuple(_label_score(label, k, cells, repeats) for k, label in enumerate(run.task.labels)),
        examples=round(cells[:, ROWS].sum()),
        clusters=len(cells),
        effort=took,
        variance=repeat_variance(rows),
    )


def metric_intervals(rows: Sequence[RunRow], task: Task) -> dict[str, Interval]:
    """The scores of some labelled rows, at least one, without those of single labels; see `Scores.values`."""
    return tallied_intervals(tally(rows, task), _repeats(rows))


def tallied_intervals(cells: Floats, repeats: float, resamples: int = RESAMPLES) -> dict[str, Interval]:
    """The same from a tally of rows that were asked so often, on average."""
    return {
        **_values(cells, repeats, resamples),
        "answered": clustered_wilson(cells[:, ANSWERED], cells[:, ROWS], repeats),
    }


def metric_value(run: Run, metric: str) -> float | None:
    """A run's score by one of `METRICS`, without the interval, which takes most of the time; None without gold."""
    rows = [row for row in run.rows if row.example.labels is not None]
    if not rows:
        return None
    found = float(metric_values(tally(rows, run.task).sum(axis=0))[metric])
    return None if isnan(found) else found


def _repeats(rows: Sequence[RunRow]) -> float:
    """How often an example was asked, on average."""
    return len(rows) / len({row.example.id for row in rows})


def _values(cells: Floats, repeats: float, resamples: int) -> dict[str, Interval]:
    values = {"accuracy": clustered_wilson(cells[:, CORRECT], cells[:, ROWS], repeats)}
    tp, _, fn = label_counts(cells)
    if (tp + fn).any():
        values |= averaged_f1(cells, values["accuracy"], repeats, resamples)
    values["hamming_loss"] = clustered_wilson(cells[:, WRONG], cells[:, DECISIONS], repeats)
    return values


def _label_score(label: str, k: int, cells: Floats, repeats: float) -> LabelScore:
    tp, fp, fn = (counts[:, k] for counts in label_counts(cells))
    return LabelScore(
        label=label,
        support=round((tp + fn).sum()),
        predicted=_count((tp + fp).sum()),
        correct=_count(tp.sum()),
        precision=clustered_wilson(tp, tp + fp, repeats),
        recall=clustered_wilson(tp, tp + fn, repeats),
        f1=f1_from_counts(tp, fp, fn, repeats),
    )


def _count(total: float) -> float:
    """A whole number where it is one."""
    rounded = round(float(total), 6)
    return int(rounded) if rounded.is_integer() else rounded
