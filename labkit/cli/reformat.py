"""Step 3 on the command line: a dataset's reasons in the house style."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli.export import datasets
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_lines
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.datasets import ReformatForecast

_SHOWN = 8  # changes in the terminal


@datasets.command("reformat")
def reformat(
    directory: SceneDir,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="One of the scene's datasets, whose targets hold reasons.")
    ],
    as_: Annotated[
        str | None, typer.Option("--as", metavar="NEW", help="The new dataset; dataset-1 and so on by default.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="MODEL", help="A language model that rewrites; a rule when left out.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it will take, or what the rule would change, and ask nobody.")
    ] = False,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Bring reasons into the house style (style: in task.yaml), where labels, numbers, names and JSON stay the same."""
    from labkit import datasets as rooms
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    if dry_run:
        _print_forecast(rooms.forecast_reformat(scene, name, by), by, json_=json_)
        return
    made = with_consent(
        lambda answer: rooms.reformat(scene, name, as_, by, max_cost=max_cost, personal_data=answer),
        personal_data,
        json_,
    )
    if json_:
        counts = {"rewritten": list(made.rewritten), "unchanged": made.unchanged, "kept": dict(made.kept)}
        print_json(
            {
                "dataset": made.dataset.id,
                "rows": len(made.dataset.rows),
                "style": scene.task.style,
                "run": made.run,
                **counts,
            }
        )
        return
    typer.echo(say("reformat.made", name=made.dataset.id, rewritten=len(made.rewritten), unchanged=made.unchanged))
    for why, count in Counter(made.kept.values()).most_common():
        note(say("reformat.kept", count=count, why=say(f"reformat.why.{why}")))


def _print_forecast(found: ReformatForecast, by: str | None, *, json_: bool) -> None:
    from labkit.evaluation.forecast import money_in_words

    if json_:
        print_json({**asdict(found), "cost": found.calls.cost if found.calls else 0.0})
        return
    if found.calls is None:
        for row, (before, after) in list(found.changes.items())[:_SHOWN]:
            print_lines(f"{row}\n  - {before}\n  + {after}")
        unchanged = found.rows - len(found.changes) - len(found.kept)
        typer.echo(say("reformat.would", rewritten=len(found.changes), unchanged=unchanged, kept=len(found.kept)))
        return
    cost = found.calls.cost
    money = say("forecast.unknown") if cost is None else money_in_words(cost, found.currency)
    tokens = {"prompt": f"{found.calls.prompt_tokens:,.0f}", "completion": f"{found.calls.completion_tokens:,.0f}"}
    typer.echo(plain(say("reformat.calls", model=by, calls=found.calls.count, rows=found.rows, cost=money, **tokens)))
    for message in found.request:
        print_lines(f"{message.role}:\n{message.content}")
