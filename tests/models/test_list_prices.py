from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import pytest

from labkit.costs import prices_from_mapping
from labkit.models.providers import PROVIDERS

PRICES = tomllib.loads(files("labkit").joinpath("models", "prices.toml").read_text(encoding="utf-8"))
ROWS = sorted((name, row) for name, row in PRICES.items() if name != "rates")


def test_every_row_is_a_price():
    assert len(prices_from_mapping(PRICES, "prices.toml")) == len(ROWS) >= 20


@pytest.mark.parametrize(("model", "row"), ROWS)
def test_a_price_says_whose_it_is_and_where_it_was_read(model: str, row: dict[str, object]):
    provider, _, name = model.partition("/")
    assert provider in PROVIDERS
    assert name
    assert date(2025, 1, 1) < date.fromisoformat(str(row["date"])) <= date.today()
    assert "." in str(row["source"])


@pytest.mark.parametrize(("model", "row"), ROWS)
def test_discounts_are_discounts_and_answers_cost_more_than_prompts(model: str, row: dict[str, float]):
    assert row["input"] <= row["output"]
    assert row.get("cached_input", row["input"]) <= row["input"]
    assert 0 < row.get("batch", 1.0) <= 1


def test_a_region_pays_in_its_own_currency():
    currencies = {model.partition("/")[0]: row["currency"] for model, row in ROWS}
    assert currencies == {provider: PROVIDERS[provider].currency for provider in currencies}


def test_the_rates_say_their_day_and_where_they_were_read():
    rates = PRICES["rates"]
    assert 6 < rates["USD_CNY"] < 8
    assert date(2025, 1, 1) < date.fromisoformat(rates["date"]) <= date.today()
    assert "." in rates["source"]
