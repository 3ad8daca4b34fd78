"""A cheap model first, somebody dearer for the rows it is unsure of; worked out from recorded runs, without a call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from labkit.calibration import confidence
from labkit.comparison import common_rows
from labkit.costs import PriceList
from labkit.decision.money import Money, money_per_1000
from labkit.decision.standing import Standing, standing
from labkit.errors import BadInput
from labkit.records import Prediction, Run, RunRow, Status, Task
from labkit.scoring import LOWER_IS_BETTER, Interval, effort, score
from labkit.scoring.scores import metric_intervals
from labkit.scoring.shares import share_of_rows
from labkit.scoring.tally import answered_labels, cluster_of, label_counts, metric_values, tally

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from labkit.scoring.intervals import Floats

    Booleans = NDArray[np.bool_]

PEOPLE = "people"  # who answer what gold says: an assumption, and stated as one
Signal = Literal["probabilities", "agreement", "empty answers"]
_FOLDS = 5
_STEPS = 100  # thresholds tried: finer ones differ by less than 1 % of the rows
_POINTS = 10  # of the curve
_TWO_ERRORS = 3.92  # a 95 % interval is so many standard errors wide


@dataclass(frozen=True, slots=True)
class CascadePoint:
    """One threshold of a cascade, on the rows that all thresholds were tried on.

    Args:
        threshold: rows no surer than this are passed on; None passes nothing on.
        escalated: share of the rows passed on.
        score: by the bar's metric.
        per_1000: money for 1,000 rows, or None when it is not known.
    """

    threshold: float | None
    escalated: float
    score: Interval
    per_1000: Money | None


@dataclass(frozen=True, slots=True)
class Cascade:
    """Two models in a row.

    Args:
        first, second: their names; `second` may be "people", who are taken to be right.
        signal: what tells that the first is unsure: its own probabilities, another cheap model that disagrees, or, for
            want of both, that it answered no label.
        other: that other cheap model, which answers every row too; None where the signal is another.
        rows: rows that all were measured on.
        points: the curve, from nothing passed on to everything; it praises itself a little, since the threshold is
            chosen and measured on the same rows.
        threshold: the one to use: the least passed on that reaches the bar with a standard error to spare, else without
            one, else the best score. None passes nothing on.
        standing: how that way of choosing stands against the bar on rows that it has not seen: each fifth of the rows
            is answered with the threshold that the other four chose.
        escalated: share passed on there.
        per_1000: money for 1,000 rows at that share, or None when it is not known.
        latency_p95_s: 95 % of the answers came within so many seconds, those of the second after those of the first
            and of the other, who are asked at once; None when nobody timed them, and with people, who take their time.
    """

    first: str
    second: str
    signal: Signal
    other: str | None
    rows: int
    points: tuple[CascadePoint, ...]
    threshold: float | None
    standing: Standing
    escalated: Interval
    per_1000: Money | None
    latency_p95_s: float | None


def cascade(
    first: Run,
    second: Run | None = None,
    *,
    other: Run | None = None,
    target: float | None = None,
    prices: PriceList | None = None,
    people_per_1000: Money | None = None,
) -> Cascade:
    """Work out what a cascade of measured models would have answered, and cost.

    Args:
        first: the cheap model's run; every row goes to it.
        second: the run of whoever gets the rows it is unsure of, over the same rows; None is people, who answer what
            gold says. Where rows were asked several times the first asking counts, as in production.
        other: another cheap run, whose disagreement says that a row is unsure when `first` has no probabilities.
        target: the score to reach, 0 to 1; that of the bar when None. Its minimum recalls count either way.
        prices: of the models; without a price of each that costs any, no money is known.
        people_per_1000: what people ask for 1,000 rows, in the bar's currency.

    Returns:
        The curve, and a threshold with what it brings on rows that did not choose it; the same at every call.

    Raises:
        BadInput: the bar's metric is one of which less is better, or the target is no share.
        BadData: no labelled row is common to the runs.
    """
    task = _aiming_at(first.task, target)
    rows, signal = _side_by_side(replace(first, task=task), second, other)
    steps, spare = _steps(rows), _standard_error(rows)
    passed_on = _choose(rows, steps, spare)
    answers, passed = _cross_fitted(rows, spare)
    escalated = share_of_rows(rows.first, passed)
    asked_too = other if signal == "agreement" else None
    bill = _bill([run for run in (first, asked_too) if run], second, prices or PriceList(), people_per_1000)
    return Cascade(
        first=first.header.model,
        second=second.header.model if second else PEOPLE,
        signal=signal,
        other=asked_too.header.model if asked_too else None,
        rows=len(rows.first),
        points=tuple(_point(rows, k, bill) for k in sorted({*_thinned(steps, _POINTS), passed_on})),
        threshold=rows.threshold(passed_on),
        standing=standing(task, score(Run(first.header, task, tuple(answers)))),
        escalated=escalated,
        per_1000=bill.at(escalated),
        latency_p95_s=effort(_waits(rows, passed)).latency_p95_s if second else None,
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a cascade, those that the first model is least sure of in front.

    Args:
        task: with the bar to reach.
        first, second: what each of the two answers.
        sure: how sure the first is of each row, rising.
        cells: what the answers of each add to the scores, row by row; see `tally`.
        waits: how long it takes until it is known how sure the first is, in s; None where nobody timed it.
    """

    task: Task
    first: tuple[RunRow, ...]
    second: tuple[RunRow, ...]
    sure: tuple[float, ...]
    cells: tuple[Floats, Floats]
    waits: tuple[float | None, ...]

    def threshold(self, passed_on: int) -> float | None:
        """The threshold that passes so many rows on."""
        return self.sure[passed_on - 1] if passed_on else None

    def only(self, kept: Callable[[RunRow], bool]) -> _Rows:
        """Some of the rows."""
        chosen = [k for k, row in enumerate(self.first) if kept(row)]
        first, second = (tuple(rows[k] for k in chosen) for rows in (self.first, self.second))
        cells = self.cells[0][chosen], self.cells[1][chosen]
        sure, waits = tuple(self.sure[k] for k in chosen), tuple(self.waits[k] for k in chosen)
        return _Rows(self.task, first, second, sure, cells, waits)


@dataclass(frozen=True, slots=True)
class _Bill:
    """What 1,000 rows cost with each of the two; None where nobody knows."""

    first: Money | None
    second: Money | None

    def at(self, share: Interval) -> Money | None:
        """What they cost when a share is passed on."""
        if self.first is None or (self.second is None and share.value > 0):
            return None
        return self.first.plus(self.second.times(share)) if self.second else self.first


def _bill(cheap: Sequence[Run], second: Run | None, prices: PriceList, people: Money | None) -> _Bill:
    """Everybody who answers every row is paid for every row."""
    first, *others = (money_per_1000(run, prices) for run in cheap)
    for other in others:
        first = first.plus(other) if first and other else None
    return _Bill(first, money_per_1000(second, prices) if second else people)


def _aiming_at(task: Task, target: float | None) -> Task:
    if task.bar.metric in LOWER_IS_BETTER:
        raise BadInput.told("error.cascade.metric", metric=task.bar.metric)
    if target is not None and not 0 < target <= 1:
        raise BadInput.told("error.cascade.target", target=target)
    return task if target is None else replace(task, bar=replace(task.bar, value=target))


def _side_by_side(first: Run, second: Run | None, other: Run | None) -> tuple[_Rows, Signal]:
    """The rows that all share, and what tells how sure the first model is of each."""
    runs = [_first_askings(run) for run in (first, second, other) if run]
    common = common_rows(runs).rows
    cheap = common[0]
    dear = common[1] if second else tuple(map(_as_people_answer, cheap))
    signal: Signal = "empty answers"
    sure = [float(bool(answered_labels(row))) for row in cheap]
    if any(row.probabilities for row in cheap):
        signal, sure = "probabilities", [confidence(row, first.task) or 0.0 for row in cheap]
    elif other:
        signal, sure = "agreement", [_agreement(a, b) for a, b in zip(cheap, common[-1], strict=True)]
    order = sorted(range(len(cheap)), key=lambda k: sure[k])
    first_rows, second_rows = (tuple(rows[k] for k in order) for rows in (cheap, dear))
    cells = _row_by_row(first_rows, first.task), _row_by_row(second_rows, first.task)
    asked = (cheap, common[-1]) if signal == "agreement" else (cheap,)
    waits = tuple(_longest([rows[k].latency_s for rows in asked]) for k in order)
    return _Rows(first.task, first_rows, second_rows, tuple(sure[k] for k in order), cells, waits), signal


def _longest(seconds: Sequence[float | None]) -> float | None:
    """How long those who are asked at once take together; None where one was not timed."""
    known = [part for part in seconds if part is not None]
    return max(known) if len(known) == len(seconds) else None


def _row_by_row(rows: Sequence[RunRow], task: Task) -> Floats:
    """The tally of each row, in their order: `tally` itself adds up those of one author, and orders by name."""
    numbered = (replace(row.example, id=f"{k:09d}", group=None) for k, row in enumerate(rows))
    return tally([replace(row, example=example) for row, example in zip(rows, numbered, strict=True)], task)


def _first_askings(run: Run) -> Run:
    return replace(run, rows=tuple(row for row in run.rows if row.repeat == 0))


def _as_people_answer(row: RunRow) -> RunRow:
    return replace(row, prediction=Prediction(Status.ANSWERED, row.example.labels or ()))


def _agreement(a: RunRow, b: RunRow) -> float:
    """How far two models say the same: shared labels over all labels named (Jaccard); 0 where one has no answer."""
    if a.prediction.status is not Status.ANSWERED or b.prediction.status is not Status.ANSWERED:
        return 0.0
    one, two = answered_labels(a), answered_labels(b)
    return len(one & two) / len(one | two) if one | two else 1.0


def _steps(rows: _Rows) -> list[int]:
    """How many rows thresholds can pass on: none, or all up to the last row of one sureness."""
    sure = rows.sure
    ends = [k for k in range(1, len(sure) + 1) if k == len(sure) or sure[k] > sure[k - 1]]
    return _thinned([0, *ends], _STEPS)


def _thinned(steps: Sequence[int], most: int) -> list[int]:
    """About so many of the steps, evenly spread, the first and the last among them."""
    places = {round(k * (len(steps) - 1) / most) for k in range(most + 1)}
    return [steps[place] for place in sorted(places)]


def _choose(rows: _Rows, steps: Sequence[int], spare: float) -> int:
    """How many rows to pass on: the fewest that reach the bar with something to spare, else without, else the best.

    A threshold that just reaches the bar on the rows that chose it falls short of it on others half of the time.
    """
    import numpy as np

    bar = rows.task.bar
    values, recalled = _outcomes(rows, steps)
    for least in (bar.value + spare, bar.value):
        reaching = np.flatnonzero(recalled & (values >= least))
        if reaching.size:
            return steps[int(reaching[0])]
    return steps[int(np.argmax(values))]


def _outcomes(rows: _Rows, steps: Sequence[int]) -> tuple[Floats, Booleans]:
    """For each number of rows passed on: the bar's metric, and whether every minimum recall is kept."""
    import numpy as np

    kept, dear = rows.cells
    none = np.zeros((1, kept.shape[1]))
    totals = (kept.sum(axis=0) + np.vstack((none, np.cumsum(dear - kept, axis=0))))[list(steps)]
    values = np.nan_to_num(metric_values(totals)[rows.task.bar.metric])
    tp, _, fn = label_counts(totals)
    recalled = np.ones(len(steps), dtype=bool)
    for label, least in rows.task.bar.minimum_recall.items():
        k = rows.task.labels.index(label)
        recalled = recalled & (tp[:, k] >= least * (tp + fn)[:, k])
    return values, recalled


def _standard_error(rows: _Rows) -> float:
    """Of the first model's score, on all rows."""
    found = metric_intervals(rows.first, rows.task).get(rows.task.bar.metric)
    return (found.high - found.low) / _TWO_ERRORS if found else 0.0


def _cross_fitted(rows: _Rows, spare: float) -> tuple[list[RunRow], list[bool]]:
    """Each fold answered with the threshold that the others chose; and which rows were passed on."""
    thresholds = [_chosen_without(rows, fold, spare) for fold in range(_FOLDS)]
    passed = [
        (threshold := thresholds[_fold(row)]) is not None and sure <= threshold
        for row, sure in zip(rows.first, rows.sure, strict=True)
    ]
    return [b if on else a for a, b, on in zip(rows.first, rows.second, passed, strict=True)], passed


def _waits(rows: _Rows, passed: Sequence[bool]) -> list[RunRow]:
    """The first's rows with the seconds until the last answer; None where a part was not timed."""
    waited = []
    for first, second, wait, on in zip(rows.first, rows.second, rows.waits, passed, strict=True):
        parts = (wait, second.latency_s) if on else (wait,)
        seconds = None if None in parts else sum(part for part in parts if part is not None)
        waited.append(replace(first, latency_s=seconds))
    return waited


def _chosen_without(rows: _Rows, fold: int, spare: float) -> float | None:
    seen = rows.only(lambda row: _fold(row) != fold)
    return seen.threshold(_choose(seen, _steps(seen), spare)) if seen.first else None


def _fold(row: RunRow) -> int:
    """An author's rows stay together; the same at every call, whatever the rows' order."""
    name = "\0".join(cluster_of(row.example))
    return hashlib.sha256(name.encode()).digest()[0] % _FOLDS


def _point(rows: _Rows, passed_on: int, bill: _Bill) -> CascadePoint:
    answers = (*rows.second[:passed_on], *rows.first[passed_on:])
    share = passed_on / len(rows.first)
    money = bill.at(Interval(share, share, share))
    found = metric_intervals(answers, rows.task).get(rows.task.bar.metric)
    value = found or Interval(0.0, 0.0, 1.0)  # no gold row carries a label
    return CascadePoint(rows.threshold(passed_on), share, value, money)
