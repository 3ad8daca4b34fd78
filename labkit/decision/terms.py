"""What a decision takes for given beside runs: prices, what tuning costs, what is known of each model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labkit.costs import Price, PriceList
from labkit.decision.break_even import Tuning
from labkit.scoring import Interval

HOURS_A_MONTH = 730  # 365 days of 24 hours over 12 months


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What nobody can measure by asking; None where nobody has said.

    Args:
        licence: under which its weights may be used, such as "Apache-2.0".
        memory_gb: what it needs to answer, in GB.
        monthly: what its machine costs a month, in the bar's currency.
        is_open: whether its weights are to be had, so that it can be tuned on a machine of one's own.
        hosted_tuning: whether its vendor tunes it on order.
    """

    licence: str | None = None
    memory_gb: float | None = None
    monthly: Interval | None = None
    is_open: bool | None = None
    hosted_tuning: bool | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything a decision takes for given; all money but prices in the bar's currency.

    Args:
        prices: of tokens, and rates between currencies.
        models: model -> what is known of it.
        tuning: what a tuned model costs.
        people_per_1000: what people ask for labelling 1,000 posts.
        hosting: model that its vendor keeps ready by the hour -> money a month for that; None where nobody priced it.
    """

    prices: PriceList = field(default_factory=PriceList)
    models: Mapping[str, ModelFacts] = field(default_factory=dict)
    tuning: Tuning = field(default_factory=Tuning)
    people_per_1000: Interval | None = None
    hosting: Mapping[str, Interval | None] = field(default_factory=dict)

    def facts(self, model: str) -> ModelFacts:
        """What is known of a model; nothing, when nobody has said anything."""
        return self.models.get(model, ModelFacts())

    def token_prices(self, currency: str) -> PriceList:
        """The prices, with 0 for open models without one: on a machine of one's own the machine costs, not tokens."""
        own = {name: Price(0.0, 0.0, currency) for name, facts in self.models.items() if facts.is_open}
        return PriceList({**own, **self.prices.prices}, self.prices.rates)
