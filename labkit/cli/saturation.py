"""Step 3 on the command line: would more rows help?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli.export import datasets
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.datasets.saturation import Saturation


@datasets.command("saturation")
def saturation(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the scene's datasets.")],
    draws: Annotated[int, typer.Option(metavar="N", help="Random parts of each size.")] = 5,
    seed: Annotated[int, typer.Option(help="Another seed draws other parts.")] = 0,
    json_: JsonFlag = False,
) -> None:
    """Say whether more rows would help, by what a cheap model learns from parts of a dataset."""
    from labkit.datasets import saturation as work_out
    from labkit.workspace import open_scene

    progress = None if json_ else lambda done, of: note(say("saturation.learnt", done=done, of=of))
    found = work_out(open_scene(directory), name, draws=draws, seed=seed, progress=progress)
    if json_:
        print_json({**asdict(found), "last_gain": found.last_gain, "saturated": found.saturated})
    else:
        _print(found)


def _print(found: Saturation) -> None:
    head = (say("saturation.rows"), found.metric, say("saturation.lowest"), say("saturation.highest"))
    print_table(head, [(p.rows, *(f"{100 * v:.1f}" for v in (p.value, p.low, p.high))) for p in found.points])
    key = "saturation.enough" if found.saturated else "saturation.more"
    typer.echo(say(key, points=f"{100 * found.last_gain:+.1f}"))
    typer.echo(say("saturation.proxy"))
