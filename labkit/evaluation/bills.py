"""What was forecast beside what was paid: kept after each session, and quoted by the model's next forecast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields

from labkit.costs import Price, PriceList, reply_cost
from labkit.evaluation.calls import calls_of, currency_of
from labkit.evaluation.expectation import expectation
from labkit.evaluation.plan import Plan
from labkit.models.base import Model
from labkit.store import Store
from labkit.workspace import Scene

_LOOKED_BACK = 5  # sessions; prices and prompts of older ones were others


@dataclass(frozen=True, slots=True)
class Bill:
    """One session of asking a model that costs money.

    Args:
        run: its id.
        model, prompt: their names.
        calls: answers whose tokens are known.
        forecast: what so many calls were expected to cost.
        paid: what they cost at the price of that day.
        currency: of both.
    """

    run: str
    model: str
    prompt: str
    calls: int
    forecast: float
    paid: float
    currency: str


@contextmanager
def keeping_the_bill(scene: Scene, plan: Plan, model: Model, run: str, *, in_batch: bool = False) -> Iterator[None]:
    """A block that asks a run's open rows; afterwards the forecast of its answers stands beside their bill.

    Nothing is kept of models without a price, or when nothing was answered.

    Args:
        scene: whose bills.jsonl it goes into.
        plan: the question.
        model: whom it is put to.
        run: its whole id.
        in_batch: whether requests go out in batch files, so that their forecast is at that price.
    """
    prices = scene.prices()
    price = prices.prices.get(model.name)
    if price is None:
        yield
        return
    expected = _expected_per_call(scene, plan, model, run, prices, in_batch)
    calls, paid = _paid(scene.store, run, price)
    try:
        yield
    finally:
        calls_now, paid_now = _paid(scene.store, run, price)
        answered, currency = calls_now - calls, currency_of(plan, prices)
        if answered and expected is not None:
            spent = prices.rates.convert(paid_now - paid, price.currency, currency) or 0.0
            bill = Bill(run, model.name, plan.prompt.name, answered, expected * answered, spent, currency)
            scene.record_bill(**asdict(bill))


def bills_of(scene: Scene, model: str, currency: str) -> tuple[Bill, ...]:
    """The last bills of a model in a currency, oldest first."""
    names = [field.name for field in fields(Bill)]
    lines = [line for line in scene.bills() if (line.get("model"), line.get("currency")) == (model, currency)]
    return tuple(Bill(**{name: line[name] for name in names}) for line in lines[-_LOOKED_BACK:])


def _expected_per_call(
    scene: Scene, plan: Plan, model: Model, run: str, prices: PriceList, in_batch: bool
) -> float | None:
    requests = [plan.request(row) for row in scene.store.pending(run)]
    calls = calls_of(plan, requests, prices, expectation(scene.store, plan, model))
    cost = calls.cost if not in_batch or calls.money["batch"] is None else calls.money["batch"]
    return None if cost is None or not calls.count else cost / calls.count


def _paid(store: Store, run: str, price: Price) -> tuple[int, float]:
    """Answers of a run whose tokens are known, and what they cost."""
    paid, of_batches = store.paid(run), price.in_batch() or price
    costs = [reply_cost(usage, price) for usage in paid.usages]
    costs += [reply_cost(usage, of_batches) for usage in paid.batched]
    known = [cost for cost in costs if cost is not None]
    return len(known), sum(known)
