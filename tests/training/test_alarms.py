from __future__ import annotations

from math import inf, nan

import pytest

from labkit.training.alarms import Alarms


def steady() -> Alarms:
    alarms = Alarms()
    for step in range(1, 9):
        assert list(alarms.step(step, 1.0, 2.0)) == []
    return alarms


@pytest.mark.parametrize(("loss", "norm"), [(nan, 1.0), (inf, 1.0), (1.0, nan)])
def test_a_loss_or_norm_that_is_no_number_is_told(loss: float, norm: float):
    (problem,) = steady().step(9, loss, norm)
    assert problem.told("en").startswith("step 9: the loss is")


@pytest.mark.parametrize("norm", [0.7, 5.5])
def test_a_jump_of_the_gradient_norm_right_after_a_measurement_is_told(norm: float):
    alarms = steady()
    assert list(alarms.measured(8, 0.5)) == []
    (problem,) = alarms.step(9, 1.0, norm)
    assert problem.told("en") == f"step 9: the gradient norm went from 2 to {norm:.3g} after a measurement"


def test_a_jump_elsewhere_is_none_of_its_business():
    assert list(steady().step(9, 1.0, 100.0)) == []


def test_a_usual_norm_after_a_measurement_is_fine():
    alarms = steady()
    assert list(alarms.measured(8, 0.5)) == []
    assert list(alarms.step(9, 1.0, 3.0)) == []


def test_a_score_that_fell_twice_is_told_once():
    alarms = Alarms()
    told = [
        [problem.told("en") for problem in alarms.measured(step, score)]
        for step, score in enumerate((0.6, 0.58, 0.5, 0.4, 0.3))
    ]
    assert told == [[], [], [], ["step 3: dev macro-F1 fell to 0.400, its best was 0.600"], []]
