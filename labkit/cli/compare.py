"""Step 2 on the command line: which of several runs is better, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, print_json


@app.command()
def compare(
    directory: SceneDir,
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN…", help="Runs; the beginning of an id is enough.")],
    margin: Annotated[
        float | None,
        typer.Option(help="How much worse than the first run the others may be, such as 0.02; set it beforehand."),
    ] = None,
    volume: Annotated[
        int | None, typer.Option(help="Rows a month, for the money a month; task.yaml's monthly_volume by default.")
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Rank runs on the rows they share, and say which differences are real."""
    from labkit.cli.compared import Money, comparison_json, print_comparison
    from labkit.cli.floors import floors_beside, floors_json, print_floors
    from labkit.comparison import compare as rank
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    loaded = [scene.store.load_run(run) for run in runs]
    bar = scene.task.bar  # the bar of today, not the one that stood when a run was made
    terms = scene.terms()
    listed = terms.prices
    money = Money(listed.rates, bar.currency, volume or bar.monthly_volume, terms.hosting)
    recent = [replace(run, task=replace(run.task, bar=bar)) for run in loaded]
    found = rank(recent, margin=margin, prices=listed.prices)
    beside = floors_beside(scene, recent)
    if json_:
        print_json({**comparison_json(found, money), "floors": floors_json(beside)})
    else:
        print_comparison(found, money)
        print_floors(beside)
