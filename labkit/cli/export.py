"""Step 3 on the command line: a dataset on its way to another tool."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_lines, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.exports import Export
    from labkit.exports.loss_preview import LossRow

_PREVIEW = 160  # characters of what is read, from its end

datasets = typer.Typer(help="Datasets of a scene.")
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
    card: Annotated[bool, typer.Option(help="The card and the manifest beside it.")] = True,
    json_: JsonFlag = False,
) -> None:
    """Write a dataset for another tool: the very messages that serving sends, read back before the file is kept."""
    from labkit.exports import export_dataset
    from labkit.workspace import open_scene

    with working_on(say("export.working")):
        made = export_dataset(open_scene(directory), name, format, to, prompt=prompt, mask=mask, card=card)
    if json_:
        about = {"path": str(made.path), "format": made.format, "rows": made.rows}
        print_json({**about, "prompt": made.prompt, "masked": list(made.masked), "beside": list(map(str, made.beside))})
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
    for path in made.beside[:1]:
        note(say("card.written", path=path))


@datasets.command("preview")
def preview(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the scene's datasets.")],
    base: Annotated[str, typer.Option(metavar="MODEL", help="The model to tune, such as local/study.")] = "local/study",
    prompt: Annotated[
        str | None, typer.Option(metavar="NAME", help="By default the one the dataset was made for.")
    ] = None,
    mask: Annotated[bool, typer.Option(help="Placeholders for personal data and secrets.")] = True,
    json_: JsonFlag = False,
) -> None:
    """Show which tokens of three rows carry loss, by the base's tokenizer, before anything is exported or trained."""
    from labkit.exports.loss_preview import loss_preview
    from labkit.workspace import open_scene

    with working_on(say("preview.working")):
        shown = loss_preview(open_scene(directory), name, base, prompt=prompt, mask=mask)
    if json_:
        print_json({"dataset": name, "base": base, "rows": [asdict(row) for row in shown]})
        return
    for row in shown:
        typer.echo(plain(say("preview.row", id=row.id, tokens=row.tokens, learnt=row.answer_tokens)))
        typer.echo(f"{say('export.read')} … {plain(row.read[-_PREVIEW:].replace(chr(10), ' '))}")
        typer.echo(f"{say('export.learnt')} {_bars(row)}\n")


def _bars(row: LossRow) -> str:
    """The tokens that carry loss with a bar between them."""
    tokens = (plain(token.replace("\n", "↵")) for token in row.learnt)
    return "│".join(tokens) + ("│…" if len(row.learnt) < row.answer_tokens else "")


@datasets.command("card")
def card(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the scene's datasets.")],
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="A Markdown file; printed when left out.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Describe a dataset on one page of Markdown: what is in it, how it was made, the audit."""
    from labkit.exports import dataset_card
    from labkit.tables.atomic import replace_text
    from labkit.workspace import open_scene

    with working_on(say("export.working")):
        text = dataset_card(open_scene(directory), name)
    if to:
        replace_text(to, text)
    if json_:
        print_json({"dataset": name, "card": text, "path": str(to) if to else None})
    elif to:
        typer.echo(say("card.written", path=to))
    else:
        print_lines(text)
