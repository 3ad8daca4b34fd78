"""Step 3 on the command line: a dataset's reasons in the house style."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from labkit.cli.export import datasets
from labkit.cli.output import JsonFlag, SceneDir, note, print_json
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.texts import say


@datasets.command("reformat")
def reformat(
    directory: SceneDir,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="One of the scene's datasets, whose targets hold reasons.")
    ],
    as_: Annotated[str, typer.Option("--as", metavar="NEW", help="The new dataset.")],
    by: Annotated[
        str | None, typer.Option("--by", metavar="MODEL", help="A language model that rewrites; a rule when left out.")
    ] = None,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Bring reasons into the house style (style: in task.yaml), where labels, numbers, names and JSON stay the same."""
    from labkit import datasets as rooms
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    made = with_consent(
        lambda answer: rooms.reformat(scene, name, as_, by, max_cost=max_cost, personal_data=answer),
        personal_data,
        json_,
    )
    if json_:
        counts = {"rewritten": list(made.rewritten), "unchanged": made.unchanged, "kept": dict(made.kept)}
        print_json(
            {"dataset": as_, "rows": len(made.dataset.rows), "style": scene.task.style, "run": made.run, **counts}
        )
        return
    typer.echo(say("reformat.made", name=as_, rewritten=len(made.rewritten), unchanged=made.unchanged))
    for why, count in Counter(made.kept.values()).most_common():
        note(say("reformat.kept", count=count, why=say(f"reformat.why.{why}")))
