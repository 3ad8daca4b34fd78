"""Step 3 on the command line: what the business team wrote beside misread rows comes back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json
from labkit.texts import say

_LISTED = 12  # ids


@app.command("import-comments")
def import_comments(
    directory: SceneDir,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The table of errors, with comments written into it.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who commented, where the table names nobody.")] = "",
    json_: JsonFlag = False,
) -> None:
    """Take comments on misread rows into the queue of what a person must decide; adjudicate lists it."""
    from labkit.workspace import import_comments, open_scene
    from labkit.workspace.comments import MOST_CHARACTERS

    found = import_comments(open_scene(directory), file, by)
    if json_:
        print_json(asdict(found))
        return
    typer.echo(say("comments.taken", taken=found.taken, sent=len(found.sent)))
    for key, count in (("known", len(found.known)), ("repeated", found.repeated), ("empty", found.empty)):
        if count:
            note(say(f"comments.{key}", count=count))
    for key in ("unknown", "kept", "cut"):
        if rows := getattr(found, key):
            note(say(f"comments.{key}", count=len(rows), ids=_listed(rows), most=MOST_CHARACTERS))


def _listed(rows: tuple[str, ...]) -> str:
    more = f" … (+{len(rows) - _LISTED})" if len(rows) > _LISTED else ""
    return plain(", ".join(row[:80] for row in rows[:_LISTED])) + more
