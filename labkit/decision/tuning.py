"""What a training changed: the tuned model against its prompt-only base and all candidates, and PASS, HOLD or FAIL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from labkit.comparison import Comparison, Pair, common_rows, compare, paired
from labkit.comparison.paired import pair_rows
from labkit.costs import Price
from labkit.errors import BadInput
from labkit.records import Example, Run, RunRow, Status
from labkit.scoring import LOWER_IS_BETTER, Interval, score

Outcome = Literal["PASS", "HOLD", "FAIL"]
PartKind = Literal["label", "recall", "subtask"]
MARGIN = 0.03  # how far a label may fall where gate.yaml has no `no_label_worse_by`


@dataclass(frozen=True, slots=True)
class Part:
    """What a training did to one label or one subtask.

    Args:
        kind: "label" (its F1), "recall" (of a label that must not be missed) or "subtask" (the metric of the bar).
        name: the label's or the subtask's.
        support: common gold rows that carry the label, or rows of the subtask.
        change: tuned minus base.
        interval: the paired 95 % interval of the change; None for a recall.
        fell: whether it fell by more than the margin.
        alarm: whether it fell so although the mean rose, or must not be missed.
    """

    kind: PartKind
    name: str
    support: int
    change: float
    interval: Interval | None
    fell: bool
    alarm: bool


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that came out right in only one of the two.

    Args:
        example: its posts and gold labels.
        base, tuned: the labels each gave; None where there was no answer to read.
    """

    example: Example
    base: tuple[str, ...] | None
    tuned: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TuningVerdict:
    """A tuned model judged.

    Args:
        outcome: PASS, HOLD or FAIL by the rule of `judge_tuning`.
        pair: the base against the tuned model, on the rows that all runs share; the one test the outcome rests on.
        comparison: all runs ranked on these rows, with scores, tokens, seconds and money.
        margin: how far a label or subtask might fall.
        must_not_miss: the labels whose fall alone is a FAIL: those of the bar's minimum_recall.
        parts: labels, recalls and subtasks in the task's order.
        fixed, broken: the rows behind `pair`, with their texts.
    """

    outcome: Outcome
    pair: Pair
    comparison: Comparison
    margin: float
    must_not_miss: tuple[str, ...]
    parts: tuple[Part, ...]
    fixed: tuple[ChangedRow, ...]
    broken: tuple[ChangedRow, ...]

    @property
    def fallen(self) -> tuple[Part, ...]:
        """The labels and subtasks that fell by more than the margin."""
        return tuple(part for part in self.parts if part.fell)

    @property
    def alarms(self) -> tuple[Part, ...]:
        """What fell although the mean rose, or must not be missed."""
        return tuple(part for part in self.parts if part.alarm)


def judge_tuning(
    base: Run,
    tuned: Run,
    candidates: Sequence[Run] = (),
    *,
    margin: float = MARGIN,
    prices: Mapping[str, Price] | None = None,
) -> TuningVerdict:
    """Judge a training by what it changed, in one comparison on the rows that all runs share.

    The rule. FAIL: the tuned model is worse for sure (see `Pair.verdict`: the paired 95 % interval of the bar's metric
    lies on the wrong side of 0 and the permutation test agrees), or a label that must not be missed fell by more than
    the margin, in F1 or recall. PASS: it is better for sure, and no label and no subtask fell by more than the margin.
    HOLD: everything else. A fall is judged by its value, as a gate does: few rows of a label make a wide interval, and
    waiting for certainty would let rare labels fall unseen.

    Args:
        base: the prompt-only base's run.
        tuned: the tuned model's, on the same rows.
        candidates: runs of other models on these rows; they are ranked beside the two and have no say in the outcome.
        margin: see above, 0 to 1; set it before you look.
        prices: model -> its price.

    Raises:
        BadInput: the margin is not between 0 and 1.
        BadData: no labelled row is common to all runs.
    """
    if not 0 <= margin <= 1:
        raise BadInput.told("error.tuning.margin", margin=margin)
    runs = (base, tuned, *candidates)
    common = common_rows(runs)
    before, after = (replace(run, task=common.task, rows=common.rows[k]) for k, run in enumerate((base, tuned)))
    pair = pair_rows(before, after, replace(common, rows=common.rows[:2]))
    must_not_miss = tuple(tuned.task.bar.minimum_recall)
    changes = (*_labels(pair), *_recalls(before, after), *_subtasks(before, after))
    parts = tuple(_judged(pair, must_not_miss, margin, changes))
    return TuningVerdict(
        outcome=_outcome(pair, parts, must_not_miss),
        pair=pair,
        comparison=compare(runs, prices=prices),
        margin=margin,
        must_not_miss=must_not_miss,
        parts=parts,
        fixed=tuple(_changed(pair.fixed, before, after)),
        broken=tuple(_changed(pair.regressed, before, after)),
    )


def _outcome(pair: Pair, parts: Sequence[Part], must_not_miss: Sequence[str]) -> Outcome:
    fallen = [part for part in parts if part.fell]
    if pair.verdict == "worse" or any(part.kind != "subtask" and part.name in must_not_miss for part in fallen):
        return "FAIL"
    return "PASS" if pair.verdict == "better" and not fallen else "HOLD"


_Change = tuple[PartKind, str, int, float, Interval | None]


def _judged(pair: Pair, must_not_miss: Sequence[str], margin: float, changes: Iterable[_Change]) -> Iterator[Part]:
    rose = _rise(pair.metric, pair.delta.get(pair.metric)) > 0
    for kind, name, support, change, interval in changes:
        fell = (change if kind == "subtask" and pair.metric in LOWER_IS_BETTER else -change) > margin
        dear = kind != "subtask" and name in must_not_miss
        yield Part(kind, name, support, change, interval, fell, fell and (rose or dear))


def _rise(metric: str, delta: Interval | None) -> float:
    """By how much the mean got better; below 0 where it got worse."""
    value = delta.value if delta else 0.0
    return -value if metric in LOWER_IS_BETTER else value


def _labels(pair: Pair) -> Iterator[_Change]:
    for entry in pair.per_label:
        if entry.delta is not None:
            yield "label", entry.label, entry.support, entry.delta.value, entry.delta


def _recalls(before: Run, after: Run) -> Iterator[_Change]:
    """Only of labels with a minimum recall: of the others F1 says enough."""
    scores = (score(before), score(after))
    for label in after.task.bar.minimum_recall:
        was, now = (found.of_label(label) for found in scores)
        if was and now and now.support:
            yield "recall", label, now.support, now.recall.value - was.recall.value, None


def _subtasks(before: Run, after: Run) -> Iterator[_Change]:
    """The bar's metric within each subtask that has rows."""
    present = {row.example.subtask for row in after.rows}
    for name in (name for name in after.task.subtasks if name in present):
        cut = [replace(run, rows=tuple(r for r in run.rows if r.example.subtask == name)) for run in (before, after)]
        pair = paired(*cut)
        delta = pair.delta.get(pair.metric)
        if delta is not None:
            yield "subtask", name, pair.rows, delta.value, delta


def _changed(ids: Sequence[str], before: Run, after: Run) -> Iterator[ChangedRow]:
    """Rows by their ids; of a row asked several times the first asking stands for it."""
    first = [{row.example.id: row for row in reversed(run.rows)} for run in (before, after)]
    for row_id in ids:
        was, now = (rows[row_id] for rows in first)
        yield ChangedRow(now.example, _answer(was), _answer(now))


def _answer(row: RunRow) -> tuple[str, ...] | None:
    return row.prediction.labels if row.prediction.status is Status.ANSWERED else None
