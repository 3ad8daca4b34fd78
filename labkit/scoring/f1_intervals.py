"""Intervals of F1: a bootstrap of clusters where there is something to resample, Wilson's where there is not."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TYPE_CHECKING

from labkit.scoring.intervals import Interval, around, clustered_wilson, percentile_interval, resample
from labkit.scoring.tally import CORRECT, ROWS, label_counts, metric_values

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats


def f1_from_counts(tp: Floats, fp: Floats, fn: Floats, repeats: float) -> Interval:
    """F1 = 2s / (1 + s) of the share s = TP / (TP + FP + FN): a share's interval becomes one of F1 (Lam 2023)."""
    share = clustered_wilson(tp, tp + fp + fn, repeats)
    return Interval(*(2 * s / (1 + s) for s in (share.value, share.low, share.high)))


def averaged_f1(cells: Floats, accuracy: Interval, repeats: float, resamples: int) -> dict[str, Interval]:
    """Micro- and macro-F1 of a tally, with 95 % intervals.

    Each comes from a bootstrap of whole clusters, but for two cases in which that claims too much. Micro-F1 that is
    accuracy under another name takes accuracy's interval. And where nothing that counts varies, so that every sample is
    alike, the counts of the labels are taken for shares.

    Args:
        cells: a tally with some gold label.
        accuracy: of the same rows.
        repeats: how often an example was asked, on average.
        resamples: how many bootstrap samples.
    """
    now, resampled = metric_values(cells.sum(axis=0)), metric_values(resample(cells, resamples=resamples))
    micro, macro = (percentile_interval(float(now[name]), resampled[name]) for name in ("micro_f1", "macro_f1"))
    tp, fp, fn = label_counts(cells)
    pooled = tp.sum(axis=1), fp.sum(axis=1), fn.sum(axis=1)
    labels = [counts for counts in zip(tp.T, fp.T, fn.T, strict=True) if _has_gold(*counts)]
    if _is_accuracy(cells):
        micro = accuracy
    elif _settled(*pooled):
        micro = f1_from_counts(*pooled, repeats)
    if all(_settled(*counts) for counts in labels):
        macro = _mean([f1_from_counts(*counts, repeats) for counts in labels])
    return {"micro_f1": micro, "macro_f1": _no_surer_than(accuracy, macro) if macro.value == 1.0 else macro}


def _has_gold(tp: Floats, fp: Floats, fn: Floats) -> bool:
    return bool((tp + fn).any())


def _settled(tp: Floats, fp: Floats, fn: Floats) -> bool:
    """Whether these were never right or never wrong: no sample of the rows can have another F1."""
    return not tp.any() or not (fp + fn).any()


def _is_accuracy(cells: Floats) -> bool:
    """Whether each row has one gold label and one answer, so that an error is one label missed and one invented."""
    tp, fp, fn = (part.sum(axis=1) for part in label_counts(cells))
    rows, correct = cells[:, ROWS], cells[:, CORRECT]
    return bool((tp == correct).all() and (fp == rows - correct).all() and (fn == rows - correct).all())


def _mean(intervals: Sequence[Interval]) -> Interval:
    """The mean of independent values, its limits recovered from theirs (Zou and Donner 2008)."""
    n = len(intervals)
    value = sum(each.value for each in intervals) / n
    below = hypot(*(each.value - each.low for each in intervals)) / n
    above = hypot(*(each.high - each.value for each in intervals)) / n
    return around(value, max(0.0, value - below), min(1.0, value + above))


def _no_surer_than(accuracy: Interval, faultless: Interval) -> Interval:
    """One error costs two labels of a single-label task their F1, which limits of the labels do not know."""
    return around(faultless.value, min(faultless.low, accuracy.low), faultless.high)
