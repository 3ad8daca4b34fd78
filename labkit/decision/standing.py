"""Where scores stand against the bar that the business set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from labkit.records import Run, Task
from labkit.scoring import LOWER_IS_BETTER, Interval, Scores

BarVerdict = Literal["above the bar", "below the bar", "cannot tell"]


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run with its scores."""

    run: Run
    scores: Scores


@dataclass(frozen=True, slots=True)
class Standing:
    """Scores against the bar.

    Args:
        metric: the bar's metric.
        value: its value and interval; None when no row has gold labels.
        bar: the value asked for.
        distance: how far the value lies beyond the bar, negative when it falls short; None without a value.
        missed_recalls: labels whose recall is below its minimum (or cannot be measured) -> recall; None if unmeasured.
        verdict: "above the bar" or "below the bar" when the whole interval is, else "cannot tell".
    """

    metric: str
    value: Interval | None
    bar: float
    distance: float | None
    missed_recalls: dict[str, Interval | None]
    verdict: BarVerdict

    @property
    def reached(self) -> bool:
        """Whether the value itself, not its whole interval, reaches the bar, and every minimum recall too."""
        return self.distance is not None and self.distance >= 0 and not self.missed_recalls


def standing(task: Task, scores: Scores) -> Standing:
    """Hold scores against the task's bar.

    Args:
        task: carries the bar.
        scores: of one run; empty when no row has gold labels.
    """
    bar, value = task.bar, scores.values.get(task.bar.metric)
    recalls = {label: _recall(scores, label) for label in bar.minimum_recall}
    missed = {label: recall for label, recall in recalls.items() if _misses(recall, bar.minimum_recall[label])}
    return Standing(
        metric=bar.metric,
        value=value,
        bar=bar.value,
        distance=None if value is None else _sign(bar.metric) * (value.value - bar.value),
        missed_recalls=missed,
        verdict=_verdict(value, bar.value, bar.metric),
    )


def best_run(runs: Iterable[ScoredRun], metric: str) -> ScoredRun | None:
    """The run with the best value of a metric, the first of equals; None when none was measured."""
    measured = [scored for scored in runs if metric in scored.scores.values]
    return max(measured, key=lambda scored: _sign(metric) * scored.scores.values[metric].value, default=None)


def goodness(metric: str, value: float) -> float:
    """A score turned so that more is better, whatever the metric."""
    return _sign(metric) * value


def _sign(metric: str) -> int:
    return -1 if metric in LOWER_IS_BETTER else 1


def _verdict(value: Interval | None, bar: float, metric: str) -> BarVerdict:
    if value is None:
        return "cannot tell"
    worst, best = (value.low, value.high) if _sign(metric) > 0 else (-value.high, -value.low)
    if worst >= _sign(metric) * bar:
        return "above the bar"
    return "below the bar" if best < _sign(metric) * bar else "cannot tell"


def _recall(scores: Scores, label: str) -> Interval | None:
    entry = scores.of_label(label)
    return entry.recall if entry and entry.support else None


def _misses(recall: Interval | None, least: float) -> bool:
    return recall is None or recall.value < least
