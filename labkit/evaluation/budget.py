"""A limit on what a run may cost, held before each request: what is on its way counts at its worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labkit.costs import Price, PriceList, is_free, reply_cost
from labkit.errors import BadInput, BudgetSpent
from labkit.evaluation.batch_answers import NoAnswer
from labkit.evaluation.plan import Plan
from labkit.evaluation.purse import Purse, Unlimited
from labkit.evaluation.twins import Asking
from labkit.models.base import Model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.records import Reply, Request, Usage
from labkit.store import OpenRow, Store
from labkit.workspace import Scene

_ROUNDING = 1e-9  # of the limit: three times 0.1 is more than 0.3 in binary
_LONGEST_ANSWER = 1024  # tokens, for a model that does not say where it stops
_MESSAGE_FRAME = 16  # tokens around a message, at most


@dataclass(frozen=True, slots=True)
class Tariff:
    """What requests to a model cost, in the currency of a budget.

    Args:
        price: of the model.
        batch_price: of it in batch files; the same where there is none.
        in_batch: whether requests go out in batch files.
        rate: what one unit of the price's currency is worth in the budget's.
        longest_answer: completion tokens after which it stops.
    """

    price: Price
    rate: float
    longest_answer: int
    batch_price: Price | None = None
    in_batch: bool = False

    def cost(self, usage: Usage, *, batched: bool = False) -> float | None:
        """What a reply cost; None when it does not say its tokens."""
        cost = reply_cost(usage, (batched and self.batch_price) or self.price)
        return None if cost is None else self.rate * cost

    def worst(self, request: Request, *, batched: bool | None = None) -> float:
        """What a request costs at most: nothing cached, the longest answer, and as many tokens as the prompt has bytes.

        No tokenizer makes more tokens of a text than it has bytes in UTF-8.

        Args:
            request: as it is sent.
            batched: whether it goes out in a batch file; by default as requests do now.
        """
        sizes = (len(message.content.encode("utf-8", "surrogatepass")) for message in request.messages)
        prompt = sum(_MESSAGE_FRAME + size for size in sizes)
        in_batch = self.in_batch if batched is None else batched
        price = (in_batch and self.batch_price) or self.price
        return self.rate * price.amount(prompt, 0, self.longest_answer)


class Budget:
    """Lets requests go as long as the limit holds even if all that is on its way costs its worst; a `Purse`.

    Args:
        limit: money, what earlier sessions of the run have spent included.
        spent: so far.
        tariff: in the currency of both.
        currency: theirs.
        out: asking -> what it costs at worst, of what an earlier session has sent and is still to settle.
    """

    def __init__(
        self, limit: float, spent: float, tariff: Tariff, currency: str, out: Mapping[Asking, float] | None = None
    ) -> None:
        self.limit, self.spent = limit, spent
        self._tariff, self._currency = tariff, currency
        self._on_the_way = dict(out or {})
        self._at_worst = sum(self._on_the_way.values())

    def reserve(self, requests: Sequence[Request]) -> bool:
        """Let requests go, or wait for others to settle; BudgetSpent when that would not help."""
        worst = {(request.row, request.repeat): self._tariff.worst(request) for request in requests}
        if self.spent + self._at_worst + sum(worst.values()) <= self.limit * (1 + _ROUNDING):
            self._on_the_way |= worst
            self._at_worst += sum(worst.values())
            return True
        if self._on_the_way:
            return False
        raise BudgetSpent.told(
            "error.budget.spent", spent=self.spent, limit=self.limit, currency=self._currency, worst=sum(worst.values())
        )

    def settle(self, asking: Asking, outcome: Reply | NoAnswer | Exception) -> None:
        """Book what a request cost; what may be on the bill without saying its tokens counts at its worst."""
        worst = self._on_the_way.pop(asking, 0.0)
        self._at_worst = self._at_worst - worst if self._on_the_way else 0.0
        if isinstance(outcome, Reply):
            cost = self._tariff.cost(outcome.usage, batched=self._tariff.in_batch)
            self.spent += worst if cost is None else cost
        elif getattr(outcome, "maybe_billed", True):
            self.spent += worst


def tariff_for(scene: Scene, plan: Plan, model: Model, limit: float | None, *, in_batch: bool = False) -> Tariff | None:
    """What requests of a plan cost in the bar's currency; None when there is no limit, or nothing costs money.

    Raises:
        BadInput: the limit is none, or it could not be held, as the model has no price, no rate leads from its
            currency to the bar's, or its settings do not say how long an answer may be.
    """
    if limit is not None and not 0 <= limit < float("inf"):
        raise BadInput.told("error.budget.limit", limit=limit)
    if limit is None or is_free(model.name):
        return None
    price, rate = _price_and_rate(model.name, plan.task.bar.currency, scene.prices())
    longest = model.provider.longest_answer if isinstance(model, OpenAICompatible) else _LONGEST_ANSWER
    return Tariff(price, rate, longest, price.in_batch(), in_batch)


def purse_for(store: Store, plan: Plan, run: str, limit: float | None, tariff: Tariff | None) -> Purse:
    """The purse of a run that is about to be asked, or to go on.

    Args:
        store: knows what was sent in earlier sessions, all of which is spent.
        plan: of the run.
        run: its whole id.
        limit: money in the bar's currency; None for no limit.
        tariff: None when the model costs no money.
    """
    if limit is None or tariff is None:
        return Unlimited()
    paid = store.paid(run)
    known = [tariff.cost(usage) or 0.0 for usage in paid.usages]
    known += [tariff.cost(usage, batched=True) or 0.0 for usage in paid.batched]
    examples = {example.id: example for example in plan.examples}
    waited_for = {(sent.row, sent.repeat) for sent in store.batched(run)}
    out: dict[Asking, float] = {}
    for one in paid.silent:
        worst = tariff.worst(plan.request(OpenRow(examples[one.row], one.repeat)), batched=one.batched)
        if one.batched and not one.answered and (asking := (one.row, one.repeat)) in waited_for and asking not in out:
            out[asking] = worst
        else:
            known.append(worst)
    return Budget(limit, sum(known), tariff, plan.task.bar.currency, out)


def _price_and_rate(model: str, currency: str, prices: PriceList) -> tuple[Price, float]:
    price = prices.prices.get(model)
    if price is None:
        raise BadInput.told("error.budget.no_price", model=model)
    rate = prices.rates.convert(1.0, price.currency, currency)
    if rate is None:
        raise BadInput.told("error.budget.no_rate", currency=currency, model=model, currency2=price.currency)
    return price, rate
