from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.costs import (
    Cost,
    Price,
    PriceList,
    Rates,
    cost_of_rows,
    estimated_tokens,
    prices_from_mapping,
    run_cost,
    running_cost,
    total_cost,
)
from labkit.costs.prices import price_list_from_mapping
from labkit.costs.tokens import correction
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


def test_the_invoice_of_a_month_with_a_cached_prefix():
    """1,000 rows of 1,200 prompt tokens, 1,024 of them cached, and 80 completion tokens, at 4 / 1 / 16 yuan a million.

    Full 176,000 × 4 = 0.704, cached 1,024,000 × 1 = 1.024, completion 80,000 × 16 = 1.28: together 3.008 yuan.
    Without the cache 4.8 + 1.28 = 6.08; in batch files at half the list price 3.04.
    """
    price = Price(4, 16, "CNY", cached_input=1, batch_input=2, batch_output=8)
    run = paid_run(*[Usage(1200, 1024, 80)] * 1000)
    assert run_cost(run, {"moonshot/x": price}).amounts == {"CNY": pytest.approx(3.008)}
    found = running_cost(run, price)
    assert found is not None
    assert found.ways == {"list": pytest.approx(6.08), "cached": pytest.approx(3.008), "batch": pytest.approx(3.04)}
    assert found.per_month(200_000)["batch"] == pytest.approx(608)
    assert found.hit_rate == pytest.approx(1024 / 1200)


def test_the_invoice_of_a_batch_with_a_rest_that_was_asked_one_by_one():
    """900 rows in a batch file at half price, where caches do not count, and 100 that it had left, asked live.

    Batch: 900 × 800 = 720,000 prompt tokens × 1.25 = 0.9 dollars; 900 × 60 = 54,000 completion tokens × 5 = 0.27.
    Live: 100 × 800 = 80,000, of which 64,000 cached × 0.25 = 0.016 and 16,000 × 2.5 = 0.04; 6,000 × 10 = 0.06.
    Together 0.9 + 0.27 + 0.016 + 0.04 + 0.06 = 1.286 dollars, at 7.05 yuan 9.0663 yuan.
    """
    price = Price(2.5, 10, "USD", cached_input=0.25, batch_input=1.25, batch_output=5)
    run = paid_run(*[Usage(800, 512, 60)] * 900, *[Usage(800, 640, 60)] * 100, model="openai/x")
    run = replace(run, rows=tuple(replace(row, batched=k < 900) for k, row in enumerate(run.rows)))
    cost = run_cost(run, {"openai/x": price})
    assert cost == Cost({"USD": pytest.approx(1.286)})
    assert cost.amount_in("CNY", Rates({("USD", "CNY"): 7.05})) == pytest.approx(9.0663)
    assert run_cost(run, {"openai/x": replace(price, batch_input=None)}).unknown == 900


def test_the_invoice_of_a_retry_that_was_answered_twice():
    """A timeout was answered after all, and so was its retry: both are on the invoice.

    2 × 600 × 0.15 + 2 × 40 × 0.60 and, for the other row, 600 × 0.15 + 40 × 0.60, in dollars a million:
    0.000180 + 0.000048 + 0.000090 + 0.000024 = 0.000342 dollars, at 7.10 yuan 0.0024282 yuan.
    """
    run = paid_run(Usage(1200, 0, 80), Usage(600, 0, 40))  # the store sums the replies of a row
    run = replace(run, rows=(replace(run.rows[0], attempts=2), run.rows[1]))
    cost = run_cost(run, {"moonshot/x": Price(0.15, 0.60, "USD")})
    assert cost == Cost({"USD": pytest.approx(0.000342)})
    assert cost.amount_in("CNY", Rates({("USD", "CNY"): 7.1})) == pytest.approx(0.0024282)
    assert cost.amount_in("CNY", Rates({("CNY", "USD"): 1 / 7.1})) == pytest.approx(0.0024282)
    assert cost.amount_in("CNY", Rates()) is None


def test_the_invoice_with_a_reply_whose_tokens_nobody_reported():
    """Two rows of 300 + 20 tokens at 1 / 2: 0.00068. The third is on the invoice too, but nobody can say with what."""
    run = paid_run(Usage(300, None, 20), Usage(None, None, None), Usage(300, None, 20))
    price = Price(1, 2, "CNY", cached_input=0.1)
    assert run_cost(run, {"moonshot/x": price}) == Cost({"CNY": pytest.approx(0.00068)}, unknown=1)
    found = running_cost(run, price)
    assert found is not None
    assert (found.rows, found.unknown, found.hit_rate) == (2, 1, None)
    assert found.ways == {"list": pytest.approx(0.34), "cached": None, "batch": None}
    assert running_cost(paid_run(Usage()), price) is None


def test_a_price_without_a_day_or_of_last_quarter_is_old():
    today = date(2026, 11, 22)
    ages = {date(2026, 11, 1): False, date(2026, 8, 24): False, date(2026, 8, 23): True, None: True}
    assert {day: Price(1, 2, "CNY", date=day).is_old(today) for day in ages} == ages


def test_a_scenes_prices_lie_over_the_others():
    mine = PriceList({"a/x": Price(1, 2, "CNY")}, Rates({("USD", "CNY"): 7.0}, date(2026, 11, 1)))
    theirs = PriceList({"a/x": Price(3, 4, "CNY"), "b/y": PRICE}, Rates({("USD", "CNY"): 7.2, ("EUR", "CNY"): 8.0}))
    laid = mine.over(theirs)
    assert laid.prices == {"a/x": Price(1, 2, "CNY"), "b/y": PRICE}
    assert laid.rates == Rates({("USD", "CNY"): 7.0, ("EUR", "CNY"): 8.0}, date(2026, 11, 1))


def test_batch_is_a_share_of_the_list_price_or_two_prices_of_its_own():
    half = {"input": 2, "output": 8, "currency": "CNY", "batch": 0.5}
    assert prices_from_mapping({"m": half}, "f")["m"] == Price(2, 8, "CNY", batch_input=1, batch_output=4)
    own = {"input": 2, "output": 8, "currency": "CNY", "batch_input": 0.9, "batch_output": 3}
    assert prices_from_mapping({"m": own}, "f")["m"].batch_amount(1_000_000, 1_000_000) == pytest.approx(3.9)
    assert PRICE.batch_amount(1, 1) is None


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ({"USDCNY": 7}, "'USDCNY' in \\[rates\\] is no pair"),
        ({"USD_CNY": 0}, "the rate USD_CNY is not a number above 0"),
        ({"USD_CNY": 7, "date": "last week"}, "the date is 'last week'"),
        (7, "rates is not a table"),
    ],
)
def test_a_bad_rate_is_one_clear_line(rates: object, message: str):
    with pytest.raises(BadInput, match=message):
        price_list_from_mapping({"rates": rates}, "prices.toml")


def test_a_models_own_counts_correct_the_rule_of_thumb():
    assert estimated_tokens(["快递没到", "abcd"]) == pytest.approx(4 + 2.4 + 4 + 1.2)
    assert correction([(100, 150), (200, 300), (10, 15)]) == (pytest.approx(1.5), 3)
    assert correction([(100, 150)]) == (1.0, 0)


def test_unknown_tokens_and_prices_are_counted_and_not_free():
    run = paid_run(Usage(1000, 0, 100), Usage(None, None, 5))
    assert run_cost(run, {"moonshot/x": PRICE}).unknown == 1
    assert run_cost(run, {}) == Cost({}, unknown=2)


@pytest.mark.parametrize("model", ["linear", "definition-reader", "local/qwen+adapter"])
def test_models_of_this_machine_cost_no_money(model: str):
    assert run_cost(paid_run(Usage(), model=model), {}) == Cost({})


def test_rows_that_were_never_asked_cost_nothing():
    assert run_cost(made_run([made_row("r", ["refund"])], model="moonshot/x"), {}) == Cost({})


def test_what_was_taken_over_is_on_the_other_bill_and_in_what_the_rows_cost():
    """Of 4 rows of 0.002 yuan each one was paid here, two took its answer over, and one is open."""
    run = paid_run(*[Usage(1000, None, 0)] * 3, Usage())
    first, *copies, still = run.rows
    taken = [replace(row, attempts=0, taken_from="run") for row in copies]
    run = replace(run, rows=(first, *taken, replace(still, attempts=0)))
    assert run_cost(run, {"moonshot/x": PRICE}) == Cost({"CNY": pytest.approx(0.002)})
    assert cost_of_rows(run, {"moonshot/x": PRICE}) == Cost({"CNY": pytest.approx(0.006)})
    assert cost_of_rows(run, {}) == Cost({}, unknown=3)


def test_what_was_taken_over_costs_what_it_was_bought_at_whoever_bought_it():
    run = paid_run(*[Usage(1000, None, 0)] * 3)
    first, within, other = run.rows
    taken = (
        replace(within, attempts=0, taken_from=run.header.run, batched=True),
        replace(other, attempts=0, taken_from="another"),
    )
    run = replace(run, rows=(replace(first, batched=True), *taken))
    assert cost_of_rows(run, {"moonshot/x": replace(PRICE, batch_input=1.0, batch_output=4.0)}) == Cost(
        {"CNY": pytest.approx(0.004)}
    )


def test_an_answer_taken_over_after_attempts_in_vain_is_on_the_bill_of_who_paid():
    run = paid_run(Usage(1000, None, 0))
    run = replace(run, rows=(replace(run.rows[0], attempts=2, taken_from="another"),))
    assert run_cost(run, {"moonshot/x": PRICE}) == Cost({})


def test_currencies_stay_apart():
    total = total_cost([Cost({"CNY": 1.0}, 1), Cost({"USD": 2.0}), Cost({"CNY": 0.5}, 2)])
    assert total == Cost({"CNY": 1.5, "USD": 2.0}, unknown=3)


def test_a_price_list_is_read():
    content = {
        "moonshot/x": {"input": 2, "output": 8, "currency": "CNY", "date": "2026-05-01", "source": "a page"},
        "rates": {"USD_CNY": 7.1},
    }
    assert prices_from_mapping(content, "prices.toml") == {
        "moonshot/x": Price(2, 8, "CNY", date=date(2026, 5, 1), source="a page")
    }


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"input": 1, "output": 2}, "lacks input, output or currency"),
        ({"input": 1, "output": 2, "currency": "CNY", "cachedinput": 1}, "Did you mean 'cached_input'"),
        ({"input": -1, "output": 2, "currency": "CNY"}, "input of 'm' is not a number of 0 or more"),
        ({"input": 1, "output": True, "currency": "CNY"}, "output of 'm' is not a number"),
        (3, "lacks input"),
        ({"input": 1, "output": 2, "currency": "CNY", "batch": 50}, "batch of 'm' is a share"),
        ({"input": 1, "output": 2, "currency": "yuan"}, "the currency of 'm'"),
    ],
)
def test_a_bad_price_is_one_clear_line(entry: object, message: str):
    with pytest.raises(BadInput, match=message):
        prices_from_mapping({"m": entry}, "prices.toml")


@given(st.dictionaries(st.sampled_from(["input", "output", "currency", "batch", "odd"]), st.floats() | st.text()))
def test_any_price_is_read_or_refused_clearly(entry: dict[str, object]):
    with suppress(BadInput):
        assert set(prices_from_mapping({"m": entry}, "prices.toml")) == {"m"}
