"""What was learnt about models in other scenes, to be quoted before money is spent again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from labkit.costs import PriceList
from labkit.decision.candidates import Candidate, Kind
from labkit.decision.money import Money
from labkit.decision.statement import Statement
from labkit.records import Task
from labkit.scoring import Interval

_QUOTED: tuple[Kind, ...] = ("api", "open", "tuned")


@dataclass(frozen=True, slots=True)
class Experience:
    """What one model reached in one scene, on dev rows with its best prompt.

    Args:
        scene: its name.
        language, multi_label, labels, subtasks: the kind of task.
        rows: how many rows the score stands on.
        metric: of the scene's bar.
        model, kind, prompt: who answered, and what was asked.
        value: its score.
        gap: how far it lies above (or below, negative) the best API of that scene, on the same rows; None without one.
        per_1000: money for 1,000 rows then; None when it was not known.
        price_date: the day of the price, "" when not known.
        date: the day of the run.
        run: its id.
    """

    scene: str
    language: str
    multi_label: bool
    labels: int
    subtasks: int
    rows: int
    metric: str
    model: str
    kind: Kind
    prompt: str
    value: Interval
    gap: float | None
    per_1000: Money | None
    price_date: str
    date: str
    run: str


def experiences(task: Task, candidates: Sequence[Candidate], prices: PriceList) -> tuple[Experience, ...]:
    """What a scene teaches: one entry for each model measured over all its dev rows.

    Args:
        task: the scene's task.
        candidates: from `candidates`.
        prices: for the days of the prices.
    """
    metric = task.bar.metric
    best = next((c.dev.scores.values[metric].value for c in candidates if c.kind == "api"), None)
    return tuple(_experience(task, candidate, best, prices) for candidate in candidates)


def _experience(task: Task, candidate: Candidate, best: float | None, prices: PriceList) -> Experience:
    header, value = candidate.dev.run.header, candidate.dev.scores.values[task.bar.metric]
    price = prices.prices.get(candidate.model)
    return Experience(
        scene=task.name,
        language=task.language,
        multi_label=task.multi_label,
        labels=len(task.labels),
        subtasks=len(task.subtasks),
        rows=candidate.dev.scores.examples,
        metric=task.bar.metric,
        model=candidate.model,
        kind=candidate.kind,
        prompt=candidate.prompt,
        value=value,
        gap=None if best is None else value.value - best,
        per_1000=candidate.per_1000,
        price_date=price.date.isoformat() if price and price.date else "",
        date=header.created[:10],
        run=header.run,
    )


def quoted(task: Task, book: Iterable[Experience]) -> tuple[Statement, ...]:
    """What other scenes of the same kind say, at most one sentence for each kind of model.

    Args:
        task: the scene that is to be decided about; scenes in its language, and multi-label as it is, are of its kind.
        book: entries of any scenes; of several the one with a like number of labels goes first, then the better.
    """
    kin = [
        entry
        for entry in book
        if (entry.language, entry.multi_label) == (task.language, task.multi_label) and entry.scene != task.name
    ]
    nearest = (_nearest([entry for entry in kin if entry.kind == kind], len(task.labels)) for kind in _QUOTED)
    return tuple(_quote(entry) for entry in nearest if entry)


def _nearest(entries: Sequence[Experience], labels: int) -> Experience | None:
    def order(entry: Experience) -> tuple[float, float]:
        return round(abs(log(entry.labels / labels)), 1), -entry.value.value

    return min((entry for entry in entries if entry.labels), key=order, default=None)


def _quote(entry: Experience) -> Statement:
    key = "alone" if entry.gap is None else "below" if entry.gap < 0 else "best" if entry.kind == "api" else "above"
    values = {
        **{"scene": entry.scene, "labels": entry.labels, "rows": entry.rows, "date": entry.date},
        **{"model": entry.model, "score": entry.value, "per_1000": entry.per_1000},
        **({} if entry.gap is None else {"gap": 100 * abs(entry.gap)}),
    }
    return Statement(f"memo.experience.{key}", values)
