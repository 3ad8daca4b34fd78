"""What a model's tokens cost, as prices.toml says, with the day and the place where it was read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from labkit.costs.rates import OLD_DAYS, Rates, is_currency, rates_from_mapping, read_date
from labkit.errors import BadInput, UnknownName

_AMOUNTS = ("input", "output", "cached_input", "batch_input", "batch_output", "training", "hosting_hour")
_KEYS = (*_AMOUNTS, "currency", "batch", "date", "source")
_PER = 1_000_000  # prices are per million tokens


@dataclass(frozen=True, slots=True)
class Price:
    """What a model's tokens cost, per million.

    Args:
        input: prompt tokens.
        output: completion tokens.
        currency: ISO 4217 code.
        cached_input: prompt tokens that the provider had cached; `input` when None.
        batch_input, batch_output: the same in the provider's batch files; None when it has none.
        training: a token that the provider tunes the model on, each epoch anew; None when nobody wrote it down.
        hosting_hour: money for one hour in which the provider keeps the model ready, tokens apart; None likewise.
        date: the day the price was read, or None when nobody wrote it down.
        source: where.
    """

    input: float
    output: float
    currency: str
    cached_input: float | None = None
    batch_input: float | None = None
    batch_output: float | None = None
    training: float | None = None
    hosting_hour: float | None = None
    date: datetime.date | None = None
    source: str = ""

    def amount(self, prompt: float, cached: float, completion: float) -> float:
        """Money for tokens, `cached` of the prompt's among them at the cached price."""
        cached = min(cached, prompt)
        cached_price = self.input if self.cached_input is None else self.cached_input
        return ((prompt - cached) * self.input + cached * cached_price + completion * self.output) / _PER

    def batch_amount(self, prompt: float, completion: float) -> float | None:
        """Money for tokens in a batch file, where caches do not count; None when the provider has no batch price."""
        if self.batch_input is None or self.batch_output is None:
            return None
        return (prompt * self.batch_input + completion * self.batch_output) / _PER

    def in_batch(self) -> Price | None:
        """What tokens cost in a batch file, where caches do not count; None when the provider has no such price."""
        if self.batch_input is None or self.batch_output is None:
            return None
        return replace(self, input=self.batch_input, output=self.batch_output, cached_input=None)

    def is_old(self, today: datetime.date) -> bool:
        """Whether it was read more than 90 days ago; one without a date is not known to be new."""
        return self.date is None or (today - self.date).days > OLD_DAYS


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices that hold for a scene.

    Args:
        prices: model -> its price.
        rates: between currencies.
    """

    prices: Mapping[str, Price] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)

    def over(self, other: PriceList) -> PriceList:
        """This list laid over another one: what both have is taken from this."""
        rates = Rates(
            {**other.rates.pairs, **self.rates.pairs}, self.rates.date if self.rates.pairs else other.rates.date
        )
        return PriceList({**other.prices, **self.prices}, rates)


def price_list_from_mapping(content: Mapping[str, Any], where: str) -> PriceList:
    """Read the content of a prices.toml with its table [rates]; raises as `prices_from_mapping` does."""
    return PriceList(prices_from_mapping(content, where), rates_from_mapping(content.get("rates", {}), where))


def prices_from_mapping(content: Mapping[str, Any], where: str) -> dict[str, Price]:
    """Read the prices in the content of a prices.toml.

    Args:
        content: model -> its price; the table "rates" is left aside.
        where: the file, for errors.

    Raises:
        UnknownName: a key that a price does not have.
        BadInput: a price without input, output or currency, or one that is not a number of 0 or more, no currency,
            or a share for batch files above 1.
    """
    return {model: _price(model, entry, where) for model, entry in content.items() if model != "rates"}


def _price(model: str, entry: Any, where: str) -> Price:
    if not isinstance(entry, Mapping) or not {"input", "output", "currency"} <= set(entry):
        raise BadInput.told("error.prices.lacking", where=where, model=model)
    for key in entry:
        if key not in _KEYS:
            raise UnknownName("key of a price in", key, _KEYS, where=where)
    for key in (*_AMOUNTS, "batch"):
        if not _is_amount(entry.get(key, 0)):
            raise BadInput.told("error.prices.no_number", where=where, key_=key, model=model)
    if entry.get("batch", 0) > 1:
        raise BadInput.told("error.prices.batch", where=where, model=model)
    if not is_currency(entry["currency"]):
        raise BadInput.told("error.prices.currency", where=where, model=model)
    amounts = {name: entry[name] for name in _AMOUNTS if name in entry}
    when = read_date(entry.get("date"), f"{where}, {model!r}")
    return Price(
        currency=entry["currency"], date=when, source=str(entry.get("source", "")), **_batch_prices(entry) | amounts
    )


def _batch_prices(entry: Mapping[str, Any]) -> dict[str, float]:
    """`batch` says which part of the list price a batch costs, such as 0.5."""
    if "batch" not in entry:
        return {}
    return {"batch_input": entry["batch"] * entry["input"], "batch_output": entry["batch"] * entry["output"]}


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
