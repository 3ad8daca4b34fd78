"""Step 2 on the command line: what models reached in other scenes."""

from __future__ import annotations

from typing import Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, note, plain, print_json, print_table, working_on
from labkit.texts import say


@app.command()
def experience(
    folder: Annotated[
        str | None,
        typer.Argument(metavar="[DIR]", help="A folder of scenes, or one of them; else the workspace."),
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Show what each model reached in each scene, and write it into the book that memos quote."""
    from labkit.views.experience import experience as read

    with working_on(say("experience.working")):
        book = read(folder)
    for problem in book.problems:
        note(plain(problem))
    if json_:
        print_json(book.as_json())
        return
    if book.entries:
        print_table(*book.table())
    else:
        typer.echo(say("experience.empty"))
    note(say("experience.book", path=book.path))
