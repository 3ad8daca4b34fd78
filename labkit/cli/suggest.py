"""Step 1 on the command line: a definition suggested from a confusion's errors, and rows that must not break."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_lines, print_table, typed, working_on
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.errors import BadInput
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.views.optimised import ShownOptimised
    from labkit.views.suggestion import ShownSuggestion
    from labkit.workspace import Scene

Pair = tuple[str | None, str | None]


@app.command()
def suggest(
    directory: SceneDir,
    run: Annotated[str, typer.Option(metavar="RUN", help="Whose errors; the beginning of its id is enough.")],
    pair: Annotated[
        str, typer.Option(metavar="GOLD,ANSWERED", help="The confusion; one side may be empty, as in 'refund,'.")
    ],
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Who suggests; without it words of the pool rows do.")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Save it as a new version when it passes.")] = False,
    rows: Annotated[int, typer.Option(help="At most so many rows right before, and so many held out.")] = 200,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask the suggester again.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be sent and what it will take, and ask nobody.")
    ] = False,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Have one definition improved from a confusion's errors, and try it on four sets; exit 1 when it fails."""
    from labkit.views.suggestion import suggest as find
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    wishes = {"rows": rows, "max_cost": max_cost, "fresh": fresh}
    sides = _read(pair, scene)
    if dry_run:
        _print_budget(scene, run, sides, model, rows=rows, fresh=fresh, json_=json_)
        return
    with working_on(say("suggestion.working")):
        found = with_consent(
            lambda answer: find(scene, run, sides, model, personal_data=answer, **wishes), personal_data, json_
        )
    print_offer(found, accept=accept, json_=json_)


def _print_budget(
    scene: Scene, run: str, sides: Pair, model: str | None, *, rows: int, fresh: bool, json_: bool
) -> None:
    """Print what a suggestion will take; nobody is asked."""
    from labkit.improvement import suggestion_budget
    from labkit.views.suggestion_budget import suggestion_budget_words

    with working_on(say("suggestion.working")):
        budget = suggestion_budget(scene, run, sides, model, rows=rows, fresh=fresh)
    print_json(asdict(budget)) if json_ else print_lines("\n".join(suggestion_budget_words(budget)))


def print_offer(found: ShownSuggestion | ShownOptimised, *, accept: bool, json_: bool) -> None:
    """Print a changed definition with its trial; save it where it passed and is accepted, else exit with 1."""
    left_out = found.overtaken if accept and found.offered else ""
    saved = found.accept() if accept and found.offered else None
    if json_:
        print_json({**found.as_json(), "saved": str(saved) if saved else None})
    else:
        print_lines(found)
        typer.echo()
        print_table(*found.table())
        if saved:
            note(say("suggestion.accepted", name=saved.stem, path=saved))
    if saved and left_out:
        note(say("suggestion.left_out", newer=left_out, name=saved.stem))
    if not found.offered:
        raise typer.Exit(1)


@app.command()
def pin(
    directory: SceneDir,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Rows; without any, those pinned.")] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take the pins off.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Pin rows that no suggested definition may break."""
    from labkit.workspace import open_scene
    from labkit.workspace import pin as put

    now = put(open_scene(directory), ids or (), reason, remove=remove)
    if json_:
        print_json({"pinned": now})
    else:
        typer.echo(plain(say("pin.now", rows=listed(now)) if now else say("pin.none")))


def _read(pair: str, scene: Scene) -> Pair:
    """Both labels of a pair; a label's own name may hold a comma."""
    for place in (k for k, character in enumerate(pair) if character in ",，"):
        sides = (pair[:place].strip(), pair[place + 1 :].strip())
        if any(sides) and all(side in ("", *scene.task.labels) for side in sides):
            return sides[0] or None, sides[1] or None
    raise BadInput.told("error.cli.pair", pair=pair, command=typed("errors", scene.path))
