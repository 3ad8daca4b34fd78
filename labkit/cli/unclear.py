"""Definitions that people could not decide by: said of a row, and listed label by label for step 1."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_table
from labkit.errors import BadInput
from labkit.texts import listed, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.workspace import Scene, UnclearDefinition

_SHOWN = 6  # rows and reasons of a label in the terminal


@app.command()
def unclear(
    directory: SceneDir,
    row: Annotated[str | None, typer.Argument(metavar="[ROW]", help="A row; without one, the list.")] = None,
    labels: Annotated[list[str] | None, typer.Argument(metavar="[LABEL]...", help="Whose definitions.")] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What is unclear.")] = "",
    annotator: Annotated[
        str | None,
        typer.Option("--annotator", metavar="NAME", help="Who says so; the user of this machine by default."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take back what was said of the row.")] = False,
    json_: JsonFlag = False,
) -> None:
    """List the labels whose definitions people could not decide by, the most rows first; or say so of a row."""
    from labkit.workspace import flag_unclear, open_scene, unclear_definitions

    scene = open_scene(directory)
    if row is not None:
        flag_unclear(scene, [row], labels or (), reason, who=annotator, remove=remove)
    elif remove or reason:
        raise BadInput.told("error.cli.unclear_row")
    found = unclear_definitions(scene)
    if json_:
        print_json([{"label": one.label, "rows": one.rows, "flags": [asdict(f) for f in one.flags]} for one in found])
    elif not found:
        typer.echo(say("unclear.none"))
    else:
        _print(found, scene)


def _print(found: Sequence[UnclearDefinition], scene: Scene) -> None:
    head = [say(f"unclear.head.{name}") for name in ("label", "rows", "such_as", "reasons")]
    rows = [
        (
            one.label,
            len(one.rows),
            " ".join(one.rows[:_SHOWN]),
            " | ".join(list(dict.fromkeys(flag.reason for flag in one.flags if flag.reason))[:_SHOWN]) or "–",
        )
        for one in found
    ]
    print_table(head, rows)
    names = scene.prompt_names()
    if names:
        headings = listed(f"## {one.label}" for one in found)
        note(plain(say("unclear.next", file=scene.path / "prompts" / f"{names[-1]}.md", headings=headings)))
