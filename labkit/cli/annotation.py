"""Rows that wait for labels go out as a table; posts and labels come in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, shell_word, typed, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.tables.columns import Columns
    from labkit.tables.importing import Import
    from labkit.workspace import Scene


@app.command()
def queue(
    directory: SceneDir,
    target: Annotated[Path, typer.Option("--output", metavar="FILE", help="A new .xlsx, .csv or .jsonl file.")],
    limit: Annotated[int | None, typer.Option(help="At most so many rows.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Write the rows that wait for labels as a table; `add` takes it back when it is filled in."""
    from labkit.workspace import open_scene, write_queue

    rows = write_queue(open_scene(directory), target, limit)
    if json_:
        print_json({"rows": rows, "output": str(target)})
    else:
        command = typed("add", directory, "--examples", shell_word(str(target)))
        typer.echo(say("queue.written", rows=rows, path=target, command=command))


@app.command()
def add(
    directory: SceneDir,
    examples: Annotated[list[Path], typer.Option(metavar="FILE...", help="Posts, with labels or without.")],
    further: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", hidden=True)] = None,
    id_: Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="Unique ids.")] = None,
    text: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="The posts; several columns if need be.")
    ] = None,
    labels: Annotated[list[str] | None, typer.Option(metavar="COLUMN", help="Labels; several for 0/1 columns.")] = None,
    separator: Annotated[str | None, typer.Option(help="What parts several labels in one cell.")] = None,
    sheet: Annotated[str | None, typer.Option(help="The sheet of an Excel file.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text files, such as gb18030; guessed.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Bring posts into a scene, or labels for rows that wait for them; an empty label cell still waits."""
    from labkit.tables.columns import Columns
    from labkit.workspace import add_rows, open_scene

    scene = open_scene(directory)
    texts = tuple(text or ())
    columns = Columns(text=texts[0] if texts else None, further_text=texts[1:], labels=tuple(labels or ()), id=id_)
    with working_on(say("new.reading")):
        found = _read((*examples, *(further or ())), columns, separator, sheet, encoding, scene)
    done = add_rows(scene, found.examples)
    if json_:
        counts = {"added": done.added, "labelled": done.labelled, "unchanged": done.unchanged}
        counts["without_text"] = len(found.skipped)
        print_json({"scene": str(scene.path), **counts, "parted": done.parted, "rows": len(done.scene.rows)})
        return
    if found.skipped:
        note(say("add.skipped", rows=len(found.skipped), first=found.skipped[0]))
    typer.echo(say("add.done", added=done.added, labelled=done.labelled, unchanged=done.unchanged))
    if done.parted:
        pool, dev, test = (len(done.scene.examples(split)) for split in ("pool", "dev", "test"))
        note(say("add.parted", pool=pool, dev=dev, test=test))


def _read(
    files: Sequence[Path],
    columns: Columns,
    separator: str | None,
    sheet: str | None,
    encoding: str | None,
    scene: Scene,
) -> Import:
    """The rows of the files, in the words of the scene's task."""
    from labkit.tables.confined import read_confined
    from labkit.tables.importing import Choices, import_tables

    tables = [table for file in files for table in read_confined(file, sheet, encoding)]
    task = scene.task
    choices = Choices(
        columns,
        separator,
        empty_labels="unlabelled",
        name=task.name,
        language=task.language,
        labels=task.labels,
        merge_labels=True,
        blank_posts="skip",
        draw_splits=False,
    )
    return import_tables(tables, choices)
