"""Step 3 on the command line: a dataset on its way to another tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.exports import Export

_PREVIEW = 160  # characters of what is read, from its end

datasets = typer.Typer(no_args_is_help=True, help="Datasets of a scene.")
app.add_typer(datasets, name="dataset")


@datasets.command("export")
def export(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the scene's datasets.")],
    format: Annotated[str, typer.Option(help="messages, prompt-completion, openai, sharegpt, alpaca, …")],
    to: Annotated[Path, typer.Option(metavar="PATH", help="The file or folder to write; it must not exist.")],
    prompt: Annotated[
        str | None, typer.Option(metavar="NAME", help="By default the one the dataset was made for.")
    ] = None,
    mask: Annotated[bool, typer.Option(help="Placeholders for personal data and secrets.")] = True,
    json_: JsonFlag = False,
) -> None:
    """Write a dataset for another tool: the very messages that serving sends, read back before the file is kept."""
    from labkit.exports import export_dataset
    from labkit.workspace import open_scene

    made = export_dataset(open_scene(directory), name, format, to, prompt=prompt, mask=mask)
    if json_:
        about = {"path": str(made.path), "format": made.format, "rows": made.rows}
        print_json({**about, "prompt": made.prompt, "masked": list(made.masked)})
    else:
        _print(made)


def _print(made: Export) -> None:
    for conversation in made.shown:
        read = f"{conversation.system}\n\n{conversation.user}"
        typer.echo(f"{say('export.read')} … {plain(read[-_PREVIEW:].replace(chr(10), ' '))}")
        typer.echo(f"{say('export.learnt')} {plain(conversation.answer)}\n")
    typer.echo(say("export.written", rows=made.rows, path=made.path, prompt=made.prompt))
    if made.masked:
        note(say("export.masked", rows=len(made.masked)))
