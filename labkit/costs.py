"""Tokens × price = money; what is unknown stays unknown and is never counted as free. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from labkit.errors import BadInput, UnknownName
from labkit.records import Run, Usage

_PER = 1_000_000  # prices are per million tokens
_NOTES = ("batch", "date", "source")  # further keys of a price, for readers
_IN_PROCESS = ("definition-reader", "linear")


@dataclass(frozen=True, slots=True)
class Price:
    """What a model's tokens cost.

    Args:
        input: per million prompt tokens.
        output: per million completion tokens.
        currency: ISO 4217 code.
        cached_input: per million prompt tokens that the provider had cached; `input` when None.
    """

    input: float
    output: float
    currency: str
    cached_input: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What was paid.

    Args:
        amounts: currency -> money, for what is known.
        unknown: replies whose price or tokens are not known.
    """

    amounts: Mapping[str, float]
    unknown: int = 0


def prices_from_mapping(content: Mapping[str, Any], where: str) -> dict[str, Price]:
    """Read the content of a prices.toml.

    Args:
        content: model -> its price; the table "rates" is left aside.
        where: the file, for errors.

    Raises:
        UnknownName: a key that a price does not have.
        BadInput: a price without input, output or currency, or one that is not a number of 0 or more.
    """
    return {model: _price(model, entry, where) for model, entry in content.items() if model != "rates"}


def run_cost(run: Run, prices: Mapping[str, Price]) -> Cost:
    """What a run cost: the tokens of its replies at the model's price; models of this machine cost no money."""
    model, price = run.header.model, prices.get(run.header.model)
    if model in _IN_PROCESS or model.startswith("local/"):
        return Cost({})
    asked = [row.usage for row in run.rows if row.attempts]
    known = [amount for usage in asked if price and (amount := _amount(usage, price)) is not None]
    return Cost({price.currency: sum(known)} if price and known else {}, len(asked) - len(known))


def total_cost(costs: Iterable[Cost]) -> Cost:
    """The sum of several costs, currency by currency."""
    amounts: dict[str, float] = {}
    unknown = 0
    for cost in costs:
        unknown += cost.unknown
        for currency, amount in cost.amounts.items():
            amounts[currency] = amounts.get(currency, 0.0) + amount
    return Cost(amounts, unknown)


def _amount(usage: Usage, price: Price) -> float | None:
    """What one row cost; None when its tokens were not reported."""
    if usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    cached = min(usage.cached_tokens or 0, usage.prompt_tokens)
    cached_price = price.input if price.cached_input is None else price.cached_input
    full = (usage.prompt_tokens - cached) * price.input
    return (full + cached * cached_price + usage.completion_tokens * price.output) / _PER


def _price(model: str, entry: Any, where: str) -> Price:
    known = [field.name for field in fields(Price)]
    if not isinstance(entry, Mapping) or not {"input", "output", "currency"} <= set(entry):
        raise BadInput(f"{where}: the price of {model!r} lacks input, output or currency", "Give all three")
    for key in entry:
        if key not in (*known, *_NOTES):
            raise UnknownName(f"key of a price in {where}", key, known)
    for key in ("input", "output", "cached_input"):
        if not _is_amount(entry.get(key, 0)):
            raise BadInput(f"{where}: {key} of {model!r} is not a number of 0 or more", "Give money per million tokens")
    return Price(**{name: entry[name] for name in known if name in entry})


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
