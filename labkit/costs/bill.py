"""What was paid: the tokens of replies at their model's price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labkit.costs.prices import Price
from labkit.costs.rates import Rates
from labkit.records import Run, RunRow, Status, Usage

_IN_PROCESS = ("definition-reader", "linear")


@dataclass(frozen=True, slots=True)
class Cost:
    """What was paid.

    Args:
        amounts: currency -> money, for what is known.
        unknown: replies whose price or tokens are not known.
    """

    amounts: Mapping[str, float]
    unknown: int = 0

    def amount_in(self, currency: str, rates: Rates) -> float | None:
        """All that is known, in one currency; None when a rate is missing."""
        parts = [rates.convert(amount, of, currency) for of, amount in self.amounts.items()]
        known = [part for part in parts if part is not None]
        return sum(known) if len(known) == len(parts) else None


def is_free(model: str) -> bool:
    """Whether a model answers on this machine, so that its answers cost no money."""
    return model in _IN_PROCESS or model.startswith("local/")


def run_cost(run: Run, prices: Mapping[str, Price]) -> Cost:
    """What a run cost: the tokens of its replies at the model's price; models of this machine cost no money.

    Replies taken over from another run are on that run's bill; those of batch files are billed at the batch price.
    """
    return _bill(run, prices, [row for row in run.rows if row.attempts and not row.taken_from])


def cost_of_rows(run: Run, prices: Mapping[str, Price]) -> Cost:
    """What the rows of a run cost, whoever paid: a reply taken over counts at the price at which it was bought."""
    return _bill(run, prices, [row for row in run.rows if row.attempts or row.taken_from])


def _bill(run: Run, prices: Mapping[str, Price], rows: Iterable[RunRow]) -> Cost:
    price = prices.get(run.header.model)
    if is_free(run.header.model):
        return Cost({})
    of_batches = price.in_batch() if price else None
    replied = [row for row in rows if row.prediction.status is not Status.PENDING]
    asked = [(row.usage, of_batches if row.batched else price) for row in replied]
    known = [amount for usage, paid in asked if paid and (amount := reply_cost(usage, paid)) is not None]
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


def reply_cost(usage: Usage, price: Price) -> float | None:
    """What the tokens of a row cost, in the price's currency; None when they were not reported."""
    if usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    return price.amount(usage.prompt_tokens, usage.cached_tokens or 0, usage.completion_tokens)
