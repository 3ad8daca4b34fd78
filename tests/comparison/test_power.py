from __future__ import annotations

import numpy as np
import pytest

from labkit.comparison import mcnemar_p, rows_needed, visible_gain


def simulated_power(rows: int, discordant: float, gain: float, rounds: int = 400) -> float:
    draw = np.random.default_rng(0)
    shares = ((discordant + gain) / 2, (discordant - gain) / 2, 1 - discordant)
    return float(np.mean([mcnemar_p(f, r) < 0.05 for f, r, _ in draw.multinomial(rows, shares, size=rounds)]))


@pytest.mark.parametrize(("rows", "discordant"), [(300, 0.1), (1000, 0.1), (400, 0.2), (1000, 0.05)])
def test_the_visible_gain_is_found_in_about_four_of_five_simulations(rows: int, discordant: float):
    assert 0.7 < simulated_power(rows, discordant, visible_gain(rows, discordant)) < 0.88


def test_more_rows_show_less_and_more_disagreement_hides_more():
    assert visible_gain(1000, 0.1) < visible_gain(300, 0.1) < visible_gain(300, 0.2)


def test_too_few_rows_show_nothing():
    assert visible_gain(50, 0.04) == 1.0
    assert visible_gain(10, 0.0) == 1.0


def test_half_the_difference_needs_four_times_the_rows():
    needed = rows_needed(300, 0.02, 0.02)
    assert needed == pytest.approx(300 * (1.96 + 0.8416) ** 2, rel=0.01)
    assert rows_needed(300, 0.01, 0.02) == pytest.approx(4 * needed, rel=0.001)
    assert rows_needed(300, 0.0, 0.02) is None
