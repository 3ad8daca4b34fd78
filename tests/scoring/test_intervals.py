from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from labkit.scoring.intervals import clustered_wilson, percentile_interval, resample, wilson


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(counts: tuple[int, int]):
    hits, trials = counts
    expected = binomtest(hits, trials).proportion_ci(method="wilson")
    found = wilson(hits, trials)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_no_trials_say_nothing():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def test_an_interval_prints_as_people_read_it():
    assert str(wilson(4, 8)) == "0.500 (0.215 – 0.785)"


def test_clusters_of_one_are_plain_wilson():
    hits = np.array([1.0, 0, 1, 1, 0, 0, 0, 1])
    assert clustered_wilson(hits, np.ones(8)) == wilson(4, 8)


def test_clusters_that_agree_within_are_worth_one_trial_each():
    found = clustered_wilson(np.array([5.0, 0, 5, 0]), np.full(4, 5.0))
    assert found == wilson(10, 20, effective=4)


def test_a_bootstrap_draws_as_many_clusters_as_there_are_and_repeats_itself():
    cells = np.ones((7, 2))
    assert (resample(cells) == 7).all()
    drawn = np.arange(14.0).reshape(7, 2)
    assert (resample(drawn, seed=3) == resample(drawn, seed=3)).all()
    assert (resample(drawn, seed=3) != resample(drawn, seed=4)).any()


def test_a_bootstrap_in_blocks_has_the_right_spread():
    cells = np.random.default_rng(0).normal(size=(5000, 1))  # 5000 clusters: two blocks of weights
    spread = resample(cells)[:, 0].std()
    assert spread == pytest.approx(np.sqrt(5000), rel=0.1)


def test_undefined_resamples_are_left_out():
    found = percentile_interval(0.5, np.array([np.nan, 0.4, 0.6, np.nan]))
    assert 0.4 <= found.low < found.value < found.high <= 0.6
    assert percentile_interval(0.5, np.array([np.nan])).low == 0.5
