"""What a model will cost in production, worked out from the tokens that a run has measured."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.costs.prices import Price
from labkit.records import Run


@dataclass(frozen=True, slots=True)
class RunningCost:
    """Money for a thousand rows, in three ways of buying them.

    Args:
        currency: of the price.
        list_price: every prompt token at the full price.
        cached: prompt tokens at the cached price as often as the run was served so; None when no reply said how often,
            or the price knows no such thing.
        batch: in the provider's batch files; None when it has no price for them.
        hit_rate: the share of prompt tokens that the provider had cached, or None when no reply said so.
        rows: how many rows this was measured on.
        unknown: rows that were asked, but whose tokens nobody reported.
    """

    currency: str
    list_price: float
    cached: float | None
    batch: float | None
    hit_rate: float | None
    rows: int
    unknown: int = 0

    @property
    def ways(self) -> dict[str, float | None]:
        """Way of buying -> money for a thousand rows."""
        return {"list": self.list_price, "cached": self.cached, "batch": self.batch}

    def per_month(self, volume: int) -> dict[str, float | None]:
        """Way of buying -> money a month for so many rows."""
        return {way: None if money is None else money * volume / 1000 for way, money in self.ways.items()}


def running_cost(run: Run, price: Price) -> RunningCost | None:
    """Work out what a thousand rows like those of a run cost; retries that were paid count, wherever they were.

    Args:
        run: the tokens of its replies are the measurement.
        price: of its model.

    Returns:
        None when no row reports its tokens.
    """
    asked = [row.usage for row in run.rows if row.attempts or row.taken_from]
    known = [u for u in asked if u.prompt_tokens is not None and u.completion_tokens is not None]
    if not known:
        return None
    prompt = sum(usage.prompt_tokens or 0 for usage in known) / len(known)
    completion = sum(usage.completion_tokens or 0 for usage in known) / len(known)
    reported = [usage.cached_tokens for usage in known if usage.cached_tokens is not None]
    hit_rate = min(1.0, sum(reported) / len(known) / prompt) if reported and prompt else None
    batch = price.batch_amount(prompt, completion)
    is_cached = hit_rate is not None and price.cached_input is not None
    return RunningCost(
        currency=price.currency,
        list_price=1000 * price.amount(prompt, 0, completion),
        cached=1000 * price.amount(prompt, prompt * (hit_rate or 0), completion) if is_cached else None,
        batch=None if batch is None else 1000 * batch,
        hit_rate=hit_rate,
        rows=len(known),
        unknown=len(asked) - len(known),
    )
