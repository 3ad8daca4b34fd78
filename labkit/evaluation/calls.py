"""Requests that would be sent, in tokens and money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labkit.costs import PriceList, is_free
from labkit.evaluation.expectation import Expectation
from labkit.evaluation.plan import Plan
from labkit.evaluation.twins import asked_once
from labkit.records import Request

_WAYS = ("list", "cached", "batch")


@dataclass(frozen=True, slots=True)
class Calls:
    """Requests that would be sent, as far as they have no answer yet; every number of tokens is an estimate.

    Args:
        count: how many.
        prompt_tokens, completion_tokens: of all of them.
        money: way of buying (list, cached, batch) -> money in the forecast's currency; None when it is not known.
    """

    count: int
    prompt_tokens: float
    completion_tokens: float
    money: Mapping[str, float | None]

    @property
    def cost(self) -> float | None:
        """The money to expect: at the cached price where that was measured, else at the list price."""
        return self.money["list"] if self.money["cached"] is None else self.money["cached"]


def calls_of(plan: Plan, requests: Sequence[Request], prices: PriceList, expected: Expectation) -> Calls:
    """What requests of a plan will take, where rows that ask the same are asked once.

    Args:
        plan: names the model.
        requests: of its rows that are open.
        prices: that hold for the scene.
        expected: of the model's answers.
    """
    return calls_of_each(plan, asked_once(plan, requests), prices, expected)


def calls_of_each(plan: Plan, requests: Sequence[Request], prices: PriceList, expected: Expectation) -> Calls:
    """What requests will take, each of them sent; see `calls_of`."""
    prompt = sum(expected.prompt_tokens(request) for request in requests)
    completion = expected.completion_tokens * len(requests)
    return Calls(len(requests), prompt, completion, _money(plan, prices, expected, prompt, completion))


def _money(
    plan: Plan, prices: PriceList, expected: Expectation, prompt: float, completion: float
) -> Mapping[str, float | None]:
    price = prices.prices.get(plan.header.model)
    if price is None:
        return dict.fromkeys(_WAYS, 0.0 if is_free(plan.header.model) else None)
    rate = prices.rates.convert(1.0, price.currency, currency_of(plan, prices)) or 1.0
    amounts = expected.money(price, prompt, completion)
    return {way: None if amount is None else rate * amount for way, amount in amounts.items()}


def currency_of(plan: Plan, prices: PriceList) -> str:
    """The bar's currency; the price's own when no rate leads there."""
    price, wanted = prices.prices.get(plan.header.model), plan.task.bar.currency
    if price is None:
        return wanted if is_free(plan.header.model) else ""
    return wanted if prices.rates.convert(1.0, price.currency, wanted) is not None else price.currency
