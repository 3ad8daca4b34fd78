"""Start a training in a process of its own, and watch it from anywhere: this kernel, the next one, a dashboard."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from labkit.errors import BadRecipe, MissingExtra, RunBusy, TrainingFailed, UnknownName
from labkit.models.model_files import check_base, find_base, fingerprint
from labkit.prompts import format_prompt, prompt_sha256
from labkit.records import Prompt, sha256_of
from labkit.store.loading import task_to_record
from labkit.tables.atomic import appearing_folder
from labkit.training.dev_rows import DevRow, choose_dev_rows, dev_identity
from labkit.training.devices import choose_device, give_back_memory, gpu_shared_with
from labkit.training.history import History, history_of
from labkit.training.job_folder import JobFolder
from labkit.training.recipe import Recipe, recipe_from_mapping, recipe_from_yaml
from labkit.training.rows import TrainingRow, prompt_of, training_rows
from labkit.version import __version__
from labkit.workspace import Scene
from labkit.workspace.names import check_name

ENDED = ("finished", "stopped", "interrupted", "failed")
_NEEDED = ("torch", "transformers", "trl", "peft", "bitsandbytes", "accelerate", "datasets")
_START_S = 180.0  # how long the new process may take until it holds its folder
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
        problem: why it failed, in one line.
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
            problem=str(report.get("problem", "")) if report else "",
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
        what = status.problem or "its process was killed"
        log = self.folder.last_log_lines()
        return TrainingFailed(
            f"The training {self.name!r} ended at step {status.step} without an adapter: {what}"
            + (f" (log: {log})" if log and not status.problem else ""),
            f"Read {self.folder.log}; the same command goes on from the last checkpoint",
        )


def check_installed() -> None:
    """Raise MissingExtra where the packages that train are not installed."""
    if any(find_spec(package) is None for package in _NEEDED):
        raise MissingExtra("Training", "train")


def start(
    scene: Scene,
    dataset: str,
    base: str,
    recipe: Recipe | None = None,
    name: str | None = None,
    prompt: str | Prompt | None = None,
    *,
    resume: bool = False,
) -> TrainingJob:
    """Train an adapter in a process of its own, which outlives this one.

    The same call again returns a finished job, and continues one that was stopped or killed from its last checkpoint.

    Args:
        scene: where the dataset is, and the folder `jobs/`.
        dataset: the name of one of the scene's datasets.
        base: the model to tune: "local/<path or hub id>", with or without "local/".
        recipe: the knobs; by default what the base ships as recipe.yaml, else `Recipe()`.
        name: the job's name; by default the dataset's with a hash of everything that is asked for.
        prompt: what the tuned model will be asked with; by default the prompt that the dataset was made for.
        resume: only go on with a job that is there; never begin one.

    Returns:
        The job; `wait()` waits for its end.

    Raises:
        MissingExtra: training needs the extra "train".
        UnknownName: what is to be gone on with is not there.
        BadData, BadPrompt, BadRecipe: what cannot be trained on, before anything is written.
        ModelUnreachable, ModelRefused: the base cannot be used.
        RunBusy: this very job is running.
        TrainingFailed: the process did not come up.
    """
    check_installed()
    spec, rows, dev = _plan(scene, dataset, base.removeprefix("local/"), recipe, prompt)
    job_name = check_name("training job", name or f"{dataset}-{spec['identity'][:8]}", BadRecipe)
    job = TrainingJob(JobFolder(scene.path / "jobs" / job_name))
    with _starting(scene, job_name):
        if not job.folder.path.exists():
            if resume:
                job_of(scene, job_name)  # says which there are
            _write(job.folder, spec, rows, dev)
        _refuse_other(job, spec)
        if job.status().state != "finished":
            device = choose_device(recipe_from_mapping(spec["recipe"], "job.json"), find_base(spec["base"]), os.environ)
            give_back_memory()
            for problem in gpu_shared_with({**os.environ, **device}):
                job.folder.tell("alarm", about="memory", problem=problem)
            _launch(job, device)
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
        raise UnknownName("training job", name, found, "Start one with: python -m labkit train")
    return found[name]


def recipe_for(base: str) -> Recipe:
    """The recipe that a base model ships with as recipe.yaml, else the defaults.

    Args:
        base: "local/<path or hub id>", with or without "local/".

    Raises:
        ModelUnreachable: the base is nowhere to be found.
        BadRecipe: its recipe cannot be read.
    """
    path = find_base(base.removeprefix("local/")) / "recipe.yaml"
    return recipe_from_yaml(path.read_text(encoding="utf-8"), str(path)) if path.exists() else Recipe()


def _plan(
    scene: Scene, dataset: str, base: str, recipe: Recipe | None, prompt: str | Prompt | None
) -> tuple[dict[str, Any], tuple[TrainingRow, ...], tuple[DevRow, ...]]:
    """Everything that is asked for, checked, as it will stand in job.json; the rows; the dev rows."""
    chosen = scene.dataset(dataset)
    folder = find_base(base)
    check_base(folder)
    used = scene.prompt(prompt) if isinstance(prompt, str) else prompt or prompt_of(scene, chosen)
    rows = training_rows(scene, chosen, used)
    knobs = recipe or recipe_for(base)
    dev = choose_dev_rows(scene, used, knobs.dev_rows)
    asked = {
        "recipe": knobs.to_json(),
        "base": base,
        "base_fingerprint": fingerprint(folder),
        "dataset": chosen.id,
        "rows_sha256": sha256_of([[row.id, [m.content for m in row.messages], row.answer] for row in rows]),
        "dev_sha256": sha256_of(dev_identity(dev)),
        "prompt_sha256": prompt_sha256(used),
    }
    about = {
        "scene": scene.task.name,
        "task": task_to_record(scene.task),
        "rows": len(rows),
        "prompt_name": used.name,
        "prompt_text": format_prompt(used),
    }
    made = {"labkit": __version__, "created": datetime.now(UTC).isoformat(timespec="seconds")}
    return {"format": 1, "identity": sha256_of(asked), **asked, **about, **made}, rows, dev


def _write(folder: JobFolder, spec: dict[str, Any], rows: tuple[TrainingRow, ...], dev: tuple[DevRow, ...]) -> None:
    with appearing_folder(folder.path) as temporary:
        JobFolder(temporary).write("job.json", spec)
        JobFolder(temporary).write_rows(rows)
        JobFolder(temporary).write_dev_rows(dev)


def _refuse_other(job: TrainingJob, spec: dict[str, Any]) -> None:
    """Raise when the name is taken by another training, or when this one is running."""
    if job.folder.spec()["identity"] != spec["identity"]:
        raise BadRecipe(
            f"The training job {job.name!r} exists with another recipe, base, prompt or dataset", "Give another name"
        )
    if job.status().state in ("starting", "running"):
        raise RunBusy(f"The training job {job.name!r} is running already", "Wait for it, or stop it first")


def _starting(scene: Scene, name: str) -> Any:
    """One starter at a time."""
    from filelock import FileLock

    folder = scene.path / "locks"
    folder.mkdir(exist_ok=True)
    return FileLock(folder / f"job-{name}.lock")


def _launch(job: TrainingJob, device: dict[str, str]) -> None:
    """Begin the process, in a session of its own and with a file for its output, so that nothing here can end it."""
    folder = job.folder
    for left_over in ("report.json", "STOP", "SAVE", "EVALUATE", "process.json"):
        (folder.path / left_over).unlink(missing_ok=True)
    with folder.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  (our own module)
            folder.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
            env={**_environment(), **device},
        )
    deadline = time.monotonic() + _START_S
    while folder.read("process.json") is None and time.monotonic() < deadline:
        if process.poll() is not None:
            break
        time.sleep(0.02)
    if folder.read("process.json") is None:
        raise TrainingFailed(
            f"The training {job.name!r} did not start: {folder.last_log_lines()}", f"Read {folder.log}"
        )


def _environment() -> dict[str, str]:
    """This process's environment without keys, which training has no use for, and without the hub."""
    kept = {k: v for k, v in os.environ.items() if not k.upper().endswith(("_KEY", "_TOKEN", "_SECRET", "_PASSWORD"))}
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {"PYTHONPATH": os.pathsep.join(paths), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    return {**kept, **ours, "PYTHONUNBUFFERED": "1"}
