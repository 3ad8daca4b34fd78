"""Step 4 on the command line: what one change to a dataset is worth, by training twice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_lines, print_table
from labkit.cli.train import read_recipe, tell
from labkit.texts import say


@app.command()
def ablate(
    directory: SceneDir,
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="A dataset of the scene, from `select`.")],
    base: Annotated[str, typer.Option(metavar="MODEL", help="The model to tune, such as local/study.")],
    change: Annotated[
        Literal["style", "shares", "size", "rationale"],
        typer.Option(help="Mixed styles, rows drawn by chance, fewer rows, or labels only."),
    ],
    rows: Annotated[int, typer.Option(help="With size: how many rows are left.")] = 100,
    recipe: Annotated[Path | None, typer.Option(metavar="FILE", help="A recipe.yaml.")] = None,
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="What both models will be asked with.")] = None,
    split: Annotated[Literal["dev", "pool"], typer.Option(help="Whose rows are asked.")] = "dev",
    json_: JsonFlag = False,
) -> None:
    """Train a dataset as it is and with one change, and compare the two models row by row."""
    from labkit.views.training_ablation import ablate as train_both
    from labkit.workspace import open_scene

    note(say("ablate.training"))
    wishes = {"rows": rows, "split": split, "progress": tell}
    shown = train_both(open_scene(directory), dataset, base, change, read_recipe(recipe)[0], prompt, **wishes)
    if json_:
        print_json(shown.as_json())
        return
    print_lines(shown)
    typer.echo()
    print_table(*shown.table())
