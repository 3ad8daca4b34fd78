from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, multinomial

from labkit.comparison import mcnemar_p, mcnemar_power, power_analysis, rows_needed, visible_gain
from labkit.errors import BadInput


def enumerated_power(rows: int, gain: float, discordant: float) -> float:
    """The chance of every pair of counts, by scipy's multinomial, where scipy's binomial test is significant."""
    outcomes = np.array([(f, r, rows - f - r) for f in range(rows + 1) for r in range(rows + 1 - f)])
    fewer, parted = outcomes[:, :2].min(axis=1), outcomes[:, :2].sum(axis=1)
    significant = 2 * binom.cdf(fewer, parted, 0.5) <= 0.05
    chances = multinomial.pmf(outcomes, rows, [(discordant + gain) / 2, (discordant - gain) / 2, 1 - discordant])
    return float(chances[significant].sum())


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 30), st.floats(0.05, 0.95), st.floats(0, 0.99))
def test_power_is_that_of_every_outcome_counted(rows: int, discordant: float, part: float):
    gain = part * discordant
    assert mcnemar_power(rows, gain, discordant) == pytest.approx(enumerated_power(rows, gain, discordant), abs=1e-9)


def simulated_power(rows: int, discordant: float, gain: float, rounds: int = 400) -> float:
    draw = np.random.default_rng(0)
    shares = ((discordant + gain) / 2, (discordant - gain) / 2, 1 - discordant)
    return float(np.mean([mcnemar_p(f, r) < 0.05 for f, r, _ in draw.multinomial(rows, shares, size=rounds)]))


@pytest.mark.parametrize(("rows", "discordant"), [(300, 0.1), (1000, 0.1), (400, 0.2), (1000, 0.05)])
def test_the_visible_gain_is_found_in_about_four_of_five_simulations(rows: int, discordant: float):
    assert 0.74 < simulated_power(rows, discordant, visible_gain(rows, discordant)) < 0.86


@pytest.mark.parametrize(("discordant", "gain"), [(0.1, 0.05), (0.2, 0.05), (0.05, 0.02), (0.2, 0.1)])
def test_about_as_many_rows_are_needed_as_connor_s_formula_says(discordant: float, gain: float):
    """Connor 1987: n = (z1 sqrt(d) + z2 sqrt(d - g²))² / g², a little more for the exact test (Miettinen 1968)."""
    z1, z2 = 1.959964, 0.841621
    connor = (z1 * discordant**0.5 + z2 * (discordant - gain**2) ** 0.5) ** 2 / gain**2
    found = power_analysis(300, [discordant])[0].rows_needed[gain]
    assert found is not None
    assert connor < found < 1.15 * connor


def test_three_hundred_rows_show_five_points_where_one_row_in_ten_differs():
    (found,) = power_analysis(300, [0.1])
    assert found.visible_gain == pytest.approx(0.053, abs=0.001)
    assert mcnemar_power(300, 0.05, 0.1) == pytest.approx(0.744, abs=0.001)
    assert mcnemar_power(found.rows_needed[0.03], 0.03, 0.1) >= 0.8
    assert mcnemar_power(int(0.9 * found.rows_needed[0.03]), 0.03, 0.1) < 0.8


def test_a_gain_beyond_the_discordant_rows_is_not_asked_for():
    assert set(power_analysis(300, [0.05])[0].rows_needed) == {0.02, 0.03, 0.05}


def test_no_number_above_a_million_rows_is_named():
    assert rows_needed(300, 0.0005, 0.02, changed=30) is None
    assert rows_needed(400_000, 0.0005, 0.0001, changed=1) is None, "six changed rows would take 2,400,000"
    assert rows_needed(400_000, 0.0005, 0.0001, changed=30) == 125_583


def test_more_rows_show_less_and_more_disagreement_hides_more():
    assert visible_gain(1000, 0.1) < visible_gain(300, 0.1) < visible_gain(300, 0.2)


def test_too_few_rows_show_nothing():
    assert visible_gain(50, 0.04) == 1.0
    assert visible_gain(10, 0.0) == 1.0
    assert visible_gain(5, 1.0) == 1.0  # five rows that all change are p = 1/16
    assert visible_gain(1, 0.5) == 1.0


@pytest.mark.parametrize(("rows", "share"), [(0, 0.1), (-3, 0.1), (10, 0.0), (10, 1.5), (10, float("nan"))])
def test_what_is_no_number_of_rows_or_no_share_is_refused(rows: int, share: float):
    with pytest.raises(BadInput):
        power_analysis(rows, [share])


def test_half_the_difference_needs_four_times_the_rows():
    needed = rows_needed(300, 0.02, 0.02)
    assert needed == pytest.approx(300 * (1.96 + 0.8416) ** 2, rel=0.01)
    assert rows_needed(300, 0.01, 0.02) == pytest.approx(4 * needed, rel=0.001)
    assert rows_needed(300, 0.0, 0.02) is None
    assert rows_needed(300, 1e-5, 0.02) is None  # 11 digits would be a number without a meaning
    assert rows_needed(300, 1e-300, 0.02) is None
