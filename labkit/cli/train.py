"""Step 4 on the command line: train an adapter, and see the trainings of a scene."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.training import JobStatus, Recipe, TrainingJob


@app.command()
def train(
    directory: SceneDir,
    base: Annotated[str | None, typer.Option(metavar="MODEL", help="The model to tune, such as local/study.")] = None,
    dataset: Annotated[str | None, typer.Option(metavar="NAME", help="A dataset of the scene, from `select`.")] = None,
    recipe: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A recipe.yaml: knobs, and base and dataset if you like.")
    ] = None,
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="What the tuned model will be asked with.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The training's name.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a training; never begin one.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return at once; the training goes on.")] = False,
    processes: Annotated[
        int, typer.Option(metavar="N", help="How many train together, one for each GPU; torchrun says so itself.")
    ] = 1,
    json_: JsonFlag = False,
) -> None:
    """Train a QLoRA adapter in a process of its own; the same command goes on where it was stopped."""
    from labkit.training import start
    from labkit.training.job import check_installed, take_part
    from labkit.training.launcher_settings import unheeded
    from labkit.training.ranks import Ranks, ranks_of
    from labkit.workspace import open_scene

    knobs, asked = read_recipe(recipe)
    data, model = _asked("dataset", dataset, asked), _asked("base", base, asked)
    scene, ranks = open_scene(directory), ranks_of(os.environ)
    check_installed()
    passed_over = [one.told() for one in unheeded(os.environ, Ranks(processes=processes) if ranks.alone else ranks)]
    for problem in passed_over if ranks.first else ():
        note(plain(say("train.alarm", problem=problem)))
    if not ranks.alone:  # under torchrun or accelerate launch: this very process trains
        take_part(scene, data, model, knobs, name, prompt, ranks=ranks, resume=resume)
        return
    job = start(scene, data, model, knobs, name, prompt, resume=resume, processes=processes)
    note(say("train.started", name=job.name, path=job.folder.path))
    for problem in job.history().alarms:
        if problem not in passed_over:
            note(plain(say("train.alarm", problem=problem)))
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
    print_table(_head(), [_cells(job) for job in found])
    if not found:
        note(say("train.none"))


@app.command()
def job(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A training; `labkit jobs` lists them.")],
    stop: Annotated[
        bool, typer.Option("--stop", help="Stop after its step and wait; the best so far is kept.")
    ] = False,
    save: Annotated[bool, typer.Option("--save", help="Write a checkpoint after its step.")] = False,
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Answer the dev rows after its step.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Watch it until its end.")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Judge it against its base and all candidates; exit 1 unless PASS.")
    ] = False,
    base_prompt: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --compare: what the base is asked with.")
    ] = None,
    split: Annotated[str, typer.Option(help="With --compare: dev, or test with --reason.")] = "dev",
    margin: Annotated[
        float | None, typer.Option(help="With --compare: how far a label may fall, such as 0.03; set it beforehand.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="With --compare: why test rows are read.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Show how a training stands, ask something of it, watch it until its end, or judge what it changed."""
    from labkit.training import ENDED, job_of
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    found = job_of(scene, name)
    for wanted, ask in ((save, found.save), (evaluate, found.evaluate), (stop, found.stop)):
        if wanted and found.status().state not in ENDED:
            ask()
            note(say("train.asked", name=found.name))
    if stop or follow:
        _watch(found)
    if compare:
        from labkit.cli.tuned import judge

        judge(scene, found, split, json_, base_prompt=base_prompt, margin=margin, reason=reason)
    elif json_:
        print_json(_as_json(found))
    else:
        print_table(_head(), [_cells(found)])
        if ended_by := found.status().problem:
            note(plain(ended_by))
        for problem in found.history().alarms:
            note(plain(say("train.alarm", problem=problem)))


def read_recipe(path: Path | None) -> tuple[Recipe | None, dict[str, str]]:
    """The knobs of a recipe file, and the base and dataset that it names."""
    from labkit.errors import BadRecipe
    from labkit.training import asked_in_yaml, recipe_from_yaml

    if path is None:
        return None, {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecipe.told("error.cli.recipe_file", path=path) from error
    return recipe_from_yaml(text, str(path)), asked_in_yaml(text)


def _asked(what: str, option: str | None, recipe: dict[str, str]) -> str:
    """What is to be trained, by the option or else by the recipe file."""
    from labkit.errors import BadRecipe

    found = option or recipe.get(what)
    if not found:
        raise BadRecipe.told("error.cli.train_what", what=what)
    return found


def _watch(job: TrainingJob) -> None:
    """Tell progress until the end; an interrupt leaves the training running and says how to stop it."""
    try:
        job.wait(tell)
    except KeyboardInterrupt:
        note(say("train.detached", name=job.name, scene=job.folder.path.parent.parent))
        raise typer.Exit(130) from None


def tell(status: JobStatus) -> None:
    """Say on stderr how a training stands."""
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
    history = job.history()
    scores = {"evaluations": [_score(event) for event in history.evaluations], "alarms": list(history.alarms)}
    return {
        **about,
        **pace,
        **scores,
        "adapter": str(job.adapter) if job.adapter.exists() else None,
        "report": job.report(),
    }


def _score(event: Mapping[str, Any]) -> dict[str, Any]:
    return {key: event[key] for key in ("step", "macro_f1", "per_label", "answered", "rows")}


def _head() -> tuple[str, ...]:
    return tuple(say(f"head.{key}") for key in ("training", "state", "step", "loss", "dev", "model"))


def _cells(job: TrainingJob) -> tuple[str, ...]:
    status, best = job.status(), job.history().best
    loss = "" if status.loss is None else f"{status.loss:.4f}"
    score = f"{100 * best['macro_f1']:.1f}" if best else ""
    return job.name, say(f"job.{status.state}"), f"{status.step}/{status.steps}", loss, score, job.model_name
