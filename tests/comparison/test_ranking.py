from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from labkit.comparison import compare, paired
from labkit.costs import Price
from labkit.errors import BadInput
from labkit.records import Run, Usage
from tests.made_runs import made_row, made_run, noisy_run, run_pairs


def test_runs_are_ranked_and_those_that_cannot_be_told_apart_share_a_group():
    errors = {"poor": 0.3, "good": 0.05, "alike": 0.052, "worse": 0.2}
    runs = [noisy_run(300, error, seed, name) for seed, (name, error) in enumerate(errors.items())]
    found = compare(runs)
    assert [entry.run for entry in found.ranking[2:]] == ["worse", "poor"]
    assert {entry.run: entry.group for entry in found.ranking} == {"good": 1, "alike": 1, "worse": 2, "poor": 3}
    assert found.rows == 300
    assert len(found.pairs) == 3


def test_each_pair_holds_the_best_and_keeps_the_order_given():
    runs = [
        noisy_run(200, error, seed, name)
        for seed, (name, error) in enumerate({"v1": 0.3, "v2": 0.05, "v3": 0.3}.items())
    ]
    pairs = compare(runs).pairs
    assert {(pair.a, pair.b) for pair in pairs} == {("v1", "v2"), ("v2", "v3")}
    assert {(pair.a, pair.b): pair.verdict for pair in pairs} == {("v1", "v2"): "better", ("v2", "v3"): "worse"}


def test_scores_stand_on_the_rows_common_to_all():
    shared = [made_row(str(k), ["refund"], ["refund"]) for k in range(4)]
    a = made_run([*shared, made_row("extra", ["refund"], ["quality"])], "a")
    found = compare([a, made_run(shared, "b")])
    assert found.left_out == {"missing": 1}
    assert [entry.scores.values["accuracy"].value for entry in found.ranking] == [1.0, 1.0]


def test_money_for_a_thousand_rows_stands_beside_the_scores_where_it_is_known():
    usage = Usage(prompt_tokens=1000, cached_tokens=800, completion_tokens=100)
    rows = [replace(made_row(str(k), ["refund"], ["refund"]), usage=usage, attempts=1) for k in range(4)]
    prices = {"paid/model": Price(2.0, 10.0, "USD", cached_input=0.5, batch_input=1.0, batch_output=5.0)}
    runs = [made_run(rows, "dear", model="paid/model"), made_run(rows, "unpriced", model="other/model")]
    dear, unpriced = compare(runs, prices=prices).ranking
    assert dear.cost is not None
    assert dear.cost.ways == pytest.approx({"list": 3.0, "cached": 1.8, "batch": 1.5})
    assert unpriced.cost is None
    assert compare(runs).ranking[0].cost is None


def test_one_run_is_no_comparison():
    with pytest.raises(BadInput, match="needs two runs or more, and got 1"):
        compare([made_run([made_row("r", [])])])


@settings(max_examples=25, deadline=None)
@given(run_pairs())
def test_comparing_two_runs_is_their_pair(runs: tuple[Run, Run]):
    found = compare(runs)
    assert found.pairs == (paired(*runs),)
    assert {entry.group for entry in found.ranking} <= {1, 2}
