"""Step 4 on the command line: a trained model on its way to another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, print_json, working_on
from labkit.texts import say

trained = typer.Typer(no_args_is_help=True, help="Trained models of a scene.")
app.add_typer(trained, name="model")


@trained.command("export")
def export(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A training; `labkit jobs` lists them.")],
    to: Annotated[
        Literal["adapter", "merged", "gguf"],
        typer.Option("--to", help="A LoRA, one model in safetensors, or that with the way to llama.cpp and Ollama."),
    ],
    out: Annotated[Path, typer.Option(metavar="PATH", help="The folder to write; it must not exist.")],
    json_: JsonFlag = False,
) -> None:
    """Write a trained model for another program, after it answered dev rows as the trained one does."""
    from labkit.training import job_of
    from labkit.training.exporting import export_model
    from labkit.workspace import open_scene

    with working_on(say("export.scoring")):
        made = export_model(job_of(open_scene(directory), name), out, to)
    if json_:
        compared = {"rows": made.rows, "same": made.same, "torn": made.torn}
        print_json({"path": str(made.path), "form": to, **compared, "commands": made.commands})
        return
    typer.echo(say("export.model", path=made.path, rows=made.rows, same=made.same))
    if made.torn:
        typer.echo(say("export.torn", torn=made.torn))
    if made.commands:
        typer.echo(say("export.gguf", path=made.path))
    for command in made.commands:
        typer.echo(f"  {command}")
