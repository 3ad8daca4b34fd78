"""Step 1 on the command line: what the rationales of wrong rows have in common."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json, print_table, working_on
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.diagnosis import Themes

_ROWS = 3  # ids shown of each theme


@app.command()
def themes(
    directory: SceneDir,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run; the beginning of its id is enough.")],
    all_: Annotated[bool, typer.Option("--all", help="All rows, and not only those answered wrong.")] = False,
    posts: Annotated[bool, typer.Option("--posts", help="Read the posts, and not the rationales.")] = False,
    count: Annotated[int | None, typer.Option(help="How many themes; chosen by the data when left out.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same themes.")] = 0,
    titles_by: Annotated[
        str | None, typer.Option("--titles-by", metavar="MODEL", help="A language model that names the themes.")
    ] = None,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Group the wrong rows of a run by what their rationales say."""
    from labkit.diagnosis import find_themes
    from labkit.evaluation import title_themes
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    read = scene.store.load_run(run)
    rows = [row for row in read.rows if all_ or row.correct is False]
    with working_on(say("themes.working", rows=len(rows))):
        found = find_themes(rows, source="posts" if posts else None, themes=count, seed=seed)
    titles: tuple[str, ...] = ()
    if titles_by:
        titles = with_consent(
            lambda answer: title_themes(scene, read, found, titles_by, max_cost=max_cost, personal_data=answer),
            personal_data,
            json_,
        )
    if json_:
        print_json({"run": read.id, **asdict(found), "titles": titles})
    else:
        _print(found, titles)


def _print(found: Themes, titles: tuple[str, ...]) -> None:
    typer.echo(say(f"themes.from_{found.source}", themes=len(found.themes), silent=len(found.silent)))
    keys = ("rows", "theme", "examples")
    cells = [
        (
            len(theme.rows),
            plain(titles[k]) if titles else listed(map(plain, theme.terms)),
            listed(row_id for row_id, _ in theme.rows[:_ROWS]),
        )
        for k, theme in enumerate(found.themes)
    ]
    print_table([say(f"themes.{key}") for key in keys], cells)
