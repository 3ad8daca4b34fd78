"""How worn a scene's rows are, on the command line: prompts tried on dev rows, and the ledger of test readings."""

from __future__ import annotations

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json, print_table


@app.command()
def wear(directory: SceneDir, json_: JsonFlag = False) -> None:
    """Say how much luck the best of all prompts tried holds, and who read the test rows, when and why."""
    from labkit.views.wear import wear as look
    from labkit.workspace import open_scene

    found = look(open_scene(directory))
    if json_:
        print_json(found.as_json())
        return
    typer.echo("\n".join(plain(sentence) for sentence in (*found.on_dev(), *found.on_test())))
    if found.readings:
        typer.echo()
        print_table(*found.table())
