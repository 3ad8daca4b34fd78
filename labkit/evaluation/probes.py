"""Bent questions that test a model: several prompts, tasks or rows as runs of their own, and their bill first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from labkit.evaluation.calls import Calls, calls_of, currency_of
from labkit.evaluation.consent import as_sent
from labkit.evaluation.evaluate import Wishes
from labkit.evaluation.expectation import expectation
from labkit.evaluation.forecast import money_in_words
from labkit.evaluation.known import open_requests
from labkit.evaluation.plan import Plan, plan_file
from labkit.evaluation.progress import Observer, Progress, observing
from labkit.evaluation.shared_limit import ask_and_count
from labkit.models.base import Model
from labkit.records import Example, Prompt, Run, Status, Task
from labkit.texts import say
from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class Probe:
    """One bent question.

    Args:
        prompt: its name is marked by `PROBE`, so that the run stands in no ranking.
        task: the scene's, perhaps with its labels in another order.
        examples: the rows, perhaps with other posts.
        repeats: how often each is asked.
    """

    prompt: Prompt
    task: Task
    examples: tuple[Example, ...]
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class ProbesForecast:
    """What all probes will take; `print` it to read it in words.

    Args:
        probes: how many runs.
        rows: askings in all.
        calls: what of these has no answer yet; only that is sent.
        currency: of `calls.cost`.
    """

    probes: int
    rows: int
    calls: Calls
    currency: str

    def __str__(self) -> str:
        cost = self.calls.cost
        money = say("forecast.unknown") if cost is None else money_in_words(cost, self.currency)
        tokens = f"{self.calls.prompt_tokens + self.calls.completion_tokens:,.0f}"
        sent = self.calls.count
        return say("probes.forecast", probes=self.probes, rows=self.rows, calls=sent, tokens=tokens, money=money)


def forecast_probes(scene: Scene, model: Model, probes: Iterable[Probe]) -> ProbesForecast:
    """Work out what probes would take; nothing is sent and nothing is written.

    Args:
        scene: where prices and earlier runs are.
        model: who would be asked.
        probes: the questions; at least one.
    """
    plans = [as_sent(scene, plan_probe(scene, model, probe), model, None) for probe in probes]
    prices, expected = scene.prices(), expectation(scene.store, plans[0], model)
    calls = [calls_of(plan, open_requests(scene.store, plan), prices, expected) for plan in plans]
    rows = sum(len(plan.examples) * plan.header.repeats for plan in plans)
    return ProbesForecast(len(plans), rows, _sum(calls), currency_of(plans[0], prices))


def ask_probes(scene: Scene, model: Model, probes: Sequence[Probe], wishes: Wishes) -> Iterator[Run]:
    """Ask one probe after the other; a limit on money holds for all of them together.

    Args:
        scene: its store keeps every answer, so that asking again asks nobody.
        model: who is asked.
        probes: the questions.
        wishes: how; see `evaluate`.

    Yields:
        Each probe's run, as soon as it is done.
    """
    left = wishes.max_cost
    plans = [plan_probe(scene, model, probe) for probe in probes]
    known = 0 if wishes.fresh else sum(answered_before(scene, plan, model, wishes.personal_data) for plan in plans)
    with observing(wishes.progress) as observer:
        tell_known(observer, known, sum(plan.askings for plan in plans))
        for plan in plans:
            asked = replace(wishes, max_cost=left, progress=observer, among=True)
            run, spent = ask_and_count(scene, plan, model, asked)
            left = None if left is None else max(0.0, left - spent)
            yield run


def answered_before(scene: Scene, plan: Plan, model: Model, personal_data: str | None) -> int:
    """How many answers of a plan earlier runs have given; see `evaluate` for `personal_data`."""
    return plan.askings - len(open_requests(scene.store, as_sent(scene, plan, model, personal_data)))


def tell_known(observer: Observer, known: int, askings: int, done: int = 0) -> None:
    """Say in one line, for all of several runs, how much of them is not paid again; `done` of the askings are over."""
    if known:
        note = say("probes.known", known=known, askings=askings)
        observer(Progress("", done, askings, {"pending": askings - done}, note=note))


def plan_probe(scene: Scene, model: Model, probe: Probe) -> Plan:
    """The plan of a probe; its rows are scored where they have gold labels."""
    plan = plan_file(scene, probe.prompt, model, probe.examples)
    header = replace(plan.header, repeats=probe.repeats)
    return replace(plan, header=header, task=probe.task, scored=True)


def asked_at_all(written: Run, probe: Run) -> bool:
    """Whether a limit on money left any row that was asked both ways."""
    ended = [
        {row.example.id for row in run.rows if row.prediction.status is not Status.PENDING} for run in (written, probe)
    ]
    return bool(ended[0] & ended[1])


def _sum(calls: Sequence[Calls]) -> Calls:
    ways = {way: [found.money[way] for found in calls] for way in calls[0].money}
    return Calls(
        count=sum(found.count for found in calls),
        prompt_tokens=sum(found.prompt_tokens for found in calls),
        completion_tokens=sum(found.completion_tokens for found in calls),
        money={way: _total(amounts) for way, amounts in ways.items()},
    )


def _total(amounts: Sequence[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None
