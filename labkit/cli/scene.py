"""A scene from the files a business team hands over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, note, print_json, working_on
from labkit.errors import UnknownName
from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.tables import Table
    from labkit.tables.columns import Columns

EmptyLabels = Literal["none", "unlabelled"]
Language = Literal["zh", "en"]


@app.command()
def new(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The scene's folder: new, or empty.")],
    examples: Annotated[list[Path], typer.Option(metavar="FILE...", help="CSV, TSV, JSON, JSONL, XLSX or Parquet.")],
    further: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", hidden=True)] = None,
    id_: Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="Unique ids.")] = None,
    text: Annotated[str | None, typer.Option(metavar="COLUMN", help="The posts.")] = None,
    labels: Annotated[list[str] | None, typer.Option(metavar="COLUMN", help="Labels; several for 0/1 columns.")] = None,
    separator: Annotated[str | None, typer.Option(help="What parts several labels in one cell.")] = None,
    test: Annotated[Path | None, typer.Option(metavar="FILE", help="A file whose rows become the test split.")] = None,
    empty_labels: Annotated[EmptyLabels | None, typer.Option(help="What an empty label cell means.")] = None,
    sheet: Annotated[str | None, typer.Option(help="The sheet of an Excel file.")] = None,
    name: Annotated[str | None, typer.Option(help="The scene's name; by default the folder's.")] = None,
    language: Annotated[Language | None, typer.Option(help="Of the posts; guessed.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Make a scene from your own posts: columns, labels, language and splits are understood and shown."""
    from labkit.cli.understood import print_understood, understood_json
    from labkit.tables import read_table
    from labkit.tables.columns import Columns
    from labkit.tables.importing import Choices, import_tables
    from labkit.workspace import create_scene, starter_prompt
    from labkit.workspace.names import check_name, safe_name
    from labkit.workspace.opening import check_free

    check_free(directory)
    scene_name = check_name("scene", name) if name else safe_name(directory.resolve().name)
    with working_on(say("new.reading")):
        tables = [read_table(file, sheet=sheet) for file in (*examples, *(further or ()))]
        test_table = read_table(test, sheet=sheet) if test else None
    columns = Columns(text=text, labels=tuple(labels or ()), id=id_)
    if sys.stdin.isatty() and not json_:
        columns = _ask_for_unclear([*tables, *([test_table] if test_table else [])], columns)
    choices = Choices(columns, separator, empty_labels, scene_name, language)
    everything = [*tables, test_table] if test_table else tables
    with working_on(say("new.parting", rows=f"{sum(len(table.rows) for table in everything):,}")):
        found = import_tables(tables, choices, test_table)
    with working_on(say("new.writing", path=directory)):
        scene = create_scene(directory, found.task, found.examples, [starter_prompt(found.task)])
    if json_:
        print_json({"scene": str(scene.path), **understood_json(found, everything)})
        return
    print_understood(found, everything)
    command = f"python -m labkit evaluate {directory} --prompt v1 --model definition-reader"
    note(say("new.written", path=scene.path, command=command))


def _ask_for_unclear(tables: Sequence[Table], chosen: Columns) -> Columns:
    """Ask, on a terminal, for the columns that nothing points to."""
    from dataclasses import replace

    from labkit.tables.columns import settle_columns

    found = settle_columns(tables, chosen)
    if not found.text:
        chosen = replace(chosen, text=_ask("new.ask_text", tables[0].columns))
    if not found.labels:
        chosen = replace(chosen, labels=(_ask("new.ask_labels", tables[0].columns),))
    return chosen


def _ask(question: str, columns: Sequence[str]) -> str:
    for number, column in enumerate(columns, 1):
        typer.echo(f"  {number}  {column!r}")
    answer = str(typer.prompt(say(question)))
    if answer in columns:
        return answer
    if answer.isdigit() and 1 <= int(answer) <= len(columns):
        return columns[int(answer) - 1]
    raise UnknownName("column", answer, columns)
