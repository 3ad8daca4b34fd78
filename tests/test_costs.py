from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.costs import Cost, Price, prices_from_mapping, run_cost, total_cost
from labkit.errors import BadInput
from labkit.records import Run, Usage
from tests.made_runs import made_row, made_run

PRICE = Price(input=2.0, output=8.0, currency="CNY", cached_input=0.5)


def paid_run(*usages: Usage, model: str = "moonshot/x") -> Run:
    rows = [made_row(str(k), ["refund"], ["refund"]) for k in range(len(usages))]
    return made_run([replace(row, attempts=1, usage=u) for row, u in zip(rows, usages, strict=True)], model=model)


def test_a_bill_worked_out_by_hand():
    run = paid_run(Usage(1000, 800, 100), Usage(500, None, 50))
    by_hand = (200 * 2 + 800 * 0.5 + 100 * 8 + 500 * 2 + 50 * 8) / 1e6
    assert run_cost(run, {"moonshot/x": PRICE}) == Cost({"CNY": pytest.approx(by_hand)})


def test_unknown_tokens_and_prices_are_counted_and_not_free():
    run = paid_run(Usage(1000, 0, 100), Usage(None, None, 5))
    assert run_cost(run, {"moonshot/x": PRICE}).unknown == 1
    assert run_cost(run, {}) == Cost({}, unknown=2)


@pytest.mark.parametrize("model", ["linear", "definition-reader", "local/qwen+adapter"])
def test_models_of_this_machine_cost_no_money(model: str):
    assert run_cost(paid_run(Usage(), model=model), {}) == Cost({})


def test_rows_that_were_never_asked_cost_nothing():
    assert run_cost(made_run([made_row("r", ["refund"])], model="moonshot/x"), {}) == Cost({})


def test_currencies_stay_apart():
    total = total_cost([Cost({"CNY": 1.0}, 1), Cost({"USD": 2.0}), Cost({"CNY": 0.5}, 2)])
    assert total == Cost({"CNY": 1.5, "USD": 2.0}, unknown=3)


def test_a_price_list_is_read():
    content = {
        "moonshot/x": {"input": 2, "output": 8, "currency": "CNY", "date": "2026-05-01", "source": "a page"},
        "rates": {"USD_CNY": 7.1},
    }
    assert prices_from_mapping(content, "prices.toml") == {"moonshot/x": Price(2, 8, "CNY")}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"input": 1, "output": 2}, "lacks input, output or currency"),
        ({"input": 1, "output": 2, "currency": "CNY", "cachedinput": 1}, "Did you mean 'cached_input'"),
        ({"input": -1, "output": 2, "currency": "CNY"}, "input of 'm' is not a number of 0 or more"),
        ({"input": 1, "output": True, "currency": "CNY"}, "output of 'm' is not a number"),
        (3, "lacks input"),
    ],
)
def test_a_bad_price_is_one_clear_line(entry: object, message: str):
    with pytest.raises(BadInput, match=message):
        prices_from_mapping({"m": entry}, "prices.toml")


@given(st.dictionaries(st.sampled_from(["input", "output", "currency", "batch", "odd"]), st.floats() | st.text()))
def test_any_price_is_read_or_refused_clearly(entry: dict[str, object]):
    with suppress(BadInput):
        assert set(prices_from_mapping({"m": entry}, "prices.toml")) == {"m"}
