from __future__ import annotations

from dataclasses import replace
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import quantile_test

from labkit.records import Usage
from labkit.scoring import Effort, effort, score
from labkit.scoring.effort import slow_interval
from tests.made_runs import made_row, made_run


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=50))
def test_percentiles_are_those_of_the_standard_library(seconds: list[float]):
    took = effort([replace(made_row(str(k), []), latency_s=s) for k, s in enumerate(seconds)])
    cuts = quantiles(seconds, n=100, method="inclusive")
    assert (took.latency_p50_s, took.latency_p95_s) == pytest.approx((cuts[49], cuts[94]))
    assert took.timed == len(seconds)


def test_tokens_are_summed_over_the_replies_that_report_them():
    rows = [
        replace(made_row("a", []), usage=Usage(100, 80, 10)),
        replace(made_row("b", []), usage=Usage(50, None, 5)),
        replace(made_row("c", []), usage=Usage(7, None, None)),
        made_row("d", []),
    ]
    took = effort(rows)
    assert (took.prompt_tokens, took.cached_tokens, took.completion_tokens, took.metered) == (157, 80, 15, 2)


def test_what_nobody_reported_is_unknown_and_not_nothing():
    assert effort([made_row("a", [])]) == Effort()
    assert effort([]) == Effort()


def test_rows_without_gold_took_something_too():
    row = replace(made_row("a", None, ["refund"]), latency_s=2.0, usage=Usage(10, 0, 1))
    assert score(made_run([row])).effort == Effort(2.0, 2.0, 1, 10, 0, 1, 1)


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=300))
def test_the_slow_percentile_lies_between_the_order_statistics_that_scipy_names(seconds: list[float]):
    found = slow_interval([replace(made_row(str(k), []), latency_s=s) for k, s in enumerate(seconds)])
    assert found is not None
    limits = quantile_test(seconds, p=0.95).confidence_interval(0.95)
    ends = (min(seconds), max(seconds))  # scipy says nan where so few rows have no such order statistic
    assert found.low == pytest.approx(min(found.value, ends[0] if limits.low != limits.low else limits.low))
    assert found.high == pytest.approx(max(found.value, ends[1] if limits.high != limits.high else limits.high))


def test_without_seconds_there_is_no_slow_percentile():
    assert slow_interval([made_row("a", [])]) is None
