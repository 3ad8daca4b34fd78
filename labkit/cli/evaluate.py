"""Step 1 and 2 on the command line: asking a model, the runs so far, labelling a new file."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.affected import AffectedBy, Control, run_affected
from labkit.cli.exported_run import EXPORT_FORMATS, print_exported
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_table, typed, working_on
from labkit.cli.side_by_side import run_side_by_side
from labkit.cli.spending import (
    MaxCost,
    PersonalData,
    cost_json,
    leave_when_open,
    print_cost,
    print_forecast,
    run_pilot,
    with_consent,
)
from labkit.errors import BadInput
from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labkit.records import Prompt, Run
    from labkit.scoring import Interval, Scores
    from labkit.store import Salvaged
    from labkit.workspace import Scene

PromptName = Annotated[str, typer.Option("--prompt", metavar="NAME", help="A prompt of the scene, such as v1.")]
ModelName = Annotated[str, typer.Option("--model", metavar="MODEL", help="A model; `labkit models` lists them.")]

_NAMED = 20  # rows that a sentence names; --json names all


@app.command()
def evaluate(
    directory: SceneDir,
    prompt: PromptName,
    models: Annotated[
        list[str], typer.Option("--model", metavar="MODEL", help="A model of `labkit models`; several: side by side.")
    ],
    split: Annotated[str, typer.Option(help="pool, dev, test, traffic, or all (the first three).")] = "dev",
    examples: Annotated[
        str | None,
        typer.Option(metavar="retrieved:N", help="Fetch so many similar, labelled pool rows for each row's prompt."),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first so many rows.")] = None,
    repeats: Annotated[int, typer.Option(help="How often each row is asked.")] = 1,
    reason: Annotated[str | None, typer.Option(help="Why test rows are read; needed for test and all.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again what an earlier run has answered.")] = False,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    as_pilot: Annotated[
        bool, typer.Option("--pilot", help="Only 50 rows (or --limit): their bill, and what the others will take.")
    ] = False,
    batch: Annotated[
        bool, typer.Option("--batch", help="In the provider's batch files: cheaper, within a day; fetches them too.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="With --batch: stay until it is over.")] = True,
    affected_by: AffectedBy = None,
    control: Control = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it will take, and ask nobody.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Ask a model about each row; the same command goes on where it was interrupted."""
    from labkit.evaluation import evaluate as ask
    from labkit.evaluation import evaluate_batch, forecast
    from labkit.workspace import open_scene

    scene, (model, *others) = open_scene(directory), models
    if others and (affected_by or as_pilot or batch or dry_run):
        raise BadInput.told("error.cli.several_models")
    if affected_by:
        if limit or repeats > 1 or reason or fresh or as_pilot or batch or dry_run or examples:
            raise BadInput.told("error.cli.affected")
        money = {"max_cost": max_cost}
        run_affected(scene, (prompt, model, split), affected_by, control, money, personal_data, json_)
        return
    asked = _with_examples(scene.prompt(prompt), examples) if examples else prompt
    if dry_run:
        with working_on(say("evaluate.forecasting")):
            found = forecast(scene, asked, model, split, limit=limit, repeats=repeats, fresh=fresh)
        print_forecast(found, json_)
        return
    wishes: dict[str, Any] = {"limit": limit, "repeats": repeats, "reason": reason}
    if as_pilot and (batch or fresh):
        raise BadInput.told("error.cli.pilot")
    if as_pilot:
        run_pilot(scene, (asked, model, split), {**wishes, "max_cost": max_cost}, personal_data, json_)
        return
    wishes |= {"fresh": fresh, "max_cost": max_cost}
    if others:
        run_side_by_side(scene, (asked, models, split), wishes, personal_data, json_)
        return
    way = partial(evaluate_batch, wait=wait) if batch else ask
    run = with_consent(
        lambda answer: way(scene, asked, model, split, **wishes, personal_data=answer), personal_data, json_
    )
    if json_:
        print_json(run_json(run, scene))
    else:
        print_run_and_standing(run, scene)
    leave_when_open(run)


def run_json(run: Run, scene: Scene) -> dict[str, Any]:
    """A run that was just asked, as one JSON value."""
    taken = sum(row.taken_from not in (None, run.id) for row in run.rows)
    told = {"run": run.id, "rows": len(run.rows), "taken_over": taken, "in_flight": _cut_off(run, scene)}
    told |= {"model": run.header.model, "served_by": run.served_by, "counts": run.counts}
    return {**told, "cost": cost_json(run, scene), "scores": scores_json(run)}


def print_run_and_standing(run: Run, scene: Scene) -> None:
    """A run that was just asked: its statuses and scores, its cost, and how far it is from the bar.

    Rows that are still open would count as wrong, so a run that has some gets neither scores nor a verdict.
    """
    from labkit.scoring import score

    scores = score(run)
    print_run(run, scores)
    if lost := _cut_off(run, scene):
        named = ", ".join(lost[:_NAMED]) + (" …" if len(lost) > _NAMED else "")
        typer.echo(say("evaluate.perhaps_billed", lost=len(lost), rows=named))
    print_cost(run, scene)
    if open_ := run.counts["pending"]:
        typer.echo()
        typer.echo(say("evaluate.open", open=open_, rows=len(run.rows)))
    else:
        print_standing(scene, run, scores)


def _with_examples(prompt: Prompt, examples: str) -> Prompt:
    """The prompt with another number of examples fetched for each row, under a name that says so."""
    from labkit.prompts.file import MOST_RETRIEVED

    kind, _, count = examples.partition(":")
    if kind != "retrieved" or not count.isascii() or not count.isdigit() or not 0 <= int(count[:4]) <= MOST_RETRIEVED:
        raise BadInput.told("error.cli.examples", examples=examples, most=MOST_RETRIEVED)
    return replace(prompt, retrieved=int(count), name=f"{prompt.name}+{count}")


@app.command()
def runs(
    directory: SceneDir,
    salvage: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save what can be read of a damaged runs.db into a new file.")
    ] = None,
    export: Annotated[
        str | None, typer.Option(metavar="RUN", help="Write this run, by the beginning of its id, for another tool.")
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help=f"With --export: {', '.join(EXPORT_FORMATS)}.")
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="With --export: .json or .jsonl.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Runs that only tried something, too.")] = False,
    json_: JsonFlag = False,
) -> None:
    """List the scene's runs, newest first; or write one of them for another tool."""
    from labkit.diagnosis import is_probe
    from labkit.views.wear import wear
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    if salvage:
        _print_salvaged(scene.salvage_runs(salvage), json_)
        return
    if export or format_ or to:
        print_exported(scene, export, format_, to, json_)
        return
    for problem in scene.unread_shared_runs:
        note(problem)
    found = [scene.store.load_run(header.run) for header in scene.store.runs()]
    shown = [run for run in found if all_ or not is_probe(run.header)]
    if json_:
        print_json([_run_json(run, scene) for run in shown])
        return
    metric = scene.task.bar.metric
    keys = ("run", "created", "prompt", "model", "split", "rows", "answered", "failed", "pending")
    head = (*(say(f"head.{key}") for key in keys), metric)
    print_table(head, [_run_cells(run, metric) for run in shown])
    if len(shown) < len(found):
        note(say("runs.hidden", hidden=len(found) - len(shown)))
    if not found:
        note(say("runs.none"))
        return
    for sentence in wear(scene, found).on_dev():
        note(plain(sentence))


def _print_salvaged(saved: Salvaged, json_: bool) -> None:
    if json_:
        print_json({**asdict(saved), "file": str(saved.file)})
        return
    head = (say("head.run"), say("head.rows"), say("salvage.replies"), say("salvage.missing"), say("salvage.unasked"))
    print_table(head, [(run.run, run.rows, run.replies, run.missing, run.unasked) for run in saved.runs])
    if saved.lost:
        note(say("salvage.lost", runs=", ".join(saved.lost)))
    note(say("salvage.done", file=saved.file))


@app.command()
def share(
    directory: SceneDir,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A complete run; the beginning of its id is enough.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="A .xlsx, .csv or .jsonl for the business team instead.")
    ] = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="With --to: only the rows that were answered wrong.")
    ] = False,
    json_: JsonFlag = False,
) -> None:
    """Write a run into the scene, for git, or as a table for the business team."""
    from labkit.evaluation import hand_over
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    if errors and to is None:
        raise BadInput.told("error.cli.errors_to")
    cut = hand_over(scene.store.load_run(run), to, errors_only=errors) if to else ()
    path = to or scene.share(run)
    for place in cut:
        note(say("share.cut", place=place))
    if json_:
        print_json({"file": str(path), "bytes": path.stat().st_size, "cut": cut})
    else:
        typer.echo(say("share.handed_over" if to else "share.written", path=path))


@app.command()
def classify(
    directory: SceneDir,
    prompt: PromptName,
    model: ModelName,
    source: Annotated[Path, typer.Option("--input", metavar="FILE", help="CSV, JSON, JSONL, Excel or Parquet.")],
    target: Annotated[Path, typer.Option("--output", metavar="FILE", help="A new .csv, .jsonl or .xlsx file.")],
    text: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of the posts.")] = None,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Label the rows of a file; the same command goes on where it was interrupted."""
    from labkit.evaluation import classify_file
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    wishes: dict[str, Any] = {"text": text, "max_cost": max_cost}
    run = with_consent(
        lambda answer: classify_file(scene, prompt, model, source, target, **wishes, personal_data=answer),
        personal_data,
        json_,
    )
    if json_:
        print_json({"run": run.id, "rows": len(run.rows), "counts": run.counts, "output": str(target)})
    else:
        _print_counts(run)
        note(say("classify.written", target=target))
    leave_when_open(run)


def _cut_off(run: Run, scene: Scene) -> tuple[str, ...]:
    """The row of each request that was cut off and may be billed; those out in batch files are on their way."""
    out = Counter(sent.row for sent in scene.store.batched(run.id))
    return tuple((Counter(run.in_flight) - out).elements())


def print_run(run: Run, scores: Scores) -> None:
    """A run's name, its statuses, and its scores once all rows have ended."""
    header = run.header
    typer.echo(f"{run.id}  {header.prompt_name} · {header.model} · {header.split}")
    _print_counts(run)
    if len(run.served_by) > 1:
        served = ", ".join(f"{name} ({count})" for name, count in run.served_by.items())
        typer.echo(plain(say("evaluate.served", served=served)))
    if scores.values and not run.counts["pending"]:
        typer.echo()
        rows = [(name, f"{found.value:.3f}", _interval(found)) for name, found in scores.values.items()]
        print_table((say("head.score"), say("head.value"), say("head.interval")), rows)


def _print_counts(run: Run) -> None:
    rows = [(say(f"status.{status}"), n) for status, n in run.counts.items() if n]
    print_table((say("head.status"), say("head.count")), [*rows, (say("head.total"), len(run.rows))])


def print_standing(scene: Scene, run: Run, scores: Scores) -> None:
    """How far the run is from the bar, or that nothing can be said."""
    from labkit.decision import standing
    from labkit.views.sentences import from_the_bar

    typer.echo()
    found = standing(run.task, scores)
    if found.value is None or found.distance is None:
        typer.echo(say("evaluate.no_score"))
        if any(row.example.labels is None for row in run.rows):
            steps = ("queue", "--output queue.xlsx"), ("add", "--examples queue.xlsx")
            typer.echo(say("evaluate.no_labels", **{verb: typed(verb, scene.path, words) for verb, words in steps}))
        return
    typer.echo(
        say(
            "evaluate.bar",
            metric=found.metric,
            bar=f"{found.bar:.3f}",
            distance=from_the_bar(found.distance),
            verdict=say(f"bar.{found.verdict.replace(' ', '_')}"),
        )
    )
    for label, recall in found.missed_recalls.items():
        value = f"{recall.value:.3f}" if recall else "?"
        least = f"{run.task.bar.minimum_recall[label]:.3f}"
        typer.echo(say("evaluate.missed_recall", label=label, value=value, least=least))


def _interval(found: Interval) -> str:
    return f"{found.low:.3f} – {found.high:.3f}"


def scores_json(run: Run) -> dict[str, dict[str, float]]:
    """Metric -> value and interval; none while rows are open."""
    values = _scores_once_ended(run)
    return {name: {"value": i.value, "low": i.low, "high": i.high} for name, i in values.items()}


def _scores_once_ended(run: Run) -> Mapping[str, Interval]:
    """Metric -> value; none while rows are open, as these would count as wrong."""
    from labkit.scoring import score

    return {} if run.counts["pending"] else score(run).values


def _run_json(run: Run, scene: Scene) -> dict[str, Any]:
    header = run.header
    return {
        "run": run.id,
        "created": header.created,
        "prompt": header.prompt_name,
        "model": header.model,
        "split": header.split,
        "rows": len(run.rows),
        "in_flight": _cut_off(run, scene),
        "served_by": run.served_by,
        "counts": run.counts,
        "scores": scores_json(run),
    }


def _run_cells(run: Run, metric: str) -> tuple[object, ...]:
    header, counts = run.header, run.counts
    found = _scores_once_ended(run).get(metric)
    value = f"{found.value:.3f}" if found else ""
    named = (run.id, header.created[:16].replace("T", " "), header.prompt_name, header.model, header.split)
    return (*named, len(run.rows), counts["answered"], counts["failed"], counts["pending"], value)
