"""Money in the bar's currency, with its interval; what is unknown stays unknown and is never free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from labkit.costs import PriceList, is_free, reply_cost
from labkit.records import Run
from labkit.scoring import Interval

_NORMAL = 1.959963984540054  # the normal distribution's 97.5 % point


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its interval.

    Args:
        amount: never below 0.
        currency: ISO 4217 code.
    """

    amount: Interval
    currency: str

    def times(self, factor: float | Interval) -> Money:
        """So many times as much; the limits of an interval take those of the amount, low with low."""
        a, f = self.amount, factor if isinstance(factor, Interval) else Interval(factor, factor, factor)
        return Money(Interval(f.value * a.value, f.low * a.low, f.high * a.high), self.currency)

    def plus(self, other: Money) -> Money:
        """Both together, in the same currency; the limits add up, as if both missed the same way."""
        a, b = self.amount, other.amount
        return Money(Interval(a.value + b.value, a.low + b.low, a.high + b.high), self.currency)


def money_per_1000(run: Run, prices: PriceList) -> Money | None:
    """What 1,000 rows like those of a run cost, as it was served: cached tokens at the cached price, retries paid.

    Args:
        run: the tokens of its rows are the measurement.
        prices: of models, and rates between currencies.

    Returns:
        Money with the interval of the mean over rows (normal approximation), in the currency of the run's bar; 0 for
        models of this machine; None without a price, a rate or reported tokens.
    """
    currency, price = run.task.bar.currency, prices.prices.get(run.header.model)
    if is_free(run.header.model):
        return Money(Interval(0.0, 0.0, 0.0), currency)
    paid = [cost for row in run.rows if price and (cost := reply_cost(row.usage, price)) is not None]
    rate = prices.rates.convert(1000.0, price.currency, currency) if price else None
    return Money(_mean(paid), currency).times(rate) if paid and rate is not None else None


def _mean(values: Sequence[float]) -> Interval:
    n = len(values)
    mean = sum(values) / n
    error = sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) / n) if n > 1 else mean
    return Interval(mean, max(0.0, mean - _NORMAL * error), mean + _NORMAL * error)
