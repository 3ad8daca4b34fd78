"""Step 3 on the command line: a dataset as a spreadsheet, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labkit.cli.export import datasets
from labkit.cli.output import JsonFlag, SceneDir, note, print_json
from labkit.texts import say


@datasets.command("sheet")
def sheet(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the scene's datasets.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="A new .xlsx or .csv file.")],
    json_: JsonFlag = False,
) -> None:
    """Write a dataset as a spreadsheet for people to edit; `dataset take-back` reads it."""
    from labkit.datasets import write_sheet
    from labkit.workspace import open_scene

    cut = write_sheet(open_scene(directory), name, to)
    if json_:
        print_json({"path": str(to), "cut": list(cut)})
        return
    typer.echo(say("sheet.written", path=to))
    for cell in cut:
        note(say("sheet.cut", cell=cell))


@datasets.command("take-back")
def take_back(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The dataset that the spreadsheet was written from.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The edited spreadsheet.")],
    as_: Annotated[str, typer.Option("--as", metavar="NEW", help="The new dataset.")],
    json_: JsonFlag = False,
) -> None:
    """Take an edited spreadsheet back as the dataset's next version, and say what changed."""
    from labkit.datasets import read_sheet
    from labkit.workspace import open_scene

    made = read_sheet(open_scene(directory), name, file, as_)
    changes, dropped = made.manifest["changes"], made.manifest["parameters"]["reasons_outdated"]
    if json_:
        print_json({"dataset": as_, "rows": len(made.rows), "changes": changes, "reasons_outdated": dropped})
        return
    typer.echo(say("sheet.taken", rows=len(made.rows), name=as_, **changes))
    if dropped:
        note(say("sheet.outdated", count=dropped))
