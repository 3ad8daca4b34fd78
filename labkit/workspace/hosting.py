"""What it costs a month that providers keep a scene's tuned models ready, tokens apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.costs import PriceList
from labkit.decision import HOURS_A_MONTH
from labkit.scoring import Interval
from labkit.workspace.hosted_tunings import HostedTuning, hosted_tunings

if TYPE_CHECKING:
    from labkit.workspace import Scene


def hosting_a_month(scene: Scene) -> dict[str, Interval | None]:
    """Money a month for keeping each tuned model ready all day; of models that nobody tuned nothing is said.

    Args:
        scene: its hosted tunings, its prices.toml, and the currency of its bar.

    Returns:
        Tuned model -> money a month of 730 hours, in the bar's currency; None where the price of an hour or the rate
        is not known.

    Raises:
        BadData: the record of a tuning cannot be read.
        BadInput: prices.toml cannot be used.
    """
    prices, currency = scene.prices(), scene.task.bar.currency
    return {tuning.tuned: _month(tuning, prices, currency) for tuning in hosted_tunings(scene) if tuning.tuned}


def _month(tuning: HostedTuning, prices: PriceList, currency: str) -> Interval | None:
    hour, paid_in = _hour(tuning, prices)
    month = None if hour is None else prices.rates.convert(HOURS_A_MONTH * hour, paid_in, currency)
    return None if month is None else Interval(month, month, month)


def _hour(tuning: HostedTuning, prices: PriceList) -> tuple[float | None, str]:
    """The price of an hour and its currency: the tuned model's own, its base's, or that of the day it was tuned.

    A base's row says what a model tuned from it costs to keep ready; the base itself is asked by the token.
    """
    for model in (tuning.tuned, tuning.model):
        price = prices.prices.get(model)
        if price and price.hosting_hour is not None:
            return price.hosting_hour, price.currency
    return tuning.hosting_hour, tuning.currency
