"""Step 3 on the command line: how many labels does a trained classifier need to match a run?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli.export import datasets
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.datasets.label_efficiency import LabelEfficiency


@datasets.command("label-efficiency")
def label_efficiency(
    directory: SceneDir,
    runs: Annotated[list[str], typer.Argument(metavar="RUN…", help="Runs on dev; the beginnings of their ids.")],
    draws: Annotated[int, typer.Option(metavar="N", help="Random parts of each size.")] = 3,
    seed: Annotated[int, typer.Option(help="Another seed draws other parts.")] = 0,
    json_: JsonFlag = False,
) -> None:
    """Say how many labelled rows `linear` needs to match runs, by what it learns from parts of the pool."""
    from labkit.datasets import label_efficiency as work_out
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    progress = None if json_ else lambda done, of: note(say("saturation.learnt", done=done, of=of))
    loaded = [scene.store.load_run(run) for run in runs]
    found = work_out(scene, loaded, draws=draws, seed=seed, progress=progress)
    if json_:
        matched = {run: found.rows_to_match(run) for run in found.scores}
        print_json({**asdict(found), "rows_to_match": matched})
    else:
        _print(found)


def _print(found: LabelEfficiency) -> None:
    head = (say("saturation.rows"), found.metric, say("saturation.lowest"), say("saturation.highest"))
    print_table(head, [(p.rows, *(f"{100 * v:.1f}" for v in (p.value, p.low, p.high))) for p in found.points])
    for run, value in found.scores.items():
        needed, most = found.rows_to_match(run), found.points[-1].rows
        key = "efficiency.never" if needed is None else "efficiency.matched"
        typer.echo(say(key, run=run, value=f"{100 * value:.1f}", learner=found.learner, rows=needed or most))
