"""Step 1 on the command line: all definitions of a prompt optimised by gepa, within a budget that is shown first."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Annotated

import typer

from labkit.cli import app
from labkit.cli.evaluate import ModelName, PromptName
from labkit.cli.output import JsonFlag, SceneDir, note, print_json
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.cli.suggest import print_offer
from labkit.texts import say


@app.command()
def optimize(
    directory: SceneDir,
    prompt: PromptName,
    model: ModelName,
    proposer: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Who proposes; without it words of the training rows do.")
    ] = None,
    calls: Annotated[int, typer.Option(help="Rows asked during the search at most.")] = 1000,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    accept: Annotated[bool, typer.Option("--accept", help="Save it as a new version when it passes.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it will take, and ask nobody.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Search for better definitions with gepa, and try the best on rows it has not seen; exit 1 when it fails."""
    from labkit.improvement import search_budget
    from labkit.views.optimised import budget_words
    from labkit.views.optimised import optimize as search
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    if dry_run:
        budget = search_budget(scene, prompt, model, calls)
        print_json(asdict(budget)) if json_ else typer.echo(budget_words(budget))
        return
    ask = partial(search, scene, prompt, model, proposer, calls=calls, max_cost=max_cost)
    try:
        found = with_consent(lambda answer: ask(personal_data=answer), personal_data, json_)
    except KeyboardInterrupt:
        note(say("optimised.interrupted"))
        raise
    print_offer(found, accept=accept, json_=json_)
