"""Tokens × price = money, at list, cached and batch prices; what is unknown stays unknown and is never free. No I/O."""

from labkit.costs.bill import Cost, cost_of_rows, is_free, reply_cost, run_cost, total_cost
from labkit.costs.prices import Price, PriceList, prices_from_mapping
from labkit.costs.rates import Rates
from labkit.costs.running import RunningCost, running_cost
from labkit.costs.tokens import TokenCounter, TokenEstimate, estimated_tokens, rule_of_thumb

__all__ = [
    "Cost",
    "Price",
    "PriceList",
    "Rates",
    "RunningCost",
    "TokenCounter",
    "TokenEstimate",
    "cost_of_rows",
    "estimated_tokens",
    "is_free",
    "prices_from_mapping",
    "reply_cost",
    "rule_of_thumb",
    "run_cost",
    "running_cost",
    "total_cost",
]
