"""The drawing of money over posts: where lines cross, what is left out, and that it always fits its frame."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.costs import Price, PriceList
from labkit.decision import Memo, ModelFacts, Terms, Tuning, memo
from labkit.scoring import Interval
from labkit.views.cost_curve import HEIGHT, WIDTH, CostCurve, cost_curve
from tests.decision.field import GPT, LINEAR, PRICES, QWEN, TASK, TODAY, decided, exactly, measured

OWN = Terms(PRICES, tuning=Tuning(Interval(12_000.0, 8_000.0, 20_000.0), exactly(1_000.0)))


def drawn(found: Memo) -> CostCurve:
    curve = cost_curve(found, "en")
    assert curve is not None
    return curve


def points(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def test_the_lines_cross_where_both_cost_the_same():
    curve = drawn(decided([measured(GPT, 0.9)], OWN, monthly_volume=50_000))
    assert [(line.name, line.look) for line in curve.lines] == [(GPT, "api"), ("a tuned model of one's own", "own")]
    (x0, y0), (x1, y1) = points(curve.lines[0].line)
    _, level = points(curve.lines[1].line)[0]
    crossing = x0 + (x1 - x0) * (level - y0) / (y1 - y0)
    assert curve.break_even[1] == pytest.approx(crossing, abs=0.5)
    assert curve.break_even[0] < curve.break_even[1] < curve.break_even[2] < WIDTH


def test_plan_and_budget_stand_where_the_axes_say():
    curve = drawn(decided([measured(GPT, 0.9)], OWN, monthly_volume=50_000, monthly_budget=2000.0))
    places = {tick.words: tick.at for tick in (*curve.x_ticks, *curve.y_ticks)}
    assert (curve.volume.words, curve.budget.words) == ("50,000", "2,000")
    assert curve.volume.at == pytest.approx(places["50,000"])
    assert curve.budget.at == pytest.approx(places["2,000"])


def test_a_model_of_ones_own_is_drawn_with_its_machine():
    terms = replace(OWN, models={QWEN: ModelFacts(monthly=exactly(700.0))})
    curve = drawn(decided([measured(QWEN, 0.9)], terms))
    assert [line.look for line in curve.lines] == ["now", "own"]
    assert curve.break_even is None  # against an API, of which there is none


@pytest.mark.parametrize(
    "found",
    [
        decided([], OWN, monthly_volume=None),
        decided([measured(GPT, 0.9)], Terms()),
        memo(TASK, [], today=TODAY),
        decided([measured(GPT, 0.9)], OWN, monthly_volume=0),
    ],
    ids=["no volume", "no price", "no run", "no post"],
)
def test_without_volume_or_money_nothing_is_drawn(found: Memo):
    assert cost_curve(found) is None


def test_a_break_even_far_away_is_not_drawn():
    curve = drawn(decided([measured(GPT, 0.9)], OWN, monthly_volume=100))
    assert curve.break_even is None


@settings(max_examples=15)
@given(
    volume=st.integers(1, 10**9),
    budget=st.none() | st.floats(0.0, 1e9),
    price=st.floats(1e-6, 1e4),
    once=st.floats(0.0, 1e9),
)
def test_it_always_fits_its_frame(volume: int, budget: float | None, price: float, once: float):
    terms = Terms(PriceList({GPT: Price(price, price, "CNY", date=TODAY)}), tuning=Tuning(exactly(once), exactly(0.0)))
    bar = replace(TASK.bar, monthly_volume=volume, monthly_budget=budget)
    runs = [measured(model, skill, rows=8) for model, skill in ((GPT, 0.9), (LINEAR, 0.5))]
    curve = cost_curve(memo(replace(TASK, bar=bar), runs, terms, today=TODAY))
    if curve:
        places = [place for line in curve.lines for place in (*points(line.line), *points(line.band))]
        assert all(-0.1 <= x <= WIDTH + 0.1 and -0.1 <= y <= HEIGHT + 0.1 for x, y in places)
        assert 2 <= len(curve.x_ticks) <= 7
        assert 2 <= len(curve.y_ticks) <= 7
