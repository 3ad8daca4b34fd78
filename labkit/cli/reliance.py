"""Step 2 on the command line: does a model read its definitions?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.evaluate import ModelName, PromptName
from labkit.cli.output import JsonFlag, SceneDir, print_json, print_table
from labkit.cli.spending import PersonalData, with_consent
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.diagnosis import LabelReliance, Reliance
    from labkit.scoring import Interval


@app.command()
def reliance(
    directory: SceneDir,
    prompt: PromptName,
    model: ModelName,
    split: Annotated[str, typer.Option(help="pool or dev.")] = "dev",
    limit: Annotated[int | None, typer.Option(help="Only the first so many rows.")] = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Ask with names only, with the definitions, and with swapped ones: answers that do not move were not read."""
    from labkit.evaluation import reliance as ask
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    found = with_consent(
        lambda answer: ask(scene, prompt, model, split, limit=limit, personal_data=answer), personal_data, json_
    )
    if json_:
        print_json(asdict(found))
    else:
        _print(found)


def _print(found: Reliance) -> None:
    metric = found.names.metric
    for key, pair, moved in (
        ("reliance.names", found.names, found.moved_by_names),
        ("reliance.swapped", found.swapped, found.moved_by_swap),
    ):
        delta = pair.delta.get(metric)
        typer.echo(say(key, metric=metric, delta=_points(delta), moved=_share(moved), rows=found.rows))
    if found.followed:
        typer.echo(say("reliance.followed", followed=_share(found.followed)))
    typer.echo()
    keys = ("label", "took", "rows", "moved", "own_gain", "swap_loss")
    print_table([say(f"head.{key}") for key in keys], [_cells(entry) for entry in found.per_label])
    typer.echo()
    typer.echo(say(f"reliance.{found.verdict.replace(' ', '_')}", model=found.model, prompt=found.prompt))


def _cells(entry: LabelReliance) -> tuple[object, ...]:
    moved = _share(entry.moved) if entry.moved else ""
    return entry.label, entry.took or "", entry.rows, moved, _points(entry.names_f1), _points(entry.swapped_f1)


def _share(found: Interval) -> str:
    return f"{100 * found.value:.0f} % ({100 * found.low:.0f}–{100 * found.high:.0f})"


def _points(found: Interval | None) -> str:
    return f"{100 * found.value:+.1f} ({100 * found.low:+.1f} … {100 * found.high:+.1f})" if found else ""
