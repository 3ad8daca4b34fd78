"""`forecast`: what an evaluation will take, before anything is sent: calls, tokens, money, time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

from labkit.costs import PriceList, estimated_tokens, is_free
from labkit.evaluation.bills import Bill, bills_of
from labkit.evaluation.calls import Calls, calls_of, currency_of
from labkit.evaluation.consent import as_sent, outside_host
from labkit.evaluation.expectation import Expectation, expectation
from labkit.evaluation.known import open_requests, unpaid_requests
from labkit.evaluation.plan import Plan, plan_split
from labkit.models import get_model
from labkit.models.addresses import ignored_settings
from labkit.models.base import Model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.records import Prompt, Request
from labkit.texts import say
from labkit.workspace import Scene

_UNITS = (("hours", 3600), ("minutes", 60))  # with the seconds that each lasts


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an evaluation will take; `print` it to read it in words.

    Args:
        prompt, model, split: what was asked about.
        rows: askings in all, repeats counted.
        calls: what of these has no answer yet; only that is paid.
        currency: the bar's, or the price's where no exchange rate is known; "" when the model has no price.
        measured_on: replies of the model whose reported tokens have corrected the estimate; 0 is a rule of thumb.
        shared: the share of prompt tokens with which an earlier request of the run begins too.
        hit_rate: the share of this prompt's tokens that the provider had cached so far; None when not measured.
        seconds: from recorded latency and the requests that run at once; None when none was measured.
        pool: predictions on the pool, by which step 3 selects; None when there is no pool.
        remarks: what a reader should know of these numbers.
    """

    prompt: str
    model: str
    split: str
    rows: int
    calls: Calls
    currency: str
    measured_on: int
    shared: float
    hit_rate: float | None
    seconds: float | None
    pool: Calls | None
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(_in_words(self))


def forecast(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    split: str = "dev",
    *,
    limit: int | None = None,
    repeats: int = 1,
    fresh: bool = False,
) -> Forecast:
    """Work out what `evaluate` with the same words would take; nothing is sent and nothing is written.

    Tokens are characters × a ratio, corrected by what the model's earlier replies reported. Rows that have an answer
    cost nothing.

    Args:
        scene: where rows, prompts, prices and earlier runs are.
        prompt: a prompt, or the name of one of the scene's.
        model: a model, or a name that `get_model` knows.
        split: pool, dev, test, traffic, or all (pool, dev and test).
        limit: only the first so many rows.
        repeats: how often each row is asked.
        fresh: whether everything is to be asked again, answered or not.

    Raises:
        BadInput: an unknown name, or no rows.
    """
    chosen = get_model(model, scene)
    plan = as_sent(scene, plan_split(scene, prompt, chosen, split, limit, repeats), chosen, None)
    return forecast_plan(scene, plan, chosen, fresh)


def forecast_plan(scene: Scene, plan: Plan, model: Model, fresh: bool = False) -> Forecast:
    """The forecast of a plan, with that of the pool beside it; `fresh` as in `forecast`."""
    expected = expectation(scene.store, plan, model)
    prices = scene.prices()
    requests = open_requests(None, plan) if fresh else unpaid_requests(scene.store, plan)
    pool = (
        as_sent(scene, plan_split(scene, plan.prompt, model, "pool"), model, None) if scene.examples("pool") else None
    )
    calls = calls_of(plan, requests, prices, expected)
    return Forecast(
        prompt=plan.prompt.name,
        model=model.name,
        split=plan.header.split,
        rows=len(plan.examples) * plan.header.repeats,
        calls=calls,
        currency=currency_of(plan, prices),
        measured_on=expected.measured_on,
        shared=_shared(requests),
        hit_rate=expected.hit_rate,
        seconds=_seconds(expected, calls.count, model),
        pool=calls_of(pool, unpaid_requests(scene.store, pool), prices, expected) if pool else None,
        remarks=(
            *_remarks(plan, prices, expected),
            *_on_the_way(model),
            *_on_earlier(bills_of(scene, model.name, currency_of(plan, prices))),
        ),
    )


def _shared(requests: Sequence[Request]) -> float:
    """What share of the prompt tokens stands at the beginning of an earlier request too, and may be cached."""
    by_head: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for request in requests:
        *head, last = (message.content for message in request.messages)
        by_head[tuple(head)].append(last)
    again = total = 0.0
    for common, lasts in by_head.items():
        begins = _beginning(min(lasts), max(lasts))  # what these two begin with, all of them do
        again += (len(lasts) - 1) * estimated_tokens([*common, begins])
        total += len(lasts) * estimated_tokens(common) + sum(estimated_tokens([last]) for last in lasts)
    return again / total if total else 0.0


def _beginning(one: str, other: str) -> str:
    """What two texts both begin with."""
    return one[: sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))]


def _seconds(expected: Expectation, calls: int, model: Model) -> float | None:
    if expected.latency_s is None:
        return None
    batches = -(-calls // max(1, model.batch_size))
    return batches * expected.latency_s / max(1, min(model.concurrency, batches))


def _remarks(plan: Plan, prices: PriceList, expected: Expectation) -> Iterator[str]:
    model, price = plan.header.model, prices.prices.get(plan.header.model)
    if price is None:
        if not is_free(model):
            yield say("forecast.no_price", model=model)
        return
    today = datetime.now(UTC).date()
    if price.is_old(today):
        yield say("forecast.old_price", date=price.date or "?")
    if price.currency != plan.task.bar.currency:
        yield _on_rate(price.currency, plan.task.bar.currency, prices)
        if prices.rates.is_old(today):
            yield say("forecast.old_rate", date=prices.rates.date or "?")
    if price.cached_input is not None and expected.hit_rate is None:
        yield say("forecast.no_hit_rate")


def _on_the_way(model: Model) -> Iterator[str]:
    """Which settings of the environment that lead other programs elsewhere are not used, and where requests go."""
    if not isinstance(model, OpenAICompatible):
        return
    ignored, host = ignored_settings(), outside_host(model)
    if host and ignored and not model.provider.proxy:
        yield say("forecast.no_proxy", names=", ".join(ignored), host=host)
    elif addresses := [name for name in ignored if not name.upper().endswith("_PROXY")]:
        yield say("forecast.ignored", names=", ".join(addresses), address=model.provider.base_url)


def _on_earlier(bills: Sequence[Bill]) -> Iterator[str]:
    """How far forecasts of this model have been from what was paid."""
    if bills:
        said, paid = (sum(amounts) for amounts in zip(*((bill.forecast, bill.paid) for bill in bills), strict=True))
        words = {"said": money_in_words(said, bills[0].currency), "paid": money_in_words(paid, bills[0].currency)}
        yield say("forecast.earlier", calls=sum(bill.calls for bill in bills), **words)


def _on_rate(paid: str, wanted: str, prices: PriceList) -> str:
    rate = prices.rates.convert(1.0, paid, wanted)
    if rate is None:
        return say("forecast.no_rate", of=paid, to=wanted)
    return say("forecast.rate", of=paid, to=wanted, rate=f"{rate:.5g}", date=prices.rates.date or "?")


def _in_words(found: Forecast) -> Iterator[str]:
    calls = found.calls
    yield say("forecast.calls", calls=calls.count, rows=found.rows, done=found.rows - calls.count)
    yield from [say("forecast.free")] if is_free(found.model) else _bill_in_words(found)
    yield say("forecast.no_time") if found.seconds is None else say("forecast.time", time=_duration(found.seconds))
    if found.pool is not None and found.split != "pool":
        yield say("forecast.pool", calls=found.pool.count, cost=_cost_in_words(found.pool, found.currency))
    yield from found.remarks


def _bill_in_words(found: Forecast) -> Iterator[str]:
    calls = found.calls
    measured = say("forecast.measured", replies=found.measured_on) if found.measured_on else say("forecast.guessed")
    tokens = {"prompt": f"{calls.prompt_tokens:,.0f}", "completion": f"{calls.completion_tokens:,.0f}"}
    yield say("forecast.tokens", measured=measured, shared=f"{found.shared:.0%}", **tokens)
    for way, amount in calls.money.items():
        if amount is not None:
            rate = f"{found.hit_rate or 0:.0%}"
            yield say(f"forecast.money.{way}", money=money_in_words(amount, found.currency), hit_rate=rate)


def _cost_in_words(calls: Calls, currency: str) -> str:
    return say("forecast.unknown") if calls.cost is None else money_in_words(calls.cost, currency)


def money_in_words(amount: float, currency: str) -> str:
    """An amount with its currency: two decimals from 0.1 on, below that two digits that say something."""
    return f"{amount:,.2f} {currency}" if amount >= 0.1 or amount == 0 else f"{amount:.2g} {currency}"


def _duration(seconds: float) -> str:
    """Whole seconds, minutes from two of them on, hours from two of them on."""
    unit, lasts_s = next((one for one in _UNITS if seconds >= 2 * one[1]), ("seconds", 1))
    return say(f"forecast.{unit}", n=max(1, round(seconds / lasts_s)))
