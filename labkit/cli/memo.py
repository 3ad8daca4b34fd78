"""Step 2 on the command line: the decision memo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_table, working_on
from labkit.errors import BadInput
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.views.memo_sheet import MemoSheet


@app.command()
def memo(
    directory: SceneDir,
    bar: Annotated[float | None, typer.Option(help="What if the bar were this, such as 0.9?")] = None,
    volume: Annotated[int | None, typer.Option(help="What if so many posts came a month?")] = None,
    budget: Annotated[float | None, typer.Option(help="What if so much could be spent a month?")] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.md", help="Also write it as Markdown.")] = None,
    decide: Annotated[
        str | None, typer.Option(metavar="REASON", help="Take the decision: write it, and its runs, into the scene.")
    ] = None,
    instead: Annotated[
        str | None, typer.Option(metavar="WAY", help='With --decide: another way than advised, such as "fine-tune".')
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Say from recorded runs which way to go: keep, prompt an open model, call an API, cascade or fine-tune."""
    from labkit.views.memo import memo as work_out
    from labkit.workspace import open_scene

    if instead is not None and decide is None:
        raise BadInput.told("error.cli.instead")
    scene = open_scene(directory)
    with working_on(say("memo.working")):
        asked: dict[str, Any] = {"value": bar, "monthly_volume": volume, "monthly_budget": budget}
        found = work_out(scene, **{name: value for name, value in asked.items() if value is not None})
    if to:  # before a decision is recorded: a place that cannot be written is told while nothing has happened
        found.write(to)
    if decide is not None:
        found.decide(decide, instead)
        note(say("memo.decided"))
    if to:
        note(say("memo.written", target=found.write(to)))
    if json_:
        print_json(found.as_json())
    else:
        _print(found.sheet())


def _print(sheet: MemoSheet) -> None:
    for line in (sheet.title, sheet.made, "", sheet.advice, *sheet.caveats, *sheet.plain, *sheet.taken):
        typer.echo(plain(line))
    _print_part("given", sheet.given)
    _print_part("reasons", sheet.reasons)
    if sheet.lines:
        typer.echo(f"\n{say('memo.part.models')}")
        print_table(sheet.head, [line.cells for line in sheet.lines])
    for part in ("missing", "risks", "experience"):
        _print_part(part, getattr(sheet, part))
    _print_part("sources", (*sheet.sources, *filter(None, [sheet.runs])))


def _print_part(part: str, sentences: tuple[str, ...]) -> None:
    typer.echo(f"\n{say(f'memo.part.{part}')}")
    for sentence in sentences or (say("memo.none"),):
        typer.echo(plain(f"- {sentence}"))
