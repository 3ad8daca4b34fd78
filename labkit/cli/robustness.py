"""Step 1 on the command line: do answers stay when what should not matter changes?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from labkit.cli import app
from labkit.cli.evaluate import ModelName, PromptName
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_lines, print_table
from labkit.cli.spending import MaxCost, PersonalData, with_consent


@app.command()
def robustness(
    directory: SceneDir,
    prompt: PromptName,
    model: ModelName,
    split: Annotated[str, typer.Option(help="pool or dev.")] = "dev",
    rows: Annotated[int | None, typer.Option(help="Only the first so many rows.")] = None,
    repeats: Annotated[int, typer.Option(help="Askings of each row as written, and in one paragraph.")] = 1,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="attack, labels, posts, format, paragraph; all of them.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would take.")] = False,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Ask the same rows otherwise: orders in posts, other orders and formats, one paragraph; count what moves."""
    from labkit.diagnosis.perturbations import KINDS
    from labkit.evaluation import forecast_robustness
    from labkit.models import get_model
    from labkit.views.robustness import robustness as ask
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    chosen, kinds = get_model(model, scene), tuple(kind or KINDS)
    before = forecast_robustness(scene, prompt, chosen, split, rows=rows, repeats=repeats, kinds=kinds)
    if dry_run:
        print_json(asdict(before)) if json_ else typer.echo(plain(str(before)))
        return
    note(plain(str(before)))
    wishes = {"split": split, "rows": rows, "repeats": repeats, "kinds": kinds, "max_cost": max_cost}
    found = with_consent(
        lambda answer: ask(scene, prompt, chosen, personal_data=answer, **wishes), personal_data, json_
    )
    if json_:
        print_json(found.as_json())
        return
    print_lines(found)
    typer.echo()
    print_table(*found.table())
