"""What an evaluation will take and has taken, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from labkit.cli.output import may_ask, note, plain, print_json, print_lines
from labkit.errors import NeedsConsent
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.evaluation import Forecast
    from labkit.records import Prompt, Run
    from labkit.workspace import Scene

Found = TypeVar("Found")
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", metavar="MONEY", help="What the run may cost at most, in the currency of the bar."),
]
PersonalData = Annotated[
    str | None,
    typer.Option(
        "--personal-data",
        metavar="send|mask",
        help="What becomes of phone numbers, secrets and their like before they go to a host outside; kept per host.",
    ),
]


def with_consent(ask: Callable[[str | None], Found], answer: str | None, as_json: bool) -> Found:
    """Ask a model; when personal data would leave this machine, put the question to whoever is at the terminal.

    Args:
        ask: asks the model, given what becomes of personal data.
        answer: what the command line says of it.
        as_json: then nobody can be asked.
    """
    try:
        return ask(answer)
    except NeedsConsent as needed:
        if answer or not may_ask(as_json):
            raise
        note(plain(say("consent.told", problem=needed.problem)))
        said = str(typer.prompt(say("consent.ask"), default="stop", err=True)).strip().lower()
        if said not in ("mask", "send"):
            raise
        return ask(said)


def print_forecast(found: Forecast, as_json: bool) -> None:
    """Print what an evaluation will take."""
    if as_json:
        print_json(forecast_json(found))
    else:
        print_lines(found)


def forecast_json(found: Forecast) -> dict[str, Any]:
    """A forecast as one JSON value, the money to expect beside each number of calls."""
    value = asdict(found)
    value["calls"]["cost"] = found.calls.cost
    if found.pool is not None:
        value["pool"]["cost"] = found.pool.cost
    return value


def run_pilot(
    scene: Scene,
    question: tuple[str | Prompt, str, str],
    wishes: dict[str, Any],
    personal_data: str | None,
    as_json: bool,
) -> None:
    """Ask a few rows and print their bill with the forecast of the others; exit 1 when a limit left some open.

    Args:
        scene: the scene.
        question: prompt, model and split.
        wishes: further words of `pilot`; a "limit" is its rows.
        personal_data: as on the command line.
        as_json: print one JSON value.
    """
    from labkit.evaluation import pilot
    from labkit.evaluation.pilot import PILOT_ROWS

    limit = wishes.pop("limit")
    rows = PILOT_ROWS if limit is None else limit
    found = with_consent(
        lambda answer: pilot(scene, *question, rows=rows, personal_data=answer, **wishes), personal_data, as_json
    )
    if as_json:
        asked = {"run": found.run.id, "rows": len(found.run.rows), "counts": found.run.counts}
        money = {"forecast": found.before.calls.cost, "cost": found.cost, "currency": found.before.currency}
        print_json({**asked, **money, "rest": forecast_json(found.rest)})
    else:
        print_lines(found)
    leave_when_open(found.run)


def cost_json(run: Run, scene: Scene) -> dict[str, Any]:
    """What a run has cost: currency -> money, and how many replies nobody can price."""
    from labkit.costs import run_cost

    cost = run_cost(run, scene.prices().prices)
    return {"amounts": dict(cost.amounts), "unknown_replies": cost.unknown}


def print_cost(run: Run, scene: Scene) -> None:
    """Print what a run has cost, in the bar's currency where a rate leads there; nothing where nothing was paid."""
    from labkit.costs import run_cost
    from labkit.evaluation.forecast import money_in_words

    prices, wanted = scene.prices(), run.task.bar.currency
    cost = run_cost(run, prices.prices)
    if not cost.amounts:
        if cost.unknown:
            typer.echo(say("evaluate.cost_all_unknown", unknown=cost.unknown))
        return
    known = cost.amount_in(wanted, prices.rates)
    amounts = cost.amounts if known is None else {wanted: known}
    paid = ", ".join(money_in_words(amount, currency) for currency, amount in amounts.items())
    typer.echo(
        say("evaluate.cost_unknown", cost=paid, unknown=cost.unknown)
        if cost.unknown
        else say("evaluate.cost", cost=paid)
    )


def leave_when_open(run: Run) -> None:
    """Exit 1 when rows were left open, as a limit said no."""
    if run.counts["pending"]:
        raise typer.Exit(1)
