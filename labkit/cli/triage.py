"""What reading errors leaves behind: a tag on a row that went wrong, a gold label that is corrected."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, typed
from labkit.errors import BadInput
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.diagnosis.triage import GoldFix, TagCounts
    from labkit.records import Run
    from labkit.workspace import Scene

Row = Annotated[str, typer.Argument(metavar="ROW", help="The row's id.")]


@app.command()
def tag(
    directory: SceneDir,
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run; the beginning of its id is enough.")],
    row: Row,
    why: Annotated[
        str | None, typer.Argument(metavar="[TAG]", help="Why it went wrong, such as definition_unclear.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the row's tag away.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Say why a row of a run went wrong; the counts say whether to edit the prompt, correct gold or fine-tune."""
    from labkit.diagnosis import row_table
    from labkit.diagnosis.triage import TAGS, causes_of, tags_of
    from labkit.workspace import open_scene

    if remove == bool(why):
        raise BadInput.told("error.cli.tag", tags=listed(TAGS))
    scene = open_scene(directory)
    found = scene.store.load_run(run)
    if row not in {asked.example.id for asked in found.rows}:
        raise BadInput.told(
            "error.cli.no_row", run=found.id, row=row[:60], command=typed("errors", scene.path, found.id)
        )
    before = scene.tag_row(found.id, row, why)
    counts = causes_of(row_table(found), tags_of(scene.decisions(), found.id)).counts()
    if json_:
        print_json({"run": found.id, "row": row, "before": before, "tag": why, **asdict(counts)})
        return
    said = say("triage.tagged", run=found.id, row=row, tag=say(f"tag.{why}")) if why else ""
    typer.echo(plain(said or say("triage.untagged", run=found.id, row=row)))
    print_counts(counts)


@app.command()
def gold(
    directory: SceneDir,
    row: Row,
    labels: Annotated[list[str] | None, typer.Argument(metavar="[LABEL...]", help="The right labels.")] = None,
    none: Annotated[bool, typer.Option("--none", help="The row carries no label.")] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; whoever doubts it later reads this.")] = "",
    json_: JsonFlag = False,
) -> None:
    """Correct a row's gold labels; every run is scored by them from then on, no model is asked."""
    from labkit.workspace import open_scene

    if none == bool(labels):
        raise BadInput.told("error.cli.gold")
    scene = open_scene(directory)
    runs = [run for header in scene.store.runs() if _holds(run := scene.store.load_run(header.run), row)]
    before = {run.id: _headline(run) for run in runs}
    fix = scene.fix_gold(row, labels or [], reason)
    rescored = [_rescored(scene.store.load_run(run.id), before[run.id]) for run in runs]
    if json_:
        print_json({"row": row, "from": fix.before, "to": fix.after, "reason": fix.reason, "runs": rescored})
    else:
        _print_fix(scene, fix, rescored)


def print_counts(counts: TagCounts) -> None:
    """Print the causes that occur, and what they ask for."""
    named = [(say(f"tag.{name}"), rows) for name, rows in counts.tags.items() if rows]
    typer.echo(" · ".join(say("triage.count", tag=name, rows=rows) for name, rows in named))
    typer.echo(" · ".join(say(f"triage.{remedy}", rows=rows) for remedy, rows in counts.remedies.items()))
    typer.echo(say("triage.open", rows=counts.untagged))


def _holds(run: Run, row: str) -> bool:
    return any(asked.example.id == row for asked in run.rows)


def _headline(run: Run) -> float | None:
    from labkit.scoring import score

    value = score(run).values.get(run.task.bar.metric)
    return None if value is None else value.value


def _rescored(run: Run, before: float | None) -> dict[str, Any]:
    named = {"run": run.id, "prompt": run.header.prompt_name, "model": run.header.model}
    return {**named, "metric": run.task.bar.metric, "before": before, "after": _headline(run)}


def _print_fix(scene: Scene, fix: GoldFix, rescored: list[dict[str, Any]]) -> None:
    before, after = (_shown(labels) for labels in (fix.before, fix.after))
    typer.echo(plain(say("gold.fixed", row=fix.row, before=before, after=after)))
    for entry in rescored:
        values = {key: f"{entry[key]:.3f}" if entry[key] is not None else "–" for key in ("before", "after")}
        typer.echo(plain(say("gold.rescored", **{**entry, **values})))
    if not rescored:
        typer.echo(say("gold.no_runs"))
    note(say("gold.one_sided"))


def _shown(labels: tuple[str, ...] | None) -> str:
    return say("gold.unlabelled") if labels is None else listed(labels) or say("gold.none")
