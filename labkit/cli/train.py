"""Step 4 on the command line: train an adapter, and see the trainings of a scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.training import JobStatus, Recipe, TrainingJob


@app.command()
def train(
    directory: SceneDir,
    base: Annotated[str, typer.Option(metavar="MODEL", help="The model to tune, such as local/tour_base.")],
    dataset: Annotated[str, typer.Option(metavar="NAME", help="A dataset of the scene; `labkit select` makes one.")],
    recipe: Annotated[Path | None, typer.Option(metavar="FILE", help="A recipe.yaml with the knobs to turn.")] = None,
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="What the tuned model will be asked with.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The training's name.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Return at once; the training goes on.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Train a QLoRA adapter in a process of its own; the same command goes on where it was stopped."""
    from labkit.training import start
    from labkit.workspace import open_scene

    job = start(open_scene(directory), dataset, base, _read_recipe(recipe), name, prompt)
    note(say("train.started", name=job.name, path=job.folder.path))
    if not detach:
        _watch(job)
    if json_:
        print_json(_as_json(job))
    elif not detach:
        note(say("train.next", directory=directory, model=job.model_name, prompt=job.folder.spec()["prompt_name"]))


@app.command()
def jobs(directory: SceneDir, json_: JsonFlag = False) -> None:
    """List the scene's trainings and how each stands."""
    from labkit.training import jobs_of
    from labkit.workspace import open_scene

    found = jobs_of(open_scene(directory))
    if json_:
        print_json([_as_json(job) for job in found])
        return
    head = tuple(say(f"head.{key}") for key in ("training", "state", "step", "loss", "model"))
    print_table(head, [_cells(job) for job in found])
    if not found:
        note(say("train.none"))


@app.command()
def job(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A training; `labkit jobs` lists them.")],
    stop: Annotated[bool, typer.Option("--stop", help="Ask it to stop after its step and keep what it has.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Watch a training until its end, or stop it."""
    from labkit.training import job_of
    from labkit.workspace import open_scene

    found = job_of(open_scene(directory), name)
    if stop:
        found.stop()
    _watch(found)
    if json_:
        print_json(_as_json(found))


def _read_recipe(path: Path | None) -> Recipe | None:
    from labkit.errors import BadRecipe
    from labkit.training import recipe_from_yaml

    if path is None:
        return None
    try:
        return recipe_from_yaml(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecipe(f"Cannot read {path}", "Give a text file of lines 'knob: value'") from error


def _watch(job: TrainingJob) -> None:
    """Tell progress until the end; an interrupt leaves the training running and says how to stop it."""
    try:
        job.wait(_tell)
    except KeyboardInterrupt:
        note(say("train.detached", name=job.name, scene=job.folder.path.parent.parent))
        raise typer.Exit(130) from None


def _tell(status: JobStatus) -> None:
    if status.state == "starting":
        note(say("train.loading"))
    elif status.loss is not None:
        pace, left = round(status.tokens_per_second or 0), round(status.eta_s or 0)
        loss = f"{status.loss:.4f}"
        note(say("train.step", step=status.step, steps=status.steps, loss=loss, pace=pace, eta=left))


def _as_json(job: TrainingJob) -> dict[str, Any]:
    status = job.status()
    about = {"job": job.name, "state": status.state, "model": job.model_name, "path": str(job.folder.path)}
    pace = {"step": status.step, "steps": status.steps, "loss": status.loss, "problem": status.problem or None}
    return {**about, **pace, "adapter": str(job.adapter) if job.adapter.exists() else None, "report": job.report()}


def _cells(job: TrainingJob) -> tuple[str, ...]:
    status = job.status()
    loss = "" if status.loss is None else f"{status.loss:.4f}"
    return job.name, say(f"job.{status.state}"), f"{status.step}/{status.steps}", loss, job.model_name
