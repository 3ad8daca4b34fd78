"""Step 3 on the command line: rows sent to the queue of what a person must decide, and more rows like one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_table, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.records import Example

_POST = 40  # characters of a post
Why = Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever decides.")]


@app.command()
def enqueue(
    directory: SceneDir,
    rows: Annotated[list[str], typer.Argument(metavar="ROW...", help="Ids of pool or dev rows.")],
    reason: Why = "",
    json_: JsonFlag = False,
) -> None:
    """Send rows to the queue of what a person must decide; adjudicate lists it."""
    from labkit import workspace

    sent = workspace.enqueue(workspace.open_scene(directory), rows, reason)
    if json_:
        print_json({"sent": list(sent)})
    else:
        note(say("queueing.sent", rows=len(sent), known=len(set(rows)) - len(sent)))


@app.command()
def more_like(
    directory: SceneDir,
    row: Annotated[str, typer.Argument(metavar="ROW", help="The id of a row of any split.")],
    top: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = 5,
    send: Annotated[bool, typer.Option("--send", help="Send them to the queue as well.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Find the pool rows that resemble a row most; dev and test rows and their copies are never among them."""
    from labkit import datasets, workspace

    scene = workspace.open_scene(directory)
    with working_on(say("queueing.looking", row=plain(row))):
        found = datasets.more_like(scene, row, top)
    ids = [one.example.id for one in found]
    sent = workspace.enqueue(scene, ids, say("queueing.resembles", row=row)) if send else ()
    if json_:
        listed = [
            {"id": one.example.id, "similarity": one.similarity, "labels": one.example.labels, "text": one.example.text}
            for one in found
        ]
        print_json({"row": row, "rows": listed, "sent": list(sent)})
        return
    head = [say(f"queueing.{key}") for key in ("row", "similarity", "labels", "post")]
    print_table(head, [(plain(one.example.id), f"{one.similarity:.2f}", *_cells(one.example)) for one in found])
    if send:
        note(say("queueing.sent", rows=len(sent), known=len(ids) - len(sent)))


def _cells(example: Example) -> tuple[str, str]:
    labels = "–" if example.labels is None else ", ".join(example.labels)
    return labels, plain(" ".join(example.text.split())[:_POST])
