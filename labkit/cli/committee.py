"""Step 3 on the command line: models asked how hard the pool's rows are, in two stages, the cost shown first."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli.export import datasets
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table, working_on
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.datasets.committee import AskedCommittee, CommitteeForecast
    from labkit.evaluation import Calls

_STAGES = ("sample", "candidates", "pool")


@datasets.command("committee")
def committee(
    directory: SceneDir,
    prompt: Annotated[str, typer.Option(metavar="NAME", help="A prompt of the scene, such as v1.")],
    models: Annotated[
        list[str], typer.Option("--model", metavar="MODEL", help="Who answers; repeat it: two make a committee.")
    ],
    budget: Annotated[int, typer.Option(metavar="N", help="As for select.")] = 1_000,
    sample: Annotated[int, typer.Option(metavar="N", help="Rows asked first: are the models good enough?")] = 100,
    reach: Annotated[int, typer.Option(metavar="N", help="Then so many times the budget is asked.")] = 3,
    batch: Annotated[
        bool, typer.Option("--batch", help="In batch files where a provider takes them: cheaper, within a day.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="With --batch: stay until it is over.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it will take, and ask nobody.")] = False,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Have models answer a sample of the pool, then what could be chosen, so that select knows what is hard."""
    from labkit.datasets import ask_committee, forecast_committee
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    how_far: dict[str, Any] = {"sample": sample, "reach": reach}
    if dry_run or not json_:
        with working_on(say("committee.working")):
            planned = forecast_committee(scene, prompt, models, budget, **how_far)
        if json_:
            print_json(_forecast_json(planned))
        else:
            _print_forecast(planned, on_stderr=not dry_run)
    if dry_run:
        return
    wishes: dict[str, Any] = {"batch": batch, "wait": wait, "max_cost": max_cost, **how_far}
    found = with_consent(
        lambda answer: ask_committee(scene, prompt, models, budget, personal_data=answer, **wishes),
        personal_data,
        json_,
    )
    if json_:
        print_json(_asked_json(found))
    else:
        _print(found)
    if found.ended == "open":
        raise typer.Exit(1)


def _forecast_json(planned: CommitteeForecast) -> dict[str, Any]:
    value = asdict(planned)
    for model, stages in planned.calls.items():
        for stage, calls in stages.items():
            value["calls"][model][stage]["cost"] = calls.cost
    return value


def _print_forecast(planned: CommitteeForecast, *, on_stderr: bool) -> None:
    head = [say("committee.head.model"), *(say(f"committee.{name}", rows=planned.rows[name]) for name in _STAGES)]
    rows = [
        (model, *(_in_words(stages[name], planned.currency[model]) for name in _STAGES))
        for model, stages in planned.calls.items()
    ]
    print_table(head, rows, err=on_stderr)


def _in_words(calls: Calls, currency: str) -> str:
    from labkit.evaluation.forecast import money_in_words

    if calls.cost is None:
        return say("committee.calls", calls=calls.count, cost=say("forecast.unknown"))
    batch = calls.money["batch"]
    said = say("committee.calls", calls=calls.count, cost=money_in_words(calls.cost, currency))
    if batch is None or batch >= calls.cost:
        return said
    return said + say("committee.batch", cost=money_in_words(batch, currency))


def _asked_json(found: AskedCommittee) -> dict[str, Any]:
    rated = Counter(found.committee.ratings.values())
    accuracy = found.committee.accuracy
    runs = {run.header.model: {"run": run.id, "rows": len(run.rows), "counts": run.counts} for run in found.runs}
    return {"ended": found.ended, "rows": dict(found.rows), "accuracy": accuracy, "rated": dict(rated), "models": runs}


def _print(found: AskedCommittee) -> None:
    told = _asked_json(found)
    accuracy = "?" if found.committee.accuracy is None else f"{found.committee.accuracy:.2f}"
    note(say(f"committee.{found.ended}", accuracy=accuracy, rows=sum(told["rated"].values())))
    if told["rated"]:
        rows = [(say(f"select.{name}"), count) for name, count in sorted(told["rated"].items())]
        print_table((say("committee.head.difficulty"), say("versions.rows")), rows)
