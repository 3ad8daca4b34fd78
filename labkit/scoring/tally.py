"""What scores are made of: counts per cluster of rows, and each metric as one function of their totals.

Sums of clusters are all that a score needs. So one function of totals gives the value of a run, of every bootstrap
sample and of every permutation alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.errors import BadData
from labkit.records import Example, RunRow, Status, Task

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats

METRICS = ("accuracy", "micro_f1", "macro_f1", "hamming_loss", "answered")
LOWER_IS_BETTER = frozenset({"hamming_loss"})
ROWS, CORRECT, ANSWERED, WRONG, DECISIONS, COUNTS = range(6)  # columns; from COUNTS on: TP, FP, FN of each label


def answered_labels(row: RunRow) -> frozenset[str]:
    """The labels a row counts with: those of an answered row, none of any other."""
    return frozenset(row.prediction.labels) if row.prediction.status is Status.ANSWERED else frozenset()


def tally(rows: Sequence[RunRow], task: Task) -> Floats:
    """Count rows, cluster by cluster.

    Args:
        rows: labelled rows; those of one `example.group` form a cluster, any other row is its own.
        task: the labels, in the order of the columns, and the subtasks within which rows are scored.

    Returns:
        Shape (clusters, 5 + 3 * labels): rows, correct rows, answered rows, wrong label decisions, label decisions,
        then true positives, false positives and false negatives of each label. Clusters are ordered by name, so the
        order of the rows does not matter. In a row without an answer every decision is wrong, or silence would have a
        better Hamming loss than a wrong answer. An example asked several times counts once, with the average of its
        answers, so runs with different numbers of repeats can be held against each other (Miller 2024, section 3.1).
    """
    examples, counts = example_counts(rows, task)
    return cluster_counts(examples, counts)


def example_counts(rows: Sequence[RunRow], task: Task) -> tuple[list[Example], Floats]:
    """What each example adds to a tally: the examples in the order of their ids, and shape (examples, columns)."""
    import numpy as np

    asked = Counter(row.example.id for row in rows)
    place = {row_id: k for k, row_id in enumerate(sorted(asked))}
    column = {label: k for k, label in enumerate(task.labels)}
    width = COUNTS + 3 * len(column)
    entries: list[int] = []
    for row in rows:
        start = width * place[row.example.id]
        entries += [start + cell for cell in _cells(row, task, column)]
    counts = np.bincount(entries, minlength=width * len(place)).reshape(len(place), width)
    examples = {place[row.example.id]: row.example for row in rows}
    times = np.array([asked[row_id] for row_id in place])
    return [examples[k] for k in range(len(place))], counts / times[:, None]


def cluster_counts(examples: Sequence[Example], counts: Floats) -> Floats:
    """Sum what examples add, cluster by cluster; the clusters ordered by name."""
    import numpy as np

    names = [cluster_of(example) for example in examples]
    order = sorted(range(len(names)), key=names.__getitem__)  # stable: within a cluster by id
    starts = [k for k, here in enumerate(order) if not k or names[here] != names[order[k - 1]]]
    return np.add.reduceat(counts[order], starts, axis=0) if starts else counts


def cluster_of(example: Example) -> tuple[str, str]:
    """What an example is resampled with: its group, or itself when it has none."""
    return ("group", example.group) if example.group is not None else ("row", example.id)


def _cells(row: RunRow, task: Task, column: Mapping[str, int]) -> list[int]:
    """The columns to which one asking of a row adds one, as often as it adds."""
    gold, predicted = _gold(row.example, column), answered_labels(row)
    decisions = len(task.labels_of(row.example.subtask))
    answered = row.prediction.status is Status.ANSWERED
    wrong = len(gold ^ predicted) if answered else decisions
    found = [ROWS, *[CORRECT] * bool(row.correct), *[ANSWERED] * answered, *[WRONG] * wrong, *[DECISIONS] * decisions]
    for kind, labels in enumerate((gold & predicted, predicted - gold, gold - predicted)):
        found += [COUNTS + kind * len(column) + column[label] for label in labels]
    return found


def _gold(example: Example, column: Mapping[str, int]) -> frozenset[str]:
    gold = frozenset(example.labels or ())
    outside = sorted(gold - set(column))
    if outside:
        raise BadData.told("error.scoring.unknown_gold", example=example.id, outside=outside[0])
    return gold


def label_counts(totals: Floats) -> tuple[Floats, Floats, Floats]:
    """True positives, false positives and false negatives, each of shape (…, labels)."""
    import numpy as np

    tp, fp, fn = np.split(totals[..., COUNTS:], 3, axis=-1)
    return tp, fp, fn


def label_f1(totals: Floats) -> Floats:
    """F1 of each label, shape (…, labels); NaN where no gold row carries it."""
    import numpy as np

    tp, fp, fn = label_counts(totals)
    return np.where(tp + fn > 0, _ratio(2 * tp, 2 * tp + fp + fn), np.nan)


def metric_values(totals: Floats) -> dict[str, Floats]:
    """Every metric of totals.

    Args:
        totals: shape (…, columns of `tally`).

    Returns:
        Metric -> shape (…). Macro-F1 averages the labels that some gold row carries; it and micro-F1 are NaN when there
        is none.
    """
    import numpy as np

    tp, fp, fn = (counts.sum(axis=-1) for counts in label_counts(totals))
    f1 = label_f1(totals)
    supported = (~np.isnan(f1)).sum(axis=-1)
    undefined = np.where(supported > 0, 0.0, np.nan)
    return {
        "accuracy": _ratio(totals[..., CORRECT], totals[..., ROWS]),
        "micro_f1": _ratio(2 * tp, 2 * tp + fp + fn) + undefined,
        "macro_f1": _ratio(np.nansum(f1, axis=-1), supported) + undefined,
        "hamming_loss": _ratio(totals[..., WRONG], totals[..., DECISIONS]),
        "answered": _ratio(totals[..., ANSWERED], totals[..., ROWS]),
    }


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; 0 where both are 0."""
    import numpy as np

    return part / np.where(whole > 0, whole, 1.0)
