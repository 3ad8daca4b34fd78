from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests

from labkit.comparison.significance import (
    MANY,
    SWAPS,
    adjust,
    adjustment_for,
    benjamini_hochberg,
    holm,
    mcnemar_p,
    permutation_p,
    swap,
)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_the_exact_binomial_test(fixed: int, regressed: int):
    expected = binomtest(fixed, fixed + regressed).pvalue if fixed + regressed else 1.0
    assert mcnemar_p(fixed, regressed) == pytest.approx(expected, rel=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_agrees_with_statsmodels(p_values: list[float]):
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_benjamini_hochberg_agrees_with_statsmodels(p_values: list[float]):
    assert benjamini_hochberg(p_values) == pytest.approx(multipletests(p_values, method="fdr_bh")[1])


def test_few_comparisons_are_adjusted_by_holm_and_many_by_benjamini_hochberg():
    few, many = [0.01] * MANY, [0.01] * (MANY + 1)
    assert (adjustment_for(len(few)), adjust(few)) == ("holm", holm(few))
    assert (adjustment_for(len(many)), adjust(many)) == ("benjamini-hochberg", benjamini_hochberg(many))


def test_holm_of_nothing_is_nothing():
    assert holm([]) == ()


def test_a_sign_swap_test_finds_the_exact_p_value():
    """Ten clusters that all changed one way: 2 of 1024 swaps are as extreme."""
    a, b = np.zeros((10, 1)), np.ones((10, 1))
    first, second = swap(a, b)
    differences = (second - first)[:, 0]
    assert differences.size == SWAPS
    assert permutation_p(10.0, differences) == pytest.approx(2 / 1024, abs=0.003)


def test_swaps_keep_the_sum_of_both_runs():
    a, b = np.random.default_rng(0).integers(0, 3, size=(2, 40, 5)).astype(float)
    total = (a + b).sum(axis=0)
    first, second = swap(a, b)
    assert (first + second == total).all()
