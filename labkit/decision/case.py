"""What the memo's rules look at, and what a rule says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from labkit.decision.candidates import Candidate, machine
from labkit.decision.cascade import PEOPLE, Cascade
from labkit.decision.money import Money
from labkit.decision.statement import Posts, Statement
from labkit.decision.terms import Terms
from labkit.records import Run, Task

Advice = Literal["measure", "keep", "prompt an open model", "call the API", "cascade", "fine-tune"]


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known when a memo is made.

    Args:
        task: with the bar of today.
        runs: all runs of the scene.
        terms: what is taken for given.
        field: every model measured, the best on dev rows first.
        cascade: the cascade worked out from them, or None.
        api: the cheapest API that reaches the bar, else the best one; None without any.
        break_even: posts a month from which tuning is cheaper than that API; None when it is not known.
        today: the day of the memo.
    """

    task: Task
    runs: Sequence[Run]
    terms: Terms
    field: tuple[Candidate, ...]
    cascade: Cascade | None
    api: Candidate | None
    break_even: Posts | None
    today: date

    @property
    def cascade_month(self) -> Money | None:
        """Money a month for the cascade at the bar's volume, its machines included; None when a part is not known."""
        if self.cascade is None or any(machine(model, self.terms) is None for model in self._asked(self.cascade)):
            return None
        return self.cascade_known

    @property
    def cascade_known(self) -> Money | None:
        """The part of that which is known: it costs as much at least. None when the answers' price is not."""
        volume, found = self.task.bar.monthly_volume, self.cascade
        if found is None or found.per_1000 is None or volume is None:
            return None
        month = found.per_1000.times(volume / 1000)
        known = [monthly for model in self._asked(found) if (monthly := machine(model, self.terms)) is not None]
        for monthly in known:
            month = month.plus(Money(monthly, month.currency))
        return month

    def _asked(self, found: Cascade) -> list[str]:
        """The models that a cascade needs; where agreement tells who is sure, the other cheap one too."""
        return [model for model in (found.first, found.second, found.other) if model not in (None, PEOPLE)]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the first rule that holds says.

    Args:
        advice: which way to go.
        choice: who answers for now, or None.
        reason: the rule's reason.
        bases: open models to tune, at most two; empty unless the advice is to tune.
        hosted: an API whose vendor could tune it instead, or None.
    """

    advice: Advice
    choice: Candidate | None
    reason: Statement
    bases: tuple[Candidate, ...] = ()
    hosted: Candidate | None = None
