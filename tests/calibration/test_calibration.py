"""Calibration against the truth it was drawn from, scikit-learn and scipy; abstaining against counting by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from labkit.calibration import Scaling, calibrate, confidence
from labkit.calibration.scaling import brier, calibration_error, fit_scaling, fit_temperature, log_odds
from labkit.errors import BadData, BadInput
from labkit.records import Run, RunRow, Status, Task
from tests.made_runs import LABELS, TASK, made_row, made_run

ONE = Task("one", LABELS)
ONE_OR_NONE = replace(ONE, allow_none=True)


def with_probabilities(row: RunRow, **given: float) -> RunRow:
    return replace(row, probabilities=given)


def boasting_run(rows: int, seed: int, task: Task = ONE, run_id: str = "boast") -> Run:
    """One of three labels: right as often as sigmoid(logit / 2 of what is claimed), so its temperature is about 2."""
    draw, made = random.Random(seed), []
    for k in range(rows):
        honest = draw.uniform(0.4, 0.98)
        claimed = honest**2 / (honest**2 + 2 * ((1 - honest) / 2) ** 2)
        answer, gold = "refund", "refund"
        if draw.random() > honest:
            gold = draw.choice(["delivery", "quality"])
        rest = (1 - claimed) / 2
        row = made_row(f"{run_id}-{k}", [gold], [answer])
        made.append(with_probabilities(row, delivery=rest, refund=claimed, quality=rest))
    return made_run(made, run_id, task)


def test_one_label_is_as_sure_as_its_probability():
    row = with_probabilities(made_row("a", ["refund"], ["refund"]), delivery=0.1, refund=0.7, quality=0.1)
    assert confidence(row, ONE) == 0.7
    nothing = replace(row, prediction=replace(row.prediction, labels=()))
    assert confidence(nothing, ONE_OR_NONE) == pytest.approx(0.1)


def test_several_labels_are_as_sure_as_all_decisions_together():
    row = with_probabilities(made_row("a", ["refund"], ["refund", "delivery"]), delivery=0.6, refund=0.9, quality=0.2)
    assert confidence(row, TASK) == pytest.approx(0.6 * 0.9 * 0.8)


def test_only_the_labels_of_the_subtask_count():
    task = replace(TASK, subtasks={"x": ("refund",), "y": ("delivery", "quality")})
    row = with_probabilities(made_row("a", ["refund"], ["refund"]), refund=0.9, delivery=0.5)
    assert confidence(replace(row, example=replace(row.example, subtask="x")), task) == 0.9


def test_a_row_without_answer_or_probabilities_has_no_confidence():
    assert confidence(made_row("a", ["refund"], ["refund"]), ONE) is None
    failed = made_row("a", ["refund"], [], Status.UNPARSED)
    assert confidence(with_probabilities(failed, refund=1.0), ONE) is None


@given(st.dictionaries(st.sampled_from([*LABELS, "unknown"]), st.floats(allow_nan=True, allow_infinity=True)))
def test_whatever_a_model_claims_a_confidence_is_a_share(given_: dict[str, float]):
    for task in (TASK, ONE, ONE_OR_NONE):
        for answer in ([], ["refund"]):
            found = confidence(with_probabilities(made_row("a", ["refund"], answer), **given_), task)
            assert found is not None
            assert 0 <= found <= 1


def test_a_line_through_log_odds_is_found_again():
    draw = np.random.default_rng(0)
    said = draw.uniform(0.02, 0.98, 20_000)
    so = (draw.random(20_000) < Scaling(0.5, -0.7).apply(said)).astype(float)
    found = fit_scaling(said, so)
    assert (found.slope, found.offset) == (pytest.approx(0.5, abs=0.05), pytest.approx(-0.7, abs=0.05))
    judge = LogisticRegression(C=np.inf).fit(log_odds(said)[:, None], so)
    assert found.slope == pytest.approx(judge.coef_[0][0], abs=0.01)
    assert found.offset == pytest.approx(judge.intercept_[0], abs=0.01)


def test_a_temperature_is_found_again():
    draw = np.random.default_rng(1)
    honest = draw.dirichlet((1, 1, 1, 1), 20_000)
    truth = np.array([draw.choice(4, p=row) for row in honest], dtype=float)
    boasted = honest**2.5 / (honest**2.5).sum(axis=1, keepdims=True)
    assert fit_temperature(boasted, truth) == pytest.approx(2.5, rel=0.05)
    assert fit_temperature(honest, truth) == pytest.approx(1.0, rel=0.05)


def test_rows_that_are_all_right_do_not_end_in_infinity():
    found = fit_scaling(np.array([0.9] * 30), np.ones(30))
    assert 0.9 < float(found.apply(np.array(0.9))) < 1


def test_errors_of_calibration_by_hand():
    said, so = np.array([0.2, 0.2, 0.8, 0.8]), np.array([0.0, 0.0, 1.0, 1.0])
    assert brier(said, so) == pytest.approx(0.04)
    assert calibration_error(said, so) == pytest.approx(0.2)
    assert calibration_error(so, so) == 0


def test_a_boaster_is_brought_down_and_the_gain_shows_on_other_rows():
    learnt = calibrate(boasting_run(1500, seed=0))
    assert learnt.temperature == pytest.approx(2, rel=0.2)
    assert learnt.error[1] < 0.5 * learnt.error[0]
    assert learnt.brier[1] < learnt.brier[0]
    fresh = boasting_run(1500, seed=1)
    sure = np.array([learnt.confidence(row) for row in fresh.rows])
    right = np.array([row.correct for row in fresh.rows], dtype=float)
    assert calibration_error(sure, right) < 0.05


def test_calibrated_probabilities_of_one_label_still_add_up():
    learnt = calibrate(boasting_run(200, seed=0))
    assert sum(learnt.probabilities({"delivery": 0.2, "refund": 0.5, "quality": 0.3}).values()) == pytest.approx(1)
    or_none = calibrate(boasting_run(200, seed=0, task=ONE_OR_NONE))
    assert sum(or_none.probabilities({"delivery": 0.2, "refund": 0.5, "quality": 0.1}).values()) < 1


def several_run(rows: int, seed: int) -> Run:
    """Independent labels whose probabilities are overstated by a factor of three in log-odds."""
    draw, made = np.random.default_rng(seed), []
    for k in range(rows):
        honest = draw.uniform(0.05, 0.95, len(LABELS))
        gold = [label for label, p in zip(LABELS, honest, strict=True) if draw.random() < p]
        said = Scaling(3.0, 0.0).apply(honest)
        answer = [label for label, p in zip(LABELS, said, strict=True) if p > 0.5]
        row = made_row(f"s{k}", gold, answer)
        made.append(with_probabilities(row, **dict(zip(LABELS, map(float, said), strict=True))))
    return made_run(made, "several")


def test_several_labels_are_rescaled_by_one_line():
    learnt = calibrate(several_run(1500, 0))
    assert learnt.temperature is None
    assert learnt.labels.slope == pytest.approx(1 / 3, rel=0.15)
    assert learnt.probabilities({"refund": 0.99})["refund"] < 0.9


def test_a_curve_counts_rows_without_confidence_as_uncovered():
    run = boasting_run(90, seed=3)
    failed = [made_row(f"f{k}", ["refund"], [], Status.FAILED) for k in range(10)]
    unlabelled = [made_row("u", None, ["refund"])]
    both = replace(run, rows=(*run.rows, *failed, *unlabelled))
    learnt = calibrate(both)
    assert (learnt.rows, learnt.left_out) == (90, 10)
    curve = learnt.curve(both)
    assert curve[-1].coverage == pytest.approx(0.9)
    assert curve[-1].accuracy.value == pytest.approx(sum(row.correct for row in run.rows) / 90)
    assert [point.threshold for point in curve] == sorted((point.threshold for point in curve), reverse=True)


def test_a_threshold_reaches_its_target_where_it_was_chosen():
    run = boasting_run(600, seed=4)
    learnt = calibrate(run)
    found = learnt.abstain(run, 0.85)
    kept = [row for row in run.rows if learnt.confidence(row) >= found.threshold]
    assert found.coverage.value == len(kept) / 600
    assert found.accuracy.value == sum(row.correct for row in kept) / len(kept) >= 0.85
    looser = [row for row in run.rows if learnt.confidence(row) >= found.threshold - 0.05]
    assert sum(row.correct for row in looser) / len(looser) < 0.86


def test_room_for_chance_costs_coverage_and_holds_on_new_rows():
    fell_short = 0
    for seed in range(20):
        run = boasting_run(400, seed=100 + seed)
        learnt = calibrate(run)
        sure, loose = (learnt.abstain(run, 0.8, guaranteed=wish) for wish in (True, False))
        assert sure.coverage.value <= loose.coverage.value
        fresh = boasting_run(1000, seed=500 + seed)
        kept = [row.correct for row in fresh.rows if sure.threshold and learnt.confidence(row) >= sure.threshold]
        fell_short += bool(kept) and sum(kept) / len(kept) < 0.8
    assert fell_short <= 3  # 1 of 20 is expected at most; the draw is fixed by its seeds


def test_a_target_out_of_reach_has_no_threshold():
    rows = [with_probabilities(made_row(f"r{k}", ["quality"], ["refund"]), refund=0.9) for k in range(30)]
    run = made_run(rows, task=ONE)
    found = calibrate(run).abstain(run, 0.9)
    assert found.threshold is None
    assert found.coverage.value == 0
    assert calibrate(run).abstain(run, 0.9, guaranteed=True).threshold is None


def test_rows_of_one_confidence_are_kept_or_dropped_together():
    rows = [
        with_probabilities(made_row(f"r{k}", [("quality", "refund")[k < 15]], ["refund"]), refund=0.9)
        for k in range(30)
    ]
    run = made_run(rows, task=ONE)
    assert [point.coverage for point in calibrate(run).curve(run)] == [1.0]


@pytest.mark.parametrize("target", [0, 1, 1.5, -1])
def test_a_target_that_is_no_share_is_refused(target: float):
    run = boasting_run(30, 0)
    with pytest.raises(BadInput, match="is no share"):
        calibrate(run).abstain(run, target)


def test_a_run_without_probabilities_is_refused_with_the_way_out():
    run = made_run([made_row(f"r{k}", ["refund"], ["refund"]) for k in range(30)])
    with pytest.raises(BadData, match=r"0 rows with gold, an answer and probabilities.*linear"):
        calibrate(run)
