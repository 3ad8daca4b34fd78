"""`pilot`: a few rows and their bill first; what they measured makes the forecast of all the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labkit.costs import run_cost
from labkit.evaluation.evaluate import evaluate
from labkit.evaluation.forecast import Forecast, forecast, money_in_words
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.models import get_model
from labkit.models.base import Model
from labkit.records import Prompt, Run
from labkit.texts import say
from labkit.workspace import Scene

PILOT_ROWS = 50


@dataclass(frozen=True, slots=True)
class Pilot:
    """A few rows that were asked, and what all of them will take; `print` it to read it in words.

    Args:
        run: over the pilot's rows.
        before: its forecast.
        cost: its bill in `before.currency`; None when the price, the rate or some tokens are not known.
        rest: the forecast of what is still to be asked of the whole split, from what the pilot measured.
    """

    run: Run
    before: Forecast
    cost: float | None
    rest: Forecast

    def __str__(self) -> str:
        return "\n".join(_in_words(self))


def pilot(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    split: str = "dev",
    *,
    rows: int = PILOT_ROWS,
    repeats: int = 1,
    reason: str | None = None,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Pilot:
    """Ask the first rows of a split, and forecast the others by what these have taken.

    `evaluate` with the same words then takes the pilot's answers over: its rows are not paid for again.

    Args:
        scene: where rows, prompts, prices and runs are.
        prompt: as in `evaluate`.
        model: as in `evaluate`.
        split: as in `evaluate`.
        rows: how many.
        repeats: as in `evaluate`.
        reason: as in `evaluate`.
        max_cost: what the pilot may cost.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Raises:
        LabkitError: as `evaluate` does.
    """
    chosen = get_model(model, scene)
    before = forecast(scene, prompt, chosen, split, limit=rows, repeats=repeats)
    run = evaluate(
        scene,
        prompt,
        chosen,
        split,
        limit=rows,
        repeats=repeats,
        reason=reason,
        max_cost=max_cost,
        personal_data=personal_data,
        progress=progress,
        retry=retry,
    )
    return Pilot(
        run, before, _bill(scene, run, before.currency), forecast(scene, prompt, chosen, split, repeats=repeats)
    )


def _bill(scene: Scene, run: Run, currency: str) -> float | None:
    prices = scene.prices()
    cost = run_cost(run, prices.prices)
    return None if cost.unknown else cost.amount_in(currency, prices.rates)


def _in_words(found: Pilot) -> Iterator[str]:
    currency = found.before.currency
    said = [found.before.calls.cost, found.cost]
    expected, paid = (say("pilot.unknown") if sum_ is None else money_in_words(sum_, currency) for sum_ in said)
    yield say("pilot.bill", rows=len(found.run.rows), expected=expected, paid=paid)
    yield say("pilot.rest")
    yield str(found.rest)
