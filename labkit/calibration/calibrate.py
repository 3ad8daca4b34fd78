"""`calibrate`: learn on one run what a model's probabilities are worth, and apply it to others of the same model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.calibration.abstaining import Abstention, CoveragePoint, Graded, abstain, coverage_points
from labkit.calibration.confidence import confidence
from labkit.calibration.scaling import Scaling, brier, calibration_error, fit_scaling, fit_temperature
from labkit.errors import BadData, BadInput
from labkit.records import Run, RunRow, Task
from labkit.scoring.tally import cluster_of

if TYPE_CHECKING:
    from labkit.calibration.scaling import Floats

LEAST_ROWS = 20  # two parameters on fewer rows are noise
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a model's probabilities are worth, learnt on one run.

    Args:
        run: the id of the run it was learnt on.
        task: that run's task.
        rows: rows it was learnt on: with gold, an answer and probabilities.
        left_out: rows with gold that have no answer or no probabilities.
        answers: rescales a row's confidence to the probability that its whole answer is right.
        labels: rescales each label's probability where several labels may be chosen; None where one is.
        temperature: the same where one label is chosen; None where several may be.
        brier: of the confidences as the model gave them, and rescaled (each row by a fit to other rows).
        error: expected calibration error, likewise.
    """

    run: str
    task: Task
    rows: int
    left_out: int
    answers: Scaling
    labels: Scaling | None
    temperature: float | None
    brier: tuple[float, float]
    error: tuple[float, float]

    def confidence(self, row: RunRow) -> float | None:
        """The calibrated probability that a row's whole answer is right; None without an answer or probabilities."""
        import numpy as np

        raw = confidence(row, self.task)
        return None if raw is None else float(self.answers.apply(np.array(raw)))

    def probabilities(self, given: Mapping[str, float]) -> dict[str, float]:
        """The calibrated probabilities of the labels.

        Args:
            given: label -> probability as the model gave it.
        """
        import numpy as np

        values = np.array(list(given.values()), dtype=np.float64)
        if self.labels is not None:
            scaled = self.labels.apply(values)
        else:
            rest = max(0.0, 1 - float(values.sum())) if self.task.allow_none else 0.0
            powers = np.append(values, rest) ** (1 / (self.temperature or 1.0))
            scaled = (powers / max(float(powers.sum()), 1e-300))[:-1]
        return dict(zip(given, map(float, scaled), strict=True))

    def curve(self, run: Run) -> tuple[CoveragePoint, ...]:
        """Accuracy over coverage: what is right among the answers when the least sure ones are left to others.

        Args:
            run: rows with gold count; those without an answer or probabilities are never covered.

        Returns:
            At most a hundred points, the strictest threshold first.
        """
        return tuple(coverage_points(self._grade(run)))

    def abstain(self, run: Run, target: float, *, guaranteed: bool = False) -> Abstention:
        """From which confidence on answers may stand alone.

        Args:
            run: the rows to choose the threshold on: dev, never test.
            target: the accuracy asked for, between 0 and 1.
            guaranteed: leave room for chance, so that new rows reach the target 95 times of 100.

        Raises:
            BadInput: the target is no share.
        """
        if not 0 < target < 1:
            raise BadInput.told("error.calibrate.target", target=target)
        return abstain(self._grade(run), target, guaranteed)

    def _grade(self, run: Run) -> Graded:
        import numpy as np

        gold = [row for row in run.rows if row.correct is not None]
        found = [(self.confidence(row), row) for row in gold]
        kept = sorted(((sure, row) for sure, row in found if sure is not None), key=lambda pair: -pair[0])
        return Graded(
            np.array([sure for sure, _ in kept], dtype=np.float64),
            np.array([bool(row.correct) for _, row in kept], dtype=np.float64),
            _clusters([row for _, row in kept]),
            len(gold),
        )


def calibrate(run: Run) -> Calibration:
    """Learn from a run how often answers of each confidence are right.

    Args:
        run: a run on dev by a model that gives probabilities (`linear`, a local model).

    Returns:
        The calibration, to be applied to other runs of the same model and prompt.

    Raises:
        BadData: fewer than twenty rows with gold, an answer and probabilities.
    """
    import numpy as np

    gold = [row for row in run.rows if row.correct is not None]
    rows = [row for row in gold if confidence(row, run.task) is not None]
    if len(rows) < LEAST_ROWS:
        raise BadData.told(
            "error.calibrate.few_rows" if rows else "error.calibrate.no_rows",
            run=run.id,
            rows=len(rows),
            least=LEAST_ROWS,
        )
    raw = np.array([confidence(row, run.task) for row in rows], dtype=np.float64)
    correct = np.array([bool(row.correct) for row in rows], dtype=np.float64)
    held_out = _cross_fitted(raw, correct, _clusters(rows))
    return Calibration(
        run=run.id,
        task=run.task,
        rows=len(rows),
        left_out=len(gold) - len(rows),
        answers=fit_scaling(raw, correct),
        labels=_label_scaling(rows, run.task) if run.task.multi_label else None,
        temperature=None if run.task.multi_label else _temperature(rows, run.task),
        brier=(brier(raw, correct), brier(held_out, correct)),
        error=(calibration_error(raw, correct), calibration_error(held_out, correct)),
    )


def _cross_fitted(raw: Floats, correct: Floats, clusters: Floats) -> Floats:
    """Each confidence rescaled by a fit to the rows of other clusters, so that the gain is not the fit's own praise."""
    import numpy as np

    scaled, fold = np.empty_like(raw), clusters.astype(int) % _FOLDS
    for k in range(_FOLDS):
        here = fold == k
        if here.any():
            scaled[here] = fit_scaling(raw[~here], correct[~here]).apply(raw[here])
    return scaled


def _label_scaling(rows: Sequence[RunRow], task: Task) -> Scaling:
    """One line for all labels: a rare label alone has too few rows to be fitted."""
    import numpy as np

    said, so = [], []
    for row in rows:
        for label in task.labels_of(row.example.subtask):
            said.append((row.probabilities or {}).get(label, 0.0))
            so.append(label in (row.example.labels or ()))
    return fit_scaling(np.array(said, dtype=np.float64), np.array(so, dtype=np.float64))


def _temperature(rows: Sequence[RunRow], task: Task) -> float:
    import numpy as np

    columns = {label: k for k, label in enumerate(task.labels)}
    table = np.zeros((len(rows), len(columns) + 1))  # the last column is "no label"
    for line, row in zip(table, rows, strict=True):
        for label in task.labels_of(row.example.subtask):
            line[columns[label]] = (row.probabilities or {}).get(label, 0.0)
        line[-1] = max(0.0, 1 - line[:-1].sum()) if task.allow_none else 0.0
    truth = [columns[row.example.labels[0]] if row.example.labels else len(columns) for row in rows]
    return fit_temperature(table, np.array(truth, dtype=np.float64))


def _clusters(rows: Sequence[RunRow]) -> Floats:
    import numpy as np

    number: dict[tuple[str, str], int] = {}
    return np.array([number.setdefault(cluster_of(row.example), len(number)) for row in rows], dtype=np.float64)
