"""Rows asked several times: they count with their average, and the model's wavering is told from the rows' spread."""

from __future__ import annotations

import random
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from labkit.records import Run, RunRow, Status
from labkit.scoring import repeat_variance, score
from labkit.scoring.repeats import askings_of, usual_answer
from tests.made_runs import made_row, made_run, runs


def asked(row_id: str, *rights: bool) -> list[RunRow]:
    """One row asked once for each word of whether the answer was right."""
    made = [made_row(row_id, ["refund"], ["refund" if right else "quality"]) for right in rights]
    return [replace(row, repeat=k) for k, row in enumerate(made)]


def wavering_rows(rows: int, times: int, seed: int = 0) -> list[RunRow]:
    """Rows with a chance of their own to be answered rightly."""
    draw = random.Random(seed)
    chances = [draw.betavariate(2, 1) for _ in range(rows)]
    return [
        row
        for k, chance in enumerate(chances)
        for row in asked(str(k), *(draw.random() < chance for _ in range(times)))
    ]


def test_the_split_is_that_of_a_one_way_random_effects_anova():
    rows = wavering_rows(rows=60, times=4)
    table = pd.DataFrame({"right": [float(bool(row.correct)) for row in rows], "id": [row.example.id for row in rows]})
    squares = anova_lm(ols("right ~ C(id)", table).fit())["mean_sq"]
    split = repeat_variance(rows)
    assert split is not None
    assert split.within == pytest.approx(squares["Residual"])
    assert split.between == pytest.approx((squares["C(id)"] - squares["Residual"]) / 4)
    assert split.standard_error == pytest.approx((squares["C(id)"] / 4 / 60) ** 0.5)
    assert (split.examples, split.repeated) == (60, 60)


def test_asking_more_often_leaves_the_spread_of_the_rows():
    split = repeat_variance(wavering_rows(rows=200, times=10))
    assert split is not None
    assert 0 < split.within_share < 0.3
    assert (split.between / 200) ** 0.5 < split.standard_error < split.standard_error_once


def test_a_steady_model_does_not_waver():
    rows = [*asked("a", True, True), *asked("b", False, False), *asked("c", True, True)]
    split = repeat_variance(rows)
    assert split is not None
    assert (split.within, split.within_share, split.wavering) == (0.0, 0.0, ())
    assert split.standard_error == split.standard_error_once > 0


def test_rows_that_waver_are_named():
    split = repeat_variance([*asked("a", True, False), *asked("b", True, True), *asked("c", True)])
    assert split is not None
    assert (split.wavering, split.examples, split.repeated) == (("a",), 3, 2)


def test_without_repeats_nothing_can_be_split():
    assert repeat_variance([*asked("a", True), *asked("b", False)]) is None
    assert repeat_variance(asked("a", True, False)) is None
    assert repeat_variance([]) is None


def test_a_row_counts_once_with_its_average():
    scores = score(made_run([*asked("a", True, False), *asked("b", True, True)]))
    assert (scores.rows, scores.examples) == (4, 2)
    assert scores.values["accuracy"].value == 0.75
    assert scores.of_label("refund").support == 2
    assert scores.of_label("refund").correct == 1.5


def test_asking_the_same_again_claims_no_more_certainty():
    once = [row for k in range(40) for row in asked(str(k), k % 3 > 0)]
    thrice = [row for k in range(40) for row in asked(str(k), *[k % 3 > 0] * 3)]
    for name, interval in score(made_run(once)).values.items():
        if name != "answered":
            again = score(made_run(thrice)).values[name]
            assert (again.value, again.low, again.high) == pytest.approx((interval.value, interval.low, interval.high))


def test_asking_a_wavering_model_again_narrows_the_interval():
    widths = []
    for times in (1, 8):
        accuracy = score(made_run(wavering_rows(rows=100, times=times))).values["accuracy"]
        widths.append(accuracy.high - accuracy.low)
    assert widths[1] < 0.8 * widths[0]


def test_the_usual_answer_is_the_most_frequent_one_that_was_given():
    rows = [*asked("a", True, False, False), replace(made_row("a", ["refund"], [], Status.FAILED), repeat=3)]
    assert usual_answer(rows) == {"quality"}
    assert usual_answer(rows[:2]) == {"refund"}  # of equals the earliest
    assert usual_answer(rows[3:]) is None


def test_askings_come_in_the_order_of_their_repeats():
    rows = asked("a", True, False, True)
    assert [row.repeat for row in askings_of([rows[2], rows[0], rows[1]])["a"]] == [0, 1, 2]


@settings(max_examples=40, deadline=None)
@given(runs())
def test_every_row_asked_twice_with_one_answer_scores_as_once(run: Run):
    doubled = replace(run, rows=tuple(replace(row, repeat=k) for row in run.rows for k in range(2)))
    once, twice = score(run), score(doubled)
    assert {name: i.value for name, i in twice.values.items()} == pytest.approx(
        {name: i.value for name, i in once.values.items()}
    )
    assert [s.support for s in twice.per_label] == [s.support for s in once.per_label]
