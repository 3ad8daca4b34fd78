"""Start a training in a process of its own, and watch it from anywhere: this kernel, the next one, a dashboard."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Any

from labkit.errors import BadRecipe, LabkitError, MissingExtra, RunBusy, TrainingFailed, UnknownName
from labkit.models.model_files import find_base
from labkit.records import Prompt
from labkit.tables.atomic import appearing_folder
from labkit.texts import Phrase, say
from labkit.training.devices import choose_device, give_back_memory, gpu_shared_with
from labkit.training.history import History, history_of
from labkit.training.job_folder import JobFolder
from labkit.training.launching import become_worker, launch, one_starter, wait_for_spec
from labkit.training.planning import Plan, plan_of
from labkit.training.ranks import Ranks
from labkit.training.recipe import Recipe
from labkit.workspace import Scene

ENDED = ("finished", "stopped", "interrupted", "failed")
_NEEDED = ("torch", "transformers", "trl", "peft", "bitsandbytes", "accelerate", "datasets")
_NO_ROOM = 1 << 20  # bytes: of a disk that is full
_POLL_S = 0.3


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a training stands.

    Args:
        state: "starting" (loading), "running", "finished", "stopped" (on request; start again to go on), "interrupted"
            (the process was killed; start again to go on from its last checkpoint) or "failed".
        step, steps: steps done, and to do in all (0 while loading).
        loss: of the last step: mean over the answers' tokens.
        tokens_per_second, eta_s: pace of this session, and seconds until the end by it.
        problem: why it failed, or what a process that was ended could not say, in one line.
    """

    state: str
    step: int = 0
    steps: int = 0
    loss: float | None = None
    tokens_per_second: float | None = None
    eta_s: float | None = None
    problem: str = ""


@dataclass(frozen=True)
class TrainingJob:
    """A training, running or ended; `start` begins one, `attach` finds it again.

    Args:
        folder: its files.
    """

    folder: JobFolder

    @property
    def name(self) -> str:
        """The job's name: its folder's."""
        return self.folder.path.name

    @property
    def adapter(self) -> Path:
        """The folder of the trained adapter; there once the job finished or was stopped."""
        return self.folder.adapter

    @property
    def model_name(self) -> str:
        """What `get_model` and `evaluate` know the tuned model by, within its scene."""
        return f"local/{self.folder.spec()['base']}+{self.name}"

    @property
    def base_name(self) -> str:
        """The model it was trained on, held as it was held then, as `get_model` knows it."""
        spec = self.folder.spec()
        return f"local/{spec['base']}" + ("@full" if spec["recipe"]["quantization"] == "none" else "")

    def events(self) -> tuple[dict[str, Any], ...]:
        """Everything that happened so far, oldest first (kinds: see `job_folder`)."""
        return tuple(self.folder.events())

    def status(self) -> JobStatus:
        """How it stands now; reads files only."""
        return self._status(self.events())

    @property
    def is_running(self) -> bool:
        """Whether a process trains it right now."""
        return self.status().state in ("starting", "running")

    def look(self) -> tuple[JobStatus, History]:
        """How it stands and what it has done, from one reading of its files."""
        events = self.events()
        return self._status(events), history_of(events)

    def _status(self, events: tuple[dict[str, Any], ...]) -> JobStatus:
        starts = [k for k, event in enumerate(events) if event["kind"] == "start"]
        session = events[starts[-1] :] if starts else ()
        steps = [event for event in events if event["kind"] == "step"]
        living = self._living_state(session)  # looked at before the report: a worker writes it and then ends
        report = self.folder.read("report.json")
        state = str(report["state"]) if report else living
        last = steps[-1] if steps else {}
        return JobStatus(
            state=state,
            step=int(last.get("step", 0)),
            steps=int(session[0].get("steps", 0)) if session else 0,
            loss=last.get("loss"),
            tokens_per_second=last.get("tokens_per_second"),
            eta_s=last.get("eta_s") if state == "running" else None,
            problem=_problem_of(report) if report else self._unsaid(state),
        )

    def wait(self, progress: Callable[[JobStatus], None] | None = None) -> JobStatus:
        """Wait until it has ended; an interrupt of the caller leaves it running.

        Args:
            progress: is called with each new status.

        Returns:
            The last status: "finished" or "stopped".

        Raises:
            TrainingFailed: it failed or was killed; the message ends with the last lines of its log.
        """
        told: JobStatus | None = None
        while (status := self.status()).state not in ENDED:
            if progress and status != told:
                progress(status)
            told = status
            time.sleep(_POLL_S)
        if progress and status != told:
            progress(status)
        if status.state in ("failed", "interrupted"):
            raise self._failure(status)
        return status

    def stop(self) -> None:
        """Ask it to stop after the step it is in, with a checkpoint; the best that was measured becomes the adapter."""
        self.folder.ask("STOP")

    def save(self) -> None:
        """Ask for a checkpoint after the step it is in."""
        self.folder.ask("SAVE")

    def evaluate(self) -> None:
        """Ask it to answer the dev rows after the step it is in; with a checkpoint, for it may be the best."""
        self.folder.ask("EVALUATE")

    def history(self) -> History:
        """Its steps, evaluations and alarms, over all its sessions."""
        return history_of(self.folder.events())

    def report(self) -> dict[str, Any]:
        """How it ended: steps, seconds, tokens, losses, dev scores, best step, peak memory; empty while it runs."""
        return self.folder.read("report.json") or {}

    def _unsaid(self, state: str) -> str:
        """What a process that ended without a report could not say: on a full disk it writes none."""
        is_full = state == "interrupted" and shutil.disk_usage(self.folder.path).free < _NO_ROOM
        return str(TrainingFailed.told("error.fault.disk")) if is_full else ""

    def _living_state(self, session: tuple[dict[str, Any], ...]) -> str:
        if not self._alive():
            return "interrupted"
        return "running" if any(event["kind"] == "step" for event in session) else "starting"

    def _alive(self) -> bool:
        """Whether the process that holds the folder lives: its pid, and created when it says (pids come again)."""
        import psutil

        process = self.folder.read("process.json")
        try:
            found = psutil.Process(int(process["pid"])) if process else None
            if found is None or found.status() == psutil.STATUS_ZOMBIE:
                return False
            return abs(found.create_time() - float(process["created"])) < 1.0 if process else False
        except psutil.Error:
            return False

    def _failure(self, status: JobStatus) -> TrainingFailed:
        problem = status.problem or say("training.killed")
        if not status.problem and (log := self.folder.last_log_lines()):
            problem = say("training.killed_logged", log=log)
        return TrainingFailed.told(
            "error.training.failed", job=self.name, step=status.step, problem=problem, path=self.folder.log
        )


def _problem_of(report: Mapping[str, Any]) -> str:
    """Why it failed, in the reader's language, whatever that of the process was; "" for one that did not."""
    try:
        found = Phrase.from_json(report["told"])
        return str(LabkitError.told(found.key, **found.values))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return str(report.get("problem", ""))


def check_installed() -> None:
    """Raise MissingExtra where the packages that train are not installed."""
    if any(find_spec(package) is None for package in _NEEDED):
        raise MissingExtra(say("feature.training"), "train")


def start(
    scene: Scene,
    dataset: str,
    base: str,
    recipe: Recipe | None = None,
    name: str | None = None,
    prompt: str | Prompt | None = None,
    *,
    resume: bool = False,
    processes: int = 1,
    or_attach: bool = False,
) -> TrainingJob:
    """Train an adapter in a process of its own, which outlives this one; or in several, each with a GPU of its own.

    The same call again returns a finished job, and continues one that was stopped or killed from its last checkpoint.

    Args:
        scene: where the dataset is, and the folder `jobs/`.
        dataset: the name of one of the scene's datasets.
        base: the model to tune: "local/<path or hub id>", with or without "local/".
        recipe: the knobs; by default what the base ships as recipe.yaml, else `Recipe()`.
        name: the job's name; by default the dataset's with a hash of everything that is asked for.
        prompt: what the tuned model will be asked with; by default the prompt that the dataset was made for.
        resume: only go on with a job that is there; never begin one.
        processes: how many train together, each on its share of a step's rows; a step learns the same. One for each
            GPU; a job may go on with another number than it began with.
        or_attach: where this very job is running already, return it, as a notebook's cell wants that is run again after
            its kernel was restarted; else a second start is refused.

    Returns:
        The job; `wait()` waits for its end.

    Raises:
        MissingExtra: training needs the extra "train".
        UnknownName: what is to be gone on with is not there.
        BadData, BadPrompt, BadRecipe: what cannot be trained on, before anything is written.
        ModelUnreachable, ModelRefused: the base cannot be used.
        RunBusy: this very job is running, and `or_attach` is False.
        TrainingFailed: the process did not come up.
    """
    check_installed()
    plan = plan_of(scene, dataset, base.removeprefix("local/"), recipe, prompt)
    knobs = plan.recipe(processes)
    job = TrainingJob(JobFolder(scene.path / "jobs" / plan.job_name(name)))
    with one_starter(scene.path, job.name):
        _prepare(job, scene, plan, resume)
        if job.is_running and or_attach:
            return job
        _refuse_running(job)
        if job.status().state != "finished":
            device = choose_device(knobs, find_base(plan.spec["base"]), os.environ, processes)
            give_back_memory()
            for problem in gpu_shared_with({**os.environ, **device}):
                job.folder.alarm("memory", problem)
            launch(job.folder, device, processes)
    return job


def take_part(
    scene: Scene,
    dataset: str,
    base: str,
    recipe: Recipe | None = None,
    name: str | None = None,
    prompt: str | Prompt | None = None,
    *,
    ranks: Ranks,
    resume: bool = False,
) -> TrainingJob:
    """Train what `start` would, in the processes that `torchrun` or `accelerate launch` has begun; each calls this.

    Args:
        scene: as for `start`, as are dataset, base, recipe, name, prompt and resume.
        dataset: a dataset's name.
        base: the model to tune.
        recipe: the knobs.
        name: the job's name.
        prompt: what the tuned model will be asked with.
        ranks: who this process is among them.
        resume: never begin a job.

    Returns:
        The job when it had finished before; else this very process becomes one that trains, and nothing returns.

    Raises:
        RunBusy: another launcher or `start` trains this very job.
        Any other: as `start`.
    """
    check_installed()
    plan = plan_of(scene, dataset, base.removeprefix("local/"), recipe, prompt)
    knobs = plan.recipe(ranks.processes)
    job = TrainingJob(JobFolder(scene.path / "jobs" / plan.job_name(name)))
    device = choose_device(knobs, find_base(plan.spec["base"]), os.environ)
    if ranks.first:
        with one_starter(scene.path, job.name):
            _prepare(job, scene, plan, resume)
            _refuse_running(job)
    else:
        wait_for_spec(job.folder, plan.spec["identity"])
    if job.status().state != "finished":
        become_worker(job.folder, device if knobs.device == "cpu" else {}, ranks)  # of GPUs the launcher gave each one
    return job


def attach(path: str | Path) -> TrainingJob:
    """Find a job again by its folder, from any process.

    Raises:
        UnknownName: there is no job in that folder.
    """
    job = TrainingJob(JobFolder(Path(path)))
    job.folder.spec()
    return job


def jobs_of(scene: Scene) -> tuple[TrainingJob, ...]:
    """All training jobs of a scene, by name."""
    return tuple(attach(spec.parent) for spec in sorted((scene.path / "jobs").glob("[!.]*/job.json")))


def job_of(scene: Scene, name: str) -> TrainingJob:
    """A scene's training job by its name.

    Raises:
        UnknownName: there is no such job; the nearest names are offered.
    """
    found = {job.name: job for job in jobs_of(scene)}
    if name not in found:
        raise UnknownName("training job", name, found, say("find.training"))
    return found[name]


def _prepare(job: TrainingJob, scene: Scene, plan: Plan, resume: bool) -> None:
    """Have the job's folder written, unless it is there; raise where it cannot be begun or gone on with."""
    if not job.folder.path.exists():
        if resume:
            job_of(scene, job.name)  # says which there are
        _write(job.folder, plan)
        _tell_unseen(job.folder, plan)
    _refuse_other(job, plan.spec)


def _write(folder: JobFolder, plan: Plan) -> None:
    with appearing_folder(folder.path) as temporary:
        JobFolder(temporary).write("job.json", plan.spec)
        JobFolder(temporary).write_rows(plan.rows)
        JobFolder(temporary).write_dev_rows(plan.dev)


def _tell_unseen(folder: JobFolder, plan: Plan) -> None:
    """Say so where a recipe ends before every row was learnt from once, as one made for fewer rows does."""
    recipe, rows = plan.recipe(1), len(plan.rows)
    if unseen := recipe.unseen(rows):
        least = ceil(rows / recipe.batch)
        told = {"max_steps": recipe.max_steps, "unseen": unseen, "rows": rows, "least": least}
        folder.alarm("rows", Phrase("alarm.unseen", told))


def _refuse_other(job: TrainingJob, spec: dict[str, Any]) -> None:
    """Raise when the name is taken by another training."""
    if job.folder.spec()["identity"] != spec["identity"]:
        raise BadRecipe.told("error.job.other", job=job.name)


def _refuse_running(job: TrainingJob) -> None:
    """Raise when this very training is running."""
    if job.is_running:
        raise RunBusy.told("error.job.running", job=job.name)
