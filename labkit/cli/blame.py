"""Step 1 on the command line: which definition, and which sentence, an edit's gains and losses are due to."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from labkit.cli import app
from labkit.cli.errors import print_changes
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.errors import UnknownName
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.diagnosis import Blame, Blamed

_SETS = 10  # of parts that cannot be told apart; a prompt written anew has a hundred of one row each


@app.command()
def blame(
    directory: SceneDir,
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="The run before the edit.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The run of the edited prompt, by the same model.")],
    by: Annotated[str, typer.Option(metavar="definition|sentence", help="How finely to take it apart.")] = "definition",
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Ask rows of which it cannot be told, with each change alone.")
    ] = False,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Say which definition or sentence fixed which rows, and which it broke."""
    from labkit.diagnosis import blame as find
    from labkit.evaluation import untangle
    from labkit.prompts.partial import Grain
    from labkit.workspace import open_scene

    grain = next((known for known in get_args(Grain) if known == by), None)
    if grain is None:
        raise UnknownName("part of an edit", by, get_args(Grain))
    scene = open_scene(directory)
    found = find(scene.store.load_run(before), scene.store.load_run(after), grain)
    if rerun:
        found = with_consent(
            lambda answer: untangle(scene, found, max_cost=max_cost, personal_data=answer), personal_data, json_
        )
    if json_:
        print_json(_json(found, rerun))
    else:
        _print(found, rerun)


def _json(found: Blame, rerun: bool) -> dict[str, Any]:
    from labkit.evaluation import plan_reruns

    entries = {key: [asdict(entry) for entry in getattr(found, key)] for key in ("pieces", "together", "either")}
    plan = [] if rerun else [{**asdict(one.piece), "rows": one.rows} for one in plan_reruns(found)]
    return {
        "before": found.before.id,
        "after": found.after.id,
        "by": found.grain,
        "rows": found.rows,
        "left_out": dict(found.left_out),
        "shared": found.diff.shared,
        "per_label": [asdict(entry) for entry in found.per_label],
        **entries,
        "elsewhere": asdict(found.elsewhere),
        "reruns": plan,
        "calls": sum(len(one["rows"]) for one in plan),
    }


def _print(found: Blame, rerun: bool) -> None:
    from labkit.views.blamed import joined_words, part_words

    first, second = found.before.header, found.after.header
    names: dict[str, Any] = {"before": first.prompt_name, "after": second.prompt_name, "model": second.model}
    typer.echo(plain(say("blame.edited", rows=found.rows, **names)))
    typer.echo()
    print_changes(found.per_label)
    typer.echo()
    for entry in (entry for entry in found.pieces if entry.rows):
        p: dict[str, Any] = {"p": f"{entry.p_value:.2g}", "adjusted": f"{entry.p_adjusted:.2g}"}
        part = part_words(found.diff, entry.pieces[0])
        typer.echo(plain(say("blame.piece", part=part, parts=len(found.pieces), **p, **_counts(entry))))
    if found.unmoved:
        typer.echo(say("blame.unmoved", parts=len(found.unmoved)))
    named, others = found.together[:_SETS], found.together[_SETS:]
    for key, entries in (("only_together" if rerun else "together", named), ("either", found.either)):
        for entry in entries:
            parts = joined_words(found.diff, entry.pieces)
            typer.echo(plain(say(f"blame.{key}", parts=parts, **_counts(entry))))
    if others:
        typer.echo(say("blame.more_together", sets=len(others), rows=sum(len(entry.rows) for entry in others)))
    if found.elsewhere.rows:
        typer.echo(say("blame.elsewhere", **_counts(found.elsewhere)))
    if found.tangled and not rerun:
        _print_plan(found)


def _print_plan(found: Blame) -> None:
    from labkit.evaluation import plan_reruns

    plan = plan_reruns(found)
    calls = sum(len(one.rows) for one in plan)
    typer.echo(say("blame.plan", rows=len(found.tangled), prompts=len(plan), calls=calls))


def _counts(entry: Blamed) -> dict[str, Any]:
    return {"fixed": len(entry.fixed), "broken": len(entry.broken), "moved": len(entry.moved)}
