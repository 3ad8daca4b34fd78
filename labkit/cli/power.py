"""Step 2 on the command line: what a comparison could show, before any money is spent on it."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.comparison import Pair, Power
    from labkit.workspace import Scene


@app.command()
def power(
    directory: SceneDir,
    rows: Annotated[int | None, typer.Option(help="So many rows; the labelled rows of the split by default.")] = None,
    split: Annotated[str, typer.Option(help="pool, dev or test.")] = "dev",
    json_: JsonFlag = False,
) -> None:
    """Say which differences so many rows can show, and how many rows a smaller one takes; asks no model."""
    from labkit.comparison import power_analysis
    from labkit.comparison.power import DISCORDANT
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    number = sum(example.labels is not None for example in scene.examples(split)) if rows is None else rows
    last = _last_pair(scene, split)
    measured = (round(last.discordant, 4),) if last and last.discordant else ()
    found = power_analysis(number, sorted({*DISCORDANT, *measured}))
    if json_:
        print_json({"rows": number, "measured": last and _pair_json(last), "power": [asdict(one) for one in found]})
        return
    typer.echo(say("power.rows", rows=number))
    if last:
        share = f"{100 * last.discordant:.1f}"
        typer.echo(plain(say("power.measured", split=split, a=last.a, b=last.b, rows=last.rows, share=share)))
    typer.echo()
    _print(found)


def _last_pair(scene: Scene, split: str) -> Pair | None:
    """The two newest runs on a split that answered anything, where they can be compared; probes stand for no prompt."""
    from labkit.comparison import paired
    from labkit.diagnosis import is_probe
    from labkit.errors import BadData

    asked = (found.run for found in scene.store.runs() if found.split == split and not is_probe(found))
    answered = (run for run in map(scene.store.load_run, asked) if run.counts["pending"] < len(run.rows))
    newest = tuple(islice(answered, 2))
    if len(newest) < 2:
        return None
    b, a = newest
    try:
        return paired(a, b)
    except BadData:  # no labelled row in common: nothing was measured
        return None


def _pair_json(pair: Pair) -> dict[str, object]:
    return {"a": pair.a, "b": pair.b, "rows": pair.rows, "discordant": pair.discordant}


def _print(found: tuple[Power, ...]) -> None:
    gains = sorted({gain for one in found for gain in one.rows_needed})
    head = [say("head.discordant"), say("head.visible_gain")]
    head += [say("head.rows_for", points=f"{100 * gain:g}") for gain in gains]
    print_table(head, [_cells(one, gains) for one in found])


def _cells(one: Power, gains: list[float]) -> list[str]:
    visible = say("power.nothing") if one.visible_gain >= 1 else f"{100 * one.visible_gain:.1f}"
    needed = [one.rows_needed.get(gain) for gain in gains]
    return [f"{100 * one.discordant:g} %", visible, *("" if n is None else f"{n:,}" for n in needed)]
