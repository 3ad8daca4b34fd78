from __future__ import annotations

from math import inf

import pytest

from labkit.decision import Tuning, break_even
from labkit.scoring import Interval
from tests.decision.field import exactly


def test_it_is_where_both_cost_the_same():
    """12,000 once over 12 months and 1,000 a month are 2,000 a month; each 1,000 posts save 7.5 - 0.5."""
    tuning = Tuning(exactly(12_000.0), exactly(1_000.0), exactly(0.5))
    found = break_even(exactly(7.5), tuning)
    assert found.value == pytest.approx(2_000 / 7 * 1_000)
    assert found.value / 1000 * 7.5 == pytest.approx(2_000 + found.value / 1000 * 0.5)


def test_its_interval_takes_the_ends_of_what_goes_in():
    tuning = Tuning(Interval(12_000.0, 6_000.0, 24_000.0), exactly(0.0), Interval(1.0, 0.5, 2.0))
    found = break_even(Interval(6.0, 5.0, 7.0), tuning)
    assert found.low == pytest.approx(1000 * 500 / 6.5)
    assert found.high == pytest.approx(1000 * 2000 / 3.0)
    assert found.low < found.value < found.high


def test_where_each_post_costs_as_much_it_never_pays():
    tuning = Tuning(exactly(100.0), exactly(0.0), exactly(2.0))
    assert break_even(exactly(2.0), tuning).value == inf
    assert break_even(Interval(3.0, 1.0, 4.0), tuning).high == inf


@pytest.mark.parametrize("tuning", [Tuning(), Tuning(once=exactly(1.0)), Tuning(monthly=exactly(1.0))])
def test_what_is_not_known_makes_no_break_even(tuning: Tuning):
    assert break_even(exactly(5.0), tuning) is None


def test_months_spread_what_is_paid_once():
    year, half = (Tuning(exactly(12_000.0), exactly(0.0), months=months) for months in (12, 6))
    assert break_even(exactly(1.0), half).value == pytest.approx(2 * break_even(exactly(1.0), year).value)
