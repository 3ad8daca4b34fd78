from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.metrics import f1_score, hamming_loss, precision_score, recall_score

from labkit.errors import BadData
from labkit.records import Run, RunRow, Status, Task
from labkit.scoring import METRICS, Scores, score
from tests.made_runs import LABELS, made_row, made_run, noisy_run, runs


def matrices(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Gold and answer as scikit-learn wants them; a row without an answer answers nothing."""
    labelled = [row for row in run.rows if row.example.labels is not None]
    gold = [[label in row.example.labels for label in run.task.labels] for row in labelled]
    answer = [
        [row.prediction.status is Status.ANSWERED and label in row.prediction.labels for label in run.task.labels]
        for row in labelled
    ]
    return np.array(gold), np.array(answer)


def values(scores: Scores) -> dict[str, float]:
    return {name: interval.value for name, interval in scores.values.items()}


def test_every_metric_agrees_with_scikit_learn():
    run = noisy_run(rows=300, error=0.1, seed=1)
    gold, answer = matrices(run)
    scores = score(run)
    assert values(scores) == pytest.approx(
        {
            "accuracy": (gold == answer).all(axis=1).mean(),
            "micro_f1": f1_score(gold, answer, average="micro"),
            "macro_f1": f1_score(gold, answer, average="macro"),
            "hamming_loss": hamming_loss(gold, answer),
            "answered": 1.0,
        }
    )
    assert [s.f1.value for s in scores.per_label] == pytest.approx(f1_score(gold, answer, average=None))
    assert [s.precision.value for s in scores.per_label] == pytest.approx(precision_score(gold, answer, average=None))
    assert [s.recall.value for s in scores.per_label] == pytest.approx(recall_score(gold, answer, average=None))
    assert [s.support for s in scores.per_label] == list(gold.sum(axis=0))


def test_single_label_micro_f1_is_accuracy_when_every_row_is_answered():
    rows = [made_row(str(k), [LABELS[k % 3]], [LABELS[k % 2]]) for k in range(30)]
    scores = score(made_run(rows, task=Task("one", LABELS)))
    assert scores.values["micro_f1"] == scores.values["accuracy"]  # one number, one interval


@pytest.mark.parametrize("rows", [1, 16, 40])
@pytest.mark.parametrize("groups", [1, 3, 10, None])
def test_f1_of_a_faultless_single_label_run_is_no_surer_than_its_accuracy(rows: int, groups: int | None):
    made = [made_row(str(k), [LABELS[k % 3]], [LABELS[k % 3]]) for k in range(rows)]
    if groups:
        made = [replace(row, example=replace(row.example, group=f"author {k % groups}")) for k, row in enumerate(made)]
    scores = score(made_run(made, task=Task("one", LABELS)))
    accuracy = scores.values["accuracy"]
    assert scores.values["micro_f1"] == accuracy
    assert scores.values["macro_f1"].value == 1.0
    assert scores.values["macro_f1"].low <= accuracy.low


def test_labels_that_are_always_right_or_never_leave_room_for_what_few_rows_cannot_tell():
    never = [made_row(str(k), [LABELS[1 + k % 2]], [], Status.FAILED) for k in range(2)]
    scores = score(made_run([made_row("a", [LABELS[0]], [LABELS[0]]), *never], task=Task("one", LABELS)))
    macro = scores.values["macro_f1"]
    assert macro.value == pytest.approx(1 / 3)
    assert macro.low < 0.2  # one right answer: F1 of that label is somewhere from .34 to 1
    assert macro.high > 0.7


@pytest.mark.parametrize("error", [0.0, 1.0])
def test_the_interval_of_a_settled_run_shrinks_with_its_rows(error: float):
    widths = []
    for rows in (12, 120, 1200):
        macro = score(made_run([single(k, wrong=bool(error)) for k in range(rows)], task=Task("one", LABELS)))
        interval = macro.values["macro_f1"]
        widths.append(interval.high - interval.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.05


def single(k: int, wrong: bool) -> RunRow:
    """A row of a single-label task, answered rightly or not at all."""
    return made_row(
        str(k), [LABELS[k % 3]], [] if wrong else [LABELS[k % 3]], Status.FAILED if wrong else Status.ANSWERED
    )


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.ANSWERED])
def test_a_row_without_an_answer_is_wrong_whatever_was_read_in_it(status: Status):
    good = made_row("good", ["refund"], ["refund"])
    scores = score(made_run([good, made_row("bad", ["refund"], ["refund"], status)]))
    assert scores.values["accuracy"].value == 0.5
    assert scores.of_label("refund").recall.value == 0.5
    assert scores.values["answered"].value == 0.5
    assert scores.values["hamming_loss"].value == 0.5


def test_a_failed_row_without_gold_labels_is_wrong_too():
    scores = score(made_run([made_row("r", [], [], Status.FAILED), made_row("s", ["refund"], ["refund"])]))
    assert scores.values["accuracy"].value == 0.5
    assert scores.values["micro_f1"].value == 1.0  # it neither found nor invented a label


def test_a_row_labelled_with_none_is_right_when_nothing_is_answered():
    scores = score(made_run([made_row("quiet", [], []), made_row("loud", [], ["refund"])]))
    assert scores.values["accuracy"].value == 0.5
    assert "macro_f1" not in scores.values  # no gold label anywhere: F1 is 0/0
    assert scores.unsupported == LABELS


def test_rows_without_gold_are_counted_and_not_scored():
    rows = [made_row("a", ["refund"], ["refund"]), made_row("b", None, ["quality"])]
    scores = score(made_run(rows))
    assert (scores.rows, scores.labelled) == (2, 1)
    assert scores.values["accuracy"].value == 1.0
    assert scores.of_label("quality").predicted == 0


def test_without_any_gold_there_are_no_scores():
    scores = score(made_run([made_row("a", None, ["refund"])]))
    assert (scores.values, scores.per_label, scores.counts["answered"]) == ({}, (), 1)


def test_labels_without_gold_stay_out_of_macro_f1_and_are_named():
    rows = [made_row("a", ["refund"], ["refund"]), made_row("b", ["refund"], ["refund", "quality"])]
    scores = score(made_run(rows))
    assert scores.unsupported == ("delivery", "quality")
    assert scores.values["macro_f1"].value == 1.0
    assert scores.values["micro_f1"].value == pytest.approx(0.8)


def test_subtask_rows_are_decided_within_their_own_labels():
    task = Task("two", ("a", "b", "c", "d"), subtasks={"first": ("a", "b"), "second": ("c", "d")})
    row = made_row("r", ["a"], ["b"])
    inside = RunRow(replace(row.example, subtask="first"), row.prediction)
    assert score(made_run([inside], task=task)).values["hamming_loss"].value == 1.0


def test_gold_outside_the_task_is_named():
    with pytest.raises(BadData, match="'r' carries the gold label 'price'"):
        score(made_run([made_row("r", ["price"])]))


def test_rows_of_one_author_widen_every_interval():
    def widths(group_of: int) -> dict[str, float]:
        rows = [
            made_row(str(k), ["refund"], ["refund" if k // 10 % 2 else "quality"], group=str(k // group_of))
            for k in range(200)
        ]
        return {name: i.high - i.low for name, i in score(made_run(rows)).values.items()}

    alone, together = widths(1), widths(10)
    assert all(together[name] > 1.5 * alone[name] for name in ("accuracy", "micro_f1", "macro_f1", "hamming_loss"))


def test_a_perfect_run_of_few_rows_claims_no_certainty():
    scores = score(made_run([made_row(str(k), ["refund"], ["refund"]) for k in range(10)]))
    assert scores.values["macro_f1"].value == 1.0
    assert 0.7 < scores.values["macro_f1"].low < 0.9
    assert scores.values["hamming_loss"].high > 0.05


def test_the_order_of_the_rows_changes_nothing():
    run = noisy_run(rows=60, error=0.1, seed=3)
    shuffled = list(run.rows)
    random.Random(0).shuffle(shuffled)
    assert score(replace(run, rows=tuple(shuffled))) == score(run)


@settings(max_examples=60, deadline=None)
@given(runs())
def test_counts_add_up_and_intervals_hold_their_values(run: Run):
    scores = score(run)
    assert sum(scores.counts.values()) == scores.rows == len(run.rows)
    assert set(scores.values) <= set(METRICS)
    intervals = [*scores.values.values(), *(i for s in scores.per_label for i in (s.precision, s.recall, s.f1))]
    for interval in intervals:
        assert 0 <= interval.low <= interval.value <= interval.high <= 1
    for entry in scores.per_label:
        assert entry.correct <= min(entry.support, entry.predicted)


@settings(max_examples=60, deadline=None)
@given(runs())
def test_f1_agrees_with_scikit_learn_on_any_run(run: Run):
    scores = score(run)
    if "micro_f1" not in scores.values:
        return
    gold, answer = matrices(run)
    of_each = f1_score(gold, answer, average=None, zero_division=0)
    assert scores.values["micro_f1"].value == pytest.approx(f1_score(gold, answer, average="micro", zero_division=0))
    assert scores.values["macro_f1"].value == pytest.approx(of_each[gold.any(axis=0)].mean())


def test_bootstrap_interval_of_macro_f1_covers_the_truth():
    """The long-run macro-F1 of this noise lies inside about 95 of 100 intervals."""
    truth = score(noisy_run(rows=20_000, error=0.08, seed=0)).values["macro_f1"].value
    found = [score(fresh_rows(seed)).values["macro_f1"] for seed in range(40)]
    covered = sum(interval.low <= truth <= interval.high for interval in found)
    assert 34 <= covered <= 40


def fresh_rows(seed: int) -> Run:
    """150 rows whose gold is drawn anew for every seed."""
    draw = random.Random(1000 + seed)
    names = tuple(f"label-{k}" for k in range(10))
    rows = []
    for k in range(150):
        gold = [name for name in names if draw.random() < 0.15]
        rows.append(made_row(str(k), gold, [name for name in names if (name in gold) != (draw.random() < 0.08)]))
    return made_run(rows, task=Task("noisy", names, multi_label=True, allow_none=True))


def test_a_thousand_rows_take_well_under_half_a_second():
    run = noisy_run(rows=1000, error=0.05, seed=1)
    score(run)  # imports numpy
    spent = min(_seconds(run) for _ in range(3))
    assert spent < 0.5


def _seconds(run: Run) -> float:
    start = time.perf_counter()
    score(run)
    return time.perf_counter() - start


def test_importing_scores_loads_no_numpy():
    code = "import sys, labkit.scoring, labkit.comparison; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
