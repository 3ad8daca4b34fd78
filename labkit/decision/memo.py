"""The decision memo: which way to go, from what was measured. Fixed rules, each with its reason beside it.

The memo is a function of its arguments: other prices, another bar or another run make another memo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf

from labkit.decision.break_even import break_even
from labkit.decision.candidates import Candidate, candidates, machine
from labkit.decision.cascade import PEOPLE, Cascade, cascade
from labkit.decision.case import Advice, Case, Ruling
from labkit.decision.evidence import missing_evidence, risks
from labkit.decision.experience import Experience, quoted
from labkit.decision.money import Money
from labkit.decision.standing import standing
from labkit.decision.statement import Posts, Statement
from labkit.decision.terms import Terms
from labkit.errors import BadInput
from labkit.records import Run, Task

BASES = 2  # more than two bases to tune is a search, not a decision
_LATE = 0.05  # share of answers that may come later than the limit, which is on 95 % of them
_CHEAPEST_KIND = ("floor", "tuned", "open", "api")
_ADVICE: dict[str, Advice] = {
    "floor": "keep",
    "tuned": "keep",
    "open": "prompt an open model",
    "api": "call the API",
}


@dataclass(frozen=True, slots=True)
class Memo:
    """A decision, and what it rests on.

    Args:
        task: with the bar it was made for.
        date: the day it was made.
        rows: dev rows that the candidates share.
        terms: what was taken for given.
        advice: "keep" is that what needs no prompt and no API already clears the bar.
        choice: who answers for now; None when nobody is good enough.
        cascade: the best cascade of what was measured, advised or not; None when there is none to work out.
        cascade_month: money a month for it at the bar's volume; None when it is not known.
        bases: for fine-tuning, at most two open models, the better first.
        hosted: an API whose vendor could tune it instead, or None.
        api: the API that the break-even is held against, or None.
        break_even: posts a month from which a tuned model is cheaper than that API; None when it is not known.
        candidates: every model measured, floors included, the best on dev rows first.
        reasons: why this advice, the deciding rule first.
        missing: evidence that nobody has yet.
        risks: what could make it wrong.
        experience: what other scenes of this kind say.
    """

    task: Task
    date: date
    rows: int
    terms: Terms
    advice: Advice
    choice: Candidate | None
    cascade: Cascade | None
    cascade_month: Money | None
    bases: tuple[Candidate, ...]
    hosted: Candidate | None
    api: Candidate | None
    break_even: Posts | None
    candidates: tuple[Candidate, ...]
    reasons: tuple[Statement, ...]
    missing: tuple[Statement, ...]
    risks: tuple[Statement, ...]
    experience: tuple[Statement, ...] = ()


def memo(
    task: Task, runs: Sequence[Run], terms: Terms | None = None, *, today: date, book: Sequence[Experience] = ()
) -> Memo:
    """Decide how to go on.

    Args:
        task: the scene's task; its bar, budget, volume and latency count, as they stand now.
        runs: the scene's runs, the newest first.
        terms: prices, what tuning costs, what is known of the models; what is not in it is listed as missing.
        today: the day the memo is made, which stands on it and tells old prices from new ones.
        book: what other scenes taught; it is quoted and decides nothing.

    Returns:
        The memo; the same for the same arguments.
    """
    case = _case(task, runs, terms or Terms(), today)
    ruling = next(found for rule in _RULES if (found := rule(case)))
    if ruling.advice == "fine-tune":
        bases = _bases(case)
        ruling = replace(ruling, bases=bases, hosted=_hosted(case, bases))
    return Memo(
        task=task,
        date=today,
        rows=case.field[0].dev.scores.examples if case.field else 0,
        terms=case.terms,
        advice=ruling.advice,
        choice=ruling.choice,
        cascade=case.cascade,
        cascade_month=case.cascade_month,
        bases=ruling.bases,
        hosted=ruling.hosted,
        api=case.api,
        break_even=case.break_even,
        candidates=case.field,
        reasons=(ruling.reason, *_further(case, ruling), *_on_floors(case)),
        missing=missing_evidence(case, ruling),
        risks=risks(case, ruling),
        experience=quoted(task, book),
    )


def _case(task: Task, runs: Sequence[Run], terms: Terms, today: date) -> Case:
    field = candidates(task, runs, terms)
    api = _best_api(field)
    mixed = _best_cascade(field, task, terms)
    return Case(task, runs, terms, field, mixed, api, _pays(api, terms) if api else None, today)


def _pays(api: Candidate, terms: Terms) -> Posts | None:
    """From how many posts a month a model of one's own pays against it, the hours of its hosting counted."""
    monthly = machine(api.model, terms)
    if api.per_1000 is None or monthly is None:
        return None
    found = break_even(api.per_1000.amount, terms.tuning, monthly)
    return Posts(found) if found else None


def _best_api(field: Sequence[Candidate]) -> Candidate | None:
    """The cheapest API that reaches the bar, else the best one."""
    apis = [c for c in field if c.kind == "api"]
    reaching = [c for c in apis if c.where.reached]
    return min(reaching, key=_price_order, default=apis[0] if apis else None)


def _best_cascade(field: Sequence[Candidate], task: Task, terms: Terms) -> Cascade | None:
    """The best model that is no API first, the best API for the rows it is unsure of; without one, people.

    People answer only when it is known what they ask for: taken to be right, they would reach any bar.
    """
    cheap = [c for c in field if c.kind != "api"]
    dear = next((c for c in field if c.kind == "api"), None)
    people = terms.people_per_1000
    if not cheap or (dear is None and people is None):
        return None
    try:
        return cascade(
            cheap[0].dev.run,
            dear.dev.run if dear else None,
            other=cheap[1].dev.run if len(cheap) > 1 else None,
            prices=terms.token_prices(task.bar.currency),
            people_per_1000=Money(people, task.bar.currency) if people else None,
        )
    except BadInput:  # no common rows, or a metric of which less is better
        return None


# The rules, in order; each says when it holds.


def _measure_first(case: Case) -> Ruling | None:
    """No complete run over dev rows with gold labels: nothing can be decided."""
    return None if case.field else Ruling("measure", None, Statement("memo.reason.measure"))


def _something_passes(case: Case) -> Ruling | None:
    """A model reaches the bar within budget and latency: the cheapest kind of all that do, then the cheapest."""
    passing = [c for c in case.field if c.where.reached and _fits(case.task, c)]
    if not passing:
        return None
    own = min(passing, key=_price_order)
    choice = _cheaper_api(passing, own) or own
    if choice.kind == "api" and choice.month and _tuning_pays(case):
        return Ruling("fine-tune", choice, _reason("memo.reason.volume", case, choice))
    if choice is not own:
        return Ruling("call the API", choice, _reason("memo.reason.cheaper", case, choice, own))
    key = f"memo.reason.{choice.kind}" if choice.month or choice.kind == "floor" else "memo.reason.unpriced"
    return Ruling(_ADVICE[choice.kind], choice, _reason(key, case, choice))


def _cheaper_api(passing: Sequence[Candidate], own: Candidate) -> Candidate | None:
    """The cheapest API that passes and surely costs less than a model of one's own, machine and all; None otherwise."""
    if own.kind == "api" or own.month is None:
        return None
    limit = own.month.amount.low
    found = [c for c in passing if c.kind == "api" and c.month and c.month.amount.high < limit]
    return min(found, key=_price_order, default=None)


def _cascade_passes(case: Case) -> Ruling | None:
    """Nobody passes alone, but a cascade reaches the bar on rows that did not choose it, within budget and latency."""
    found = case.cascade
    if found is None or not _cascade_fits(case, found):
        return None
    first = next(c for c in case.field if c.model == found.first)
    return Ruling("cascade", first, _on_cascade("memo.reason.cascade", case, found))


def _cascade_fits(case: Case, found: Cascade) -> bool:
    """Reached, paid and in time, as far as it is known; and the second did not turn out worse on test rows."""
    bar, second = case.task.bar, next((c for c in case.field if c.model == found.second), None)
    too_slow = (
        found.latency_p95_s is not None and bar.latency_p95_s is not None and found.latency_p95_s > bar.latency_p95_s
    )
    waits_for_people = found.second == PEOPLE and bar.latency_p95_s is not None and found.escalated.value > _LATE
    refuted = second is not None and standing(case.task, second.dev.scores).reached and not second.where.reached
    paid = _within(bar.monthly_budget, case.cascade_known)
    return found.standing.reached and paid and not (too_slow or waits_for_people or refuted)


def _only_floors(case: Case) -> Ruling | None:
    """Nothing but floors was asked, and they fall short: ask before anything is tuned."""
    if any(c.kind != "floor" for c in case.field):
        return None
    return Ruling("measure", None, _reason("memo.reason.only_floors", case, case.field[0]))


def _fine_tune(case: Case) -> Ruling:
    """Nothing that was measured will do. What fails is said: the bar, a label, the budget or the waiting."""
    reaching = [c for c in case.field if c.where.reached]
    if not reaching:
        best = case.field[0]
        key = "recall" if best.where.distance is not None and best.where.distance >= 0 else "short"
        return Ruling("fine-tune", None, _reason(f"memo.reason.{key}", case, best))
    best = min(reaching, key=_price_order)
    key = "slow" if _within(case.task.bar.monthly_budget, best.month) else "dear"
    return Ruling("fine-tune", None, _reason(f"memo.reason.{key}", case, best))


_RULES = (_measure_first, _something_passes, _cascade_passes, _only_floors, _fine_tune)


def _fits(task: Task, candidate: Candidate) -> bool:
    """Within budget and latency, as far as they are known; what is not known is listed as missing."""
    limit, seconds = task.bar.latency_p95_s, candidate.latency_p95_s
    in_time = limit is None or seconds is None or seconds <= limit
    return in_time and _within(task.bar.monthly_budget, candidate.month)


def _within(budget: float | None, month: Money | None) -> bool:
    return budget is None or month is None or month.amount.value <= budget


def _tuning_pays(case: Case) -> bool:
    """Whether the bar's volume lies beyond the whole interval of the break-even."""
    volume = case.task.bar.monthly_volume
    return volume is not None and case.break_even is not None and volume > case.break_even.amount.high


def _price_order(candidate: Candidate) -> tuple[int, float, float]:
    """The cheapest kind first, within it known prices before unknown ones, then the better."""
    month = candidate.month or candidate.per_1000
    return _CHEAPEST_KIND.index(candidate.kind), month.amount.value if month else inf, -candidate.goodness


def _bases(case: Case) -> tuple[Candidate, ...]:
    """Open models worth tuning: the best prompted score first, then those that read, with a known licence, small, fast.

    Scores within a point count as equal. Beyond that the value decides, even where the rows cannot tell two apart: a
    rule must decide.
    """
    ranked = sorted(
        (c for c in case.field if c.kind == "open"),
        key=lambda c: (
            -round(c.goodness, 2),
            c.reliance is None or c.reliance.verdict != "reads",
            c.facts.licence is None,
            c.facts.memory_gb or inf,
            c.latency_p95_s or inf,
        ),
    )
    return tuple(ranked[:BASES])


def _hosted(case: Case, bases: Sequence[Candidate]) -> Candidate | None:
    """The best API whose vendor tunes, when no open base does better."""
    best = next((c for c in case.field if c.kind == "api" and c.facts.hosted_tuning), None)
    return best if best and (not bases or best.goodness > bases[0].goodness) else None


def _further(case: Case, ruling: Ruling) -> Iterator[Statement]:
    """What bears on the decision beside the deciding rule."""
    if ruling.advice == "cascade" and case.cascade:
        yield _on_signal(case.cascade, case.task)
    if ruling.choice and (surer := _surer(case, ruling.choice)):
        measured = {"score": surer.where.value, "month": surer.month}
        yield Statement("memo.surer", {"choice": ruling.choice.model, "model": surer.model, **measured})
    if case.api and case.break_even:
        posts = case.break_even.amount
        key = "never" if posts.value == inf else "always" if posts.high == 0 else "posts"
        values = {"api": case.api.model, "posts": case.break_even, "months": case.terms.tuning.months}
        yield Statement(f"memo.break_even.{key}", values)
    for base in ruling.bases:
        facts = {"licence": base.facts.licence, "memory": base.facts.memory_gb, "slowest": base.latency_p95_s}
        yield Statement("memo.base", {"model": base.model, "score": base.where.value, **facts})
    if ruling.hosted:
        yield Statement("memo.hosted", {"model": ruling.hosted.model, "score": ruling.hosted.where.value})
    if _cascade_is_cheaper(case, ruling) and case.cascade:
        yield _on_cascade("memo.cheaper_cascade", case, case.cascade)
        yield _on_signal(case.cascade, case.task)


def _surer(case: Case, choice: Candidate) -> Candidate | None:
    """Where rows leave open whether the choice reaches the bar: the cheapest that fits and surely does."""
    if choice.where.verdict == "above the bar":
        return None
    fitting = [c for c in case.field if c.where.reached and _fits(case.task, c)]
    return min((c for c in fitting if c.where.verdict == "above the bar"), key=_price_order, default=None)


def _cascade_is_cheaper(case: Case, ruling: Ruling) -> bool:
    month, cheaper = ruling.choice and ruling.choice.month, case.cascade_month
    if ruling.advice == "cascade" or case.cascade is None or not (month and cheaper):
        return False
    return _cascade_fits(case, case.cascade) and cheaper.amount.high < month.amount.low


def _on_floors(case: Case) -> Iterator[Statement]:
    """Every model that does not beat the best floor is named."""
    for candidate in case.field:
        if candidate.floor and candidate.floor.verdict != "better":
            verdict = "worse" if candidate.floor.verdict == "worse" else "same"
            yield Statement(f"memo.floor.{verdict}", {"model": candidate.model, "floor": candidate.floor.floor})


def _on_signal(found: Cascade, task: Task) -> Statement:
    """What tells that the first is unsure: without it nobody could put the cascade together."""
    values = {"first": found.first, "other": found.other, "threshold": found.threshold}
    several = ".several" if found.signal == "agreement" and task.multi_label else ""
    return Statement(f"memo.unsure.{found.signal.replace(' ', '_')}{several}", values)


def _on_cascade(key: str, case: Case, found: Cascade) -> Statement:
    who = {"first": found.first, "second": found.second, "share": found.escalated}
    return Statement(
        key, {**who, "score": found.standing.value, "bar": found.standing.bar, "month": case.cascade_month}
    )


def _reason(key: str, case: Case, candidate: Candidate, other: Candidate | None = None) -> Statement:
    bar = case.task.bar
    values = {
        "model": candidate.model,
        "prompt": candidate.prompt,
        "score": candidate.where.value,
        "bar": bar.value,
        "rows": candidate.judged.scores.examples,
        "labels": tuple(candidate.where.missed_recalls),
        "month": candidate.month,
        "seconds": candidate.latency_p95_s,
        "limit": bar.latency_p95_s,
        "volume": bar.monthly_volume,
        "budget": bar.monthly_budget,
        "currency": bar.currency,
        "posts": case.break_even,
        **({"own": other.model, "own_month": other.month} if other else {}),
    }
    return Statement(key, values)
