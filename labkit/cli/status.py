"""Where a scene stands, on the command line."""

from __future__ import annotations

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json


@app.command()
def status(directory: SceneDir, json_: JsonFlag = False) -> None:
    """Say how far the scene is from its bar, and what to do next."""
    from labkit.views.scene_status import status as look
    from labkit.workspace import open_scene

    found = look(open_scene(directory), directory)
    if json_:
        print_json(found.as_json())
        return
    for problem in found.problems:
        note(plain(problem))
    typer.echo(str(found))
