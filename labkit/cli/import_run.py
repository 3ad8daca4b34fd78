"""Step 2 on the command line: answers that another tool, a provider's batch or a colleague's table holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.evaluate import print_run, print_standing, scores_json
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.imports import ImportedRun

_SHOWN = 20  # all of them are in the JSON


@app.command("import-run")
def import_run(
    directory: SceneDir,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the other tool wrote.")],
    format_: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="promptfoo, inspect, openai-batch, lm-eval, table or jsonl."),
    ],
    id_: Annotated[
        str | None, typer.Option("--id", metavar="COLUMN", help="The column or field of the rows' ids; id by default.")
    ] = None,
    predicted: Annotated[str, typer.Option(metavar="COLUMN", help="A table's column of labels.")] = "predicted",
    rationale: Annotated[str, typer.Option(metavar="COLUMN", help="A table's column of reasons.")] = "rationale",
    model: Annotated[str | None, typer.Option(metavar="NAME", help="The model that answered.")] = None,
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="The prompt it was asked with.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of a table that is a text file, such as gb18030; guessed.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why test rows are read; needed when there are any.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Take answers given elsewhere into a scene, as a run: rows are joined by id, never by position."""
    from labkit.imports import import_run as take_in
    from labkit.scoring import score
    from labkit.workspace import open_scene

    chosen = {"id": id_, "model": model, "prompt": prompt, "reason": reason, "encoding": encoding}
    scene = open_scene(directory)
    found = take_in(scene, file, format_, predicted=predicted, rationale=rationale, **chosen)
    run = found.run
    if json_:
        measured = {"run": run.id, "rows": len(run.rows), "counts": run.counts, "scores": scores_json(run)}
        joined = {
            "joined_by": found.joined_by,
            "unmatched": list(map(str, found.unmatched)),
            "unanswered": found.unanswered,
        }
        print_json({**measured, **joined, "known": found.known, "only_errors": found.only_errors})
        return
    _say_what_did_not_match(found)
    if format_ == "table" and scene.task.allow_none and (blank := run.counts["blank"]):
        note(say("import.empty_cells", count=blank))
    scores = score(run)
    print_run(run, scores)
    print_standing(scene, run, scores)


def _say_what_did_not_match(found: ImportedRun) -> None:
    if found.known:
        note(say("import.known", run=found.run.id))
    if found.only_errors:
        note(say("import.only_errors", rows=len(found.run.rows), missing=len(found.unanswered)))
    if found.joined_by == "text":
        typer.echo(say("import.by_text"))
    if found.unmatched:
        typer.echo(say("import.unmatched", count=len(found.unmatched)))
        for place in found.unmatched[:_SHOWN]:
            typer.echo(plain(f"  {place}"))
        if len(found.unmatched) > _SHOWN:
            typer.echo("  …")
    if found.unanswered:
        more = " …" if len(found.unanswered) > _SHOWN else ""
        ids = ", ".join(found.unanswered[:_SHOWN]) + more
        typer.echo(plain(say("import.unanswered", count=len(found.unanswered), ids=ids)))
