"""A scene from the files a business team hands over: `new` shows what it understood, and writes after a yes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, may_ask, note, print_json, print_table, typed, working_on
from labkit.errors import BadData, UnknownName
from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.tables import Table
    from labkit.tables.columns import Columns
    from labkit.workspace import Draft, Sources

EmptyLabels = Literal["none", "unlabelled"]
Language = Literal["zh", "en"]
NO_COLUMN = "-"  # said of an option that names a column: there is none


@app.command()
def new(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The scene's folder: new, or empty.")],
    examples: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE...", help="CSV, TSV, JSON, JSONL, XLSX, Parquet, or a Hugging Face dataset folder."),
    ] = None,
    further: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", hidden=True)] = None,
    id_: Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="Unique ids; - for row numbers.")] = None,
    text: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="The posts; several for title and text, or 微博1, 微博2.")
    ] = None,
    author: Annotated[str | None, typer.Option(metavar="COLUMN", help="Who wrote it: kept in one split.")] = None,
    time: Annotated[str | None, typer.Option(metavar="COLUMN", help="When it was written.")] = None,
    labels: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Labels; several for 0/1 columns; - for none yet.")
    ] = None,
    subtask: Annotated[str | None, typer.Option(metavar="COLUMN", help="The subtask of each row.")] = None,
    split: Annotated[str | None, typer.Option(metavar="COLUMN", help="pool, dev or test; - to part rows anew.")] = None,
    items_by: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Rows of one user become one example, posts in time order.")
    ] = None,
    separator: Annotated[str | None, typer.Option(help="What parts several labels in one cell.")] = None,
    label: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A label's name, once per label.")] = None,
    definitions: Annotated[Path | None, typer.Option(metavar="FILE", help="What labels mean: table or list.")] = None,
    prompt: Annotated[Path | None, typer.Option(metavar="FILE", help="The business's own prompt, any form.")] = None,
    test: Annotated[Path | None, typer.Option(metavar="FILE", help="A file whose rows become the test split.")] = None,
    empty_labels: Annotated[EmptyLabels | None, typer.Option(help="What an empty label cell means.")] = None,
    merge_labels: Annotated[
        bool | None, typer.Option("--merge-labels/--keep-labels", help="Whether labels that look alike are one.")
    ] = None,
    multi_label: Annotated[bool | None, typer.Option("--multi-label", help="A row may have several labels.")] = None,
    allow_none: Annotated[bool | None, typer.Option("--allow-none", help="A row may have no label.")] = None,
    duplicate_ids: Annotated[Literal["refuse", "suffix"], typer.Option(help="Of ids that stand twice.")] = "refuse",
    blank_posts: Annotated[Literal["refuse", "skip"], typer.Option(help="Of rows without text.")] = "refuse",
    sheet: Annotated[str | None, typer.Option(help="The sheet of an Excel file.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text files, such as gb18030; guessed.")] = None,
    name: Annotated[str | None, typer.Option(help="The scene's name; by default the folder's.")] = None,
    language: Annotated[Language | None, typer.Option(help="Of the posts; guessed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Make a scene from your own posts, labels and prompt: what was understood is shown, then written after a yes."""
    from labkit.tables.columns import Columns
    from labkit.tables.importing import Choices
    from labkit.workspace import Sources
    from labkit.workspace.names import check_name, safe_name
    from labkit.workspace.opening import check_free

    check_free(directory)
    single = {"id": id_, "group": author, "time": time, "subtask": subtask, "split": split}
    columns = Columns(
        text=text[0] if text else None,
        further_text=tuple(text[1:]) if text else (),
        labels=tuple(labels or ()) if labels != [NO_COLUMN] else (),
        **{role: column for role, column in single.items() if column != NO_COLUMN},
        without=tuple(role for role, said in (single | {"labels": "".join(labels or ())}).items() if said == NO_COLUMN),
    )
    choices = Choices(
        columns=columns,
        separator=separator,
        empty_labels=empty_labels,
        name=check_name("scene", name) if name else safe_name(directory.resolve().name),
        language=language,
        labels=tuple(dict.fromkeys(label or ())),
        merge_labels=merge_labels,
        duplicate_ids=duplicate_ids,
        blank_posts=blank_posts,
        items_by=items_by,
        multi_label=multi_label,
        allow_none=allow_none,
    )
    files = (*(examples or ()), *(further or ()))
    sources = Sources(
        examples=files,
        test=test,
        definitions=definitions,
        prompt=prompt,
        sheet=sheet,
        encoding=encoding,
        choices=choices,
    )
    make_scene(directory, sources, yes, json_)


def make_scene(directory: Path, sources: Sources, yes: bool, json_: bool) -> None:
    """Read, show what was understood, ask, write."""
    from labkit.views.understood import understood_json
    from labkit.workspace import write_draft

    draft = _settled_draft(sources, ask=may_ask(json_))
    if not json_:
        print_understood(draft)
    if not yes and not _agreed(directory, json_):
        typer.echo(say("new.not_written"))
        raise typer.Exit(1)
    with working_on(say("new.writing", path=directory)):
        scene = write_draft(draft, directory)
    if json_:
        print_json({"scene": str(scene.path), **understood_json(draft)})
        return
    note(say("new.written", path=scene.path, command=_next_command(directory, draft)))


def print_understood(draft: Draft) -> None:
    """Say how the files were read, every label with its rows, and whatever the user may want to change."""
    from labkit.views.understood import understood

    for section in understood(draft):
        for line in section.lines:
            typer.echo(line)
        if section.table:
            print_table(section.table[0], section.table[1:])
        typer.echo()


def _settled_draft(sources: Sources, ask: bool) -> Draft:
    """The draft, with whatever a person at a terminal decides; without one, what is unclear is refused."""
    from dataclasses import replace

    from labkit.views.understood import undecided_question
    from labkit.workspace.draft import draft_scene, read_sources

    with working_on(say("new.reading")):
        tables, test = read_sources(sources)
    everything = [*tables, *([test] if test else [])]
    if ask and everything:
        sources = _ask_for_columns(everything, sources)
    with working_on(say("new.parting", rows=f"{sum(len(table.rows) for table in everything):,}")):
        draft = draft_scene(sources, tables, test)
    if not draft.undecided:
        return draft
    alike = undecided_question(draft.undecided)
    if not ask:
        raise BadData.told("error.cli.alike", labels=alike)
    merge = typer.confirm(say("new.ask_merge", labels=alike))
    return draft_scene(replace(sources, choices=replace(sources.choices, merge_labels=merge)), tables, test)


def _agreed(directory: Path, json_: bool) -> bool:
    """What the user answers; without a terminal nobody can, and nothing is written."""
    if not may_ask(json_):
        raise BadData.told("error.cli.nobody", folder=directory)
    return typer.confirm(say("new.ask_write", path=directory), default=True)


def _next_command(directory: Path, draft: Draft) -> str:
    """The first thing to do with the new scene."""
    if not draft.examples:
        return typed("add", directory, "--examples FILE")
    if not any(example.labels is not None and example.split == "dev" for example in draft.examples):
        return typed("queue", directory, "--output queue.xlsx")
    return typed("evaluate", directory, f"--prompt {draft.prompt.name} --model definition-reader")


def _ask_for_columns(tables: Sequence[Table], sources: Sources) -> Sources:
    """Ask, on a terminal, for the columns that nothing points to."""
    from dataclasses import replace

    from labkit.tables.columns import settle_columns

    chosen: Columns = sources.choices.columns
    found = settle_columns(tables, chosen)
    if not found.text:
        chosen = replace(chosen, text=_ask("new.ask_text", tables[0].columns))
    named = sources.choices.labels or sources.definitions or sources.prompt or "labels" in chosen.without
    if not found.labels and not named:
        chosen = replace(chosen, labels=(_ask("new.ask_labels", tables[0].columns),))
    return replace(sources, choices=replace(sources.choices, columns=chosen))


def _ask(question: str, columns: Sequence[str]) -> str:
    for number, column in enumerate(columns, 1):
        typer.echo(f"  {number}  {column!r}")
    answer = str(typer.prompt(say(question)))
    if answer in columns:
        return answer
    if answer.isdigit() and 1 <= int(answer) <= len(columns):
        return columns[int(answer) - 1]
    raise UnknownName("column", answer, columns)
