"""From the probabilities of labels to one number per row: how probable it is that its whole answer is right."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from labkit.records import RunRow, Status, Task


def confidence(row: RunRow, task: Task) -> float | None:
    """How sure a model is of one row's answer, before any calibration.

    Args:
        row: a row of a run.
        task: where one label is chosen, the answer is as probable as that label, and "no label" as whatever the
            labels leave over. Where several are, the decisions about the labels are taken as independent: the product
            of p over the answered ones and of 1 - p over the others.

    Returns:
        0 to 1; None when the row has no answer or the model gave no probabilities.
    """
    if row.prediction.status is not Status.ANSWERED or row.probabilities is None:
        return None
    given, answered = row.probabilities, row.prediction.labels
    if task.multi_label:
        allowed = task.labels_of(row.example.subtask)
        return prod(_of(given, label) if label in answered else 1 - _of(given, label) for label in allowed)
    if not answered:
        return min(1.0, max(0.0, 1 - sum(given.values())))
    return _of(given, answered[0])


def _of(given: Mapping[str, float], label: str) -> float:
    """A label's probability; 0 for a label that the model does not know, and for what is no number."""
    value = given.get(label, 0.0)
    return min(1.0, value) if value > 0 else 0.0
