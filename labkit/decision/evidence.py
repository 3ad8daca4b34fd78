"""What a decision does not know yet, and what could make it wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from labkit.decision.candidates import Candidate, machine
from labkit.decision.cascade import PEOPLE
from labkit.decision.case import Case, Ruling
from labkit.decision.floors import FLOORS
from labkit.decision.statement import Statement
from labkit.diagnosis import is_probe
from labkit.records import Run, Status
from labkit.scoring import Interval

_SURE = (1.959963984540054 + 0.8416212335729143) / 1.959963984540054  # normal points of 95 % and of power 80 %
PROMPTS = 2  # versions to try before a model is blamed


def missing_evidence(case: Case, ruling: Ruling) -> tuple[Statement, ...]:
    """Everything that would make the decision surer: rows, floors, money, models, then the work on the prompt.

    Args:
        case: what is known.
        ruling: what was decided.
    """
    if not case.field:
        return (Statement("memo.missing.run"),)
    return (
        *_of_rows(case, ruling),
        *_of_models(case),
        *_of_money(case),
        *_of_the_chosen(case, ruling),
        *_of_tuning(case, ruling),
    )


def risks(case: Case, ruling: Ruling) -> tuple[Statement, ...]:
    """What could make the decision wrong, though everything was measured well."""
    return (*_of_choosing(case, ruling), *_of_the_way(case, ruling))


def _of_rows(case: Case, ruling: Ruling) -> Iterator[Statement]:
    """Test rows, an interval that spans the bar, labels with too few rows, and what the rows could show."""
    judged = ruling.choice or case.field[0]
    where, rows = judged.where, judged.judged.scores.examples
    if ruling.advice == "cascade" and case.cascade:
        where, rows = case.cascade.standing, case.cascade.rows
        yield Statement("memo.missing.cascade_test")
    elif judged.test is None:
        yield Statement("memo.missing.test", {"model": judged.model, "prompt": judged.prompt})
    if where.value and where.verdict == "cannot tell":
        needed = _needed(where.value, where.bar, rows)
        key = "memo.missing.bar" if needed else "memo.missing.on_the_bar"
        yield Statement(key, {"score": where.value, "bar": where.bar, "rows": rows, "needed": needed})
    for entry in judged.judged.scores.per_label:
        if entry.few and (entry.label in case.task.bar.minimum_recall or entry.support == 0):
            yield Statement("memo.missing.label", {"label": entry.label, "rows": entry.support})
    yield from _of_power(case)


def _of_power(case: Case) -> Iterator[Statement]:
    unclear = next((c for c in case.field if c.floor and c.floor.verdict == "cannot tell"), None)
    if unclear and unclear.floor and unclear.floor.pair.visible_gain < 1:
        pair = unclear.floor.pair
        values = {"model": unclear.model, "rows": pair.rows, "gain": 100 * pair.visible_gain}
        yield Statement("memo.missing.power", values)


def _needed(value: Interval, bar: float, rows: int) -> int | None:
    """Rows after which the interval leaves out the bar in four of five cases, if this is how good it is.

    The side of the interval on which the bar lies shrinks with the root of the rows; at the rows where it just reached
    the bar, it would be a coin's toss.
    """
    distance = abs(value.value - bar)
    reach = value.value - value.low if bar < value.value else value.high - value.value
    return ceil(rows * (_SURE * reach / distance) ** 2) if distance > 0.001 else None


def _of_models(case: Case) -> Iterator[Statement]:
    """Floors, a language model at all, and models whose runs leave rows out, or that left rows without an answer."""
    measured = {candidate.model for candidate in case.field}
    for floor in FLOORS:
        if floor not in measured:
            yield Statement("memo.missing.floor", {"floor": floor})
    if all(candidate.kind == "floor" for candidate in case.field):
        yield Statement("memo.missing.llm")
    whole = case.field[0].dev.scores.examples
    for model, rows in _started(case.runs).items():
        if model not in measured:
            yield Statement("memo.missing.whole", {"model": model, "done": rows, "rows": whole})
    for candidate in case.field:
        scores = candidate.judged.scores
        if lost := scores.rows - scores.counts[Status.ANSWERED.value]:
            named = {"model": candidate.model, "prompt": candidate.prompt}
            yield Statement("memo.missing.answers", {**named, "lost": lost, "rows": scores.rows})


def _started(runs: Sequence[Run]) -> dict[str, int]:
    """Model -> the most labelled dev rows that a run of it has an end for."""
    found: dict[str, int] = {}
    for run in runs:
        if run.header.split == "dev" and not is_probe(run.header):
            ended = {
                r.example.id
                for r in run.rows
                if r.prediction.status is not Status.PENDING and r.example.labels is not None
            }
            found[run.header.model] = max(found.get(run.header.model, 0), len(ended))
    return found


def _of_money(case: Case) -> Iterator[Statement]:
    bar, tuning = case.task.bar, case.terms.tuning
    if bar.monthly_volume is None:
        yield Statement("memo.missing.volume")
    if bar.monthly_budget is None:
        yield Statement("memo.missing.budget")
    for candidate in case.field:
        yield from _of_price(case, candidate)
    if tuning.once is None or tuning.monthly is None:
        yield Statement("memo.missing.tuning")


def _of_price(case: Case, candidate: Candidate) -> Iterator[Statement]:
    price = case.terms.prices.prices.get(candidate.model)
    if candidate.per_1000 is None:
        yield Statement("memo.missing.price", {"model": candidate.model})
    elif candidate.kind == "api" and price and price.is_old(case.today):
        yield Statement("memo.missing.price_date", {"model": candidate.model, "date": price.date})
    if candidate.model in case.terms.hosting and machine(candidate.model, case.terms) is None:
        yield Statement("memo.missing.hosting", {"model": candidate.model})
    elif candidate.kind in ("open", "tuned") and candidate.month is None and case.task.bar.monthly_volume:
        yield Statement("memo.missing.machine", {"model": candidate.model})


def _of_the_chosen(case: Case, ruling: Ruling) -> Iterator[Statement]:
    """Latency and reliance of whoever answers or would be tuned; licence and memory of the bases."""
    chosen = {c.model: c for c in (*ruling.bases, *([ruling.choice] if ruling.choice else []))}
    for candidate in chosen.values():
        if case.task.bar.latency_p95_s is not None and candidate.latency_p95_s is None:
            yield Statement("memo.missing.latency", {"model": candidate.model})
        if candidate.kind != "floor" and candidate.reliance is None:
            yield Statement("memo.missing.reliance", {"model": candidate.model, "prompt": candidate.prompt})
    for base in ruling.bases:
        if base.facts.licence is None:
            yield Statement("memo.missing.licence", {"model": base.model})
        if base.facts.memory_gb is None:
            yield Statement("memo.missing.memory", {"model": base.model})


def _of_tuning(case: Case, ruling: Ruling) -> Iterator[Statement]:
    """Before a model is blamed and tuned: prompts that were tried, and a base that was measured."""
    if ruling.advice != "fine-tune":
        return
    asked = (run.header for run in case.runs if not is_probe(run.header) and run.header.model not in FLOORS)
    prompts = len({header.prompt_sha256 for header in asked})
    if prompts < PROMPTS:
        yield Statement("memo.missing.prompts", {"prompts": prompts})
    if not ruling.bases and not ruling.hosted:
        yield Statement("memo.missing.base")


def _of_choosing(case: Case, ruling: Ruling) -> Iterator[Statement]:
    """Luck, a budget inside the interval of what it costs, and definitions that were not read."""
    asked = [run.header for run in case.runs if run.header.split == "dev" and not is_probe(run.header)]
    tried = len({(header.prompt_sha256, header.model) for header in asked})
    if tried > 1:
        yield Statement("memo.risk.luck", {"tried": tried})
    budget, month = case.task.bar.monthly_budget, ruling.choice and ruling.choice.month
    if budget is not None and month and month.amount.value <= budget < month.amount.high:
        yield Statement("memo.risk.budget", {"month": month, "budget": budget})
    if ruling.choice and ruling.choice.reliance and ruling.choice.reliance.verdict == "does not read":
        yield Statement("memo.risk.unread", {"model": ruling.choice.model})


def _of_the_way(case: Case, ruling: Ruling) -> Iterator[Statement]:
    """What each way brings along."""
    mixed = case.cascade if ruling.advice == "cascade" else None
    asked = {mixed.first, mixed.second} if mixed else {ruling.choice and ruling.choice.model}
    if any(found.kind == "api" and not found.stays_here for found in case.field if found.model in asked):
        yield Statement("memo.risk.privacy")
        yield Statement("memo.risk.vendor")
    if mixed:
        yield Statement("memo.risk.drift", {"share": mixed.escalated})
    if mixed and mixed.second == PEOPLE:
        yield Statement("memo.risk.people")
    if ruling.advice == "fine-tune":
        yield Statement("memo.risk.tuned")
