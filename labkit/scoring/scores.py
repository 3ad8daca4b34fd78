"""The scores of one run, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.records import Run
from labkit.scoring.intervals import Interval, around, clustered_wilson, percentile_interval, resample, wilson
from labkit.scoring.tally import CORRECT, DECISIONS, ROWS, WRONG, label_counts, metric_values, tally

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label fared.

    Args:
        label: its word.
        support: gold rows that carry it.
        predicted: rows it was answered for.
        correct: rows where both agree.
        precision, recall: shares with Wilson's interval.
        f1: with the interval of Lam 2023 (Wilson's for TP / (TP + FP + FN), carried over to F1), which holds for a few
            rows too, where a bootstrap does not.
    """

    label: str
    support: int
    predicted: int
    correct: int
    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a run.

    Args:
        rows: all rows of the run.
        labelled: rows with gold labels; only these are scored, "answered" aside.
        counts: rows by status; they add up to `rows`.
        values: metric -> value and interval; empty without gold. accuracy (the whole set of labels is right), micro_f1,
            macro_f1 (over the labels with gold rows), hamming_loss, answered (share of all rows).
        per_label: one per label of the task, in its order.
    """

    rows: int
    labelled: int
    counts: dict[str, int]
    values: dict[str, Interval]
    per_label: tuple[LabelScore, ...]

    @property
    def unsupported(self) -> tuple[str, ...]:
        """Labels that no gold row carries; macro-F1 leaves them out."""
        return tuple(entry.label for entry in self.per_label if entry.support == 0)

    def of_label(self, label: str) -> LabelScore | None:
        """A label's scores, or None when there are none."""
        return next((entry for entry in self.per_label if entry.label == label), None)


def score(run: Run) -> Scores:
    """Score a run.

    Rows that did not end in an answer (failed, unparsed, off-list, still pending, …) count as wrong: they answer no
    label and are never correct, also where gold has no label.

    Args:
        run: rows without gold labels are left out of all scores but "answered", and stand in `rows`.

    Returns:
        Scores with 95 % intervals, the same at every call. Rows of one `example.group` are treated as a cluster.

    Raises:
        BadData: a gold label that the task does not have.
    """
    rows = [row for row in run.rows if row.example.labels is not None]
    if not rows:
        return Scores(len(run.rows), 0, run.counts, {}, ())
    cells = tally(rows, run.task)
    values = _values(cells)
    values["answered"] = wilson(run.counts["answered"], len(run.rows))
    per_label = tuple(_label_score(label, k, cells) for k, label in enumerate(run.task.labels))
    return Scores(len(run.rows), len(rows), run.counts, values, per_label)


def _values(cells: Floats) -> dict[str, Interval]:
    values = {"accuracy": clustered_wilson(cells[:, CORRECT], cells[:, ROWS])}
    tp, fp, fn = label_counts(cells)
    if (tp + fn).any():
        pooled = _f1_from_counts(tp.sum(axis=1), fp.sum(axis=1), fn.sum(axis=1))
        now, resampled = metric_values(cells.sum(axis=0)), metric_values(resample(cells))
        for name in ("micro_f1", "macro_f1"):
            interval = percentile_interval(float(now[name]), resampled[name])
            # rows that are all alike leave a bootstrap no spread, and would claim certainty
            flat = interval.low == interval.high
            values[name] = around(interval.value, pooled.low, pooled.high) if flat else interval
    values["hamming_loss"] = clustered_wilson(cells[:, WRONG], cells[:, DECISIONS])
    return values


def _label_score(label: str, k: int, cells: Floats) -> LabelScore:
    tp, fp, fn = (counts[:, k] for counts in label_counts(cells))
    return LabelScore(
        label=label,
        support=int((tp + fn).sum()),
        predicted=int((tp + fp).sum()),
        correct=int(tp.sum()),
        precision=clustered_wilson(tp, tp + fp),
        recall=clustered_wilson(tp, tp + fn),
        f1=_f1_from_counts(tp, fp, fn),
    )


def _f1_from_counts(tp: Floats, fp: Floats, fn: Floats) -> Interval:
    """F1 = 2s / (1 + s) of the share s = TP / (TP + FP + FN): a share's interval becomes one of F1 (Lam 2023)."""
    share = clustered_wilson(tp, tp + fp + fn)
    return Interval(*(2 * s / (1 + s) for s in (share.value, share.low, share.high)))
