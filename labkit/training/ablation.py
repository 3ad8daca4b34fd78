"""`ablate`: train twice, with one thing changed, and compare row by row: what is that thing worth on one's own data?"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from labkit.comparison import Comparison, Pair, compare, paired
from labkit.curation.candidates import find_candidates
from labkit.errors import BadInput, UnknownName
from labkit.evaluation import evaluate
from labkit.records import Prompt, example_to_json
from labkit.training.job import JobStatus, TrainingJob, start
from labkit.training.planning import recipe_for
from labkit.training.recipe import Recipe
from labkit.training.rows import answer_text, prompt_of
from labkit.workspace import Dataset, Scene
from labkit.workspace.datasets import content_id

Change = Literal["style", "shares", "size", "rationale"]
FEWER = 100  # rows of the smaller training in "size"
_LEADS = {"zh": "我的判断：", "en": "My answer: "}
_MOST_EPOCHS = 100


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two trainings.

    Args:
        job: its name.
        dataset: what it learnt from.
        prompt: what it was trained and asked with.
        rows: how many rows it learnt from.
        steps: optimizer steps it took.
    """

    job: str
    dataset: str
    prompt: str
    rows: int
    steps: int


@dataclass(frozen=True, slots=True)
class Ablation:
    """Two trainings that differ in one thing.

    Args:
        change: what was changed (see `ablate`).
        asis: the dataset as it is.
        changed: the same with the change.
        pair: the first against the second on the rows both were asked; a difference above 0 speaks for the change.
        comparison: both ranked, with scores, statuses and tokens.
        split: where the rows are from.
    """

    change: Change
    asis: Side
    changed: Side
    pair: Pair
    comparison: Comparison
    split: str


@dataclass(frozen=True, slots=True)
class _Planned:
    """A training to be: its dataset's name, the prompt and the recipe."""

    dataset: str
    prompt: Prompt
    recipe: Recipe


def ablate(
    scene: Scene,
    dataset: str,
    base: str,
    change: Change,
    recipe: Recipe | None = None,
    prompt: str | Prompt | None = None,
    *,
    rows: int = FEWER,
    split: Literal["dev", "pool"] = "dev",
    progress: Callable[[JobStatus], None] | None = None,
) -> Ablation:
    """Train a dataset as it is and with one change, and compare the two models on the same rows.

    Both trainings have the same base, recipe, seed and number of steps, and each is an ordinary job: found again when
    it is there, continued where it was interrupted. What is changed:

    - "style": the same rows and labels, the answers written in four readable forms in turn instead of one (LIMA, Zhou
      et al. 2023: one style of answering is learnt from few rows).
    - "shares": as many rows drawn from the same pool by chance, instead of rows balanced over labels and difficulty.
    - "size": only the first `rows` rows, in the order in which they were chosen.
    - "rationale": the same rows with labels only, instead of a rationale and labels.

    Args:
        scene: where dataset, rows and jobs are; a changed dataset is written beside it as `<dataset>-<change>`.
        dataset: the dataset's name.
        base: the model to tune, as in `start`.
        change: see above.
        recipe: as in `start`.
        prompt: as in `start`.
        rows: how many are left in "size".
        split: whose rows are asked; test rows are for decisions.
        progress: is called with each new status of either training.

    Raises:
        BadInput: a dataset to which the change cannot be made.
        UnknownName: there is no such change or dataset.
        LabkitError: as `start`, `wait` and `evaluate` do.
    """
    if change not in get_args(Change):
        raise UnknownName("change", str(change), get_args(Change))
    if split not in ("dev", "pool"):
        raise BadInput.told("error.ablation.split", split=split)
    chosen = scene.dataset(dataset)
    asked = scene.prompt(prompt) if isinstance(prompt, str) else prompt or prompt_of(scene, chosen)
    asis = _Planned(dataset, asked, recipe or recipe_for(base))
    changed = _changed(scene, chosen, asis, change, rows)
    jobs = [_trained(scene, base, plan, progress) for plan in (asis, changed)]
    runs = [
        evaluate(scene, plan.prompt, job.model_name, split) for plan, job in zip((asis, changed), jobs, strict=True)
    ]
    comparison = compare(runs, prices=scene.prices().prices)
    return Ablation(change, _side(jobs[0]), _side(jobs[1]), paired(*runs), comparison, split)


def _trained(scene: Scene, base: str, plan: _Planned, progress: Callable[[JobStatus], None] | None) -> TrainingJob:
    job = start(scene, plan.dataset, base, plan.recipe, prompt=plan.prompt)
    job.wait(progress)
    return job


def _changed(scene: Scene, dataset: Dataset, asis: _Planned, change: Change, rows: int) -> _Planned:
    """The training with the change; its dataset is written unless it is there already."""
    if change == "rationale":
        if asis.prompt.rationale == "none":
            raise BadInput.told("error.ablation.no_rationale", dataset=dataset.id)
        return replace(asis, prompt=replace(asis.prompt, name=f"{asis.prompt.name}-labels", rationale="none"))
    records = _records(scene, dataset, asis.prompt, change, rows)
    name = f"{dataset.path.name}-{change}" + (f"-{rows}" if change == "size" else "")
    _write_once(scene, name, records, dataset, change)
    return replace(asis, dataset=name, recipe=_as_long(asis.recipe, len(dataset.rows), len(records)))


def _records(scene: Scene, dataset: Dataset, prompt: Prompt, change: Change, rows: int) -> list[dict[str, Any]]:
    if change == "style":
        return _in_mixed_style(dataset, prompt, scene.task.language)
    if change == "shares":
        return _drawn_by_chance(scene, dataset, prompt)
    if not 0 < rows < len(dataset.rows):
        raise BadInput.told("error.ablation.size", whole=len(dataset.rows), rows=rows)
    return [dict(record) for record in dataset.rows[:rows]]


def _in_mixed_style(dataset: Dataset, prompt: Prompt, language: str) -> list[dict[str, Any]]:
    """The same answers, each written in one of four forms in turn; every form can be read."""
    made = []
    for k, record in enumerate(dataset.rows):
        target: Mapping[str, Any] = record.get("target") or {"labels": record.get("labels") or []}
        form = _FORMS[k % len(_FORMS)]
        text = form(answer_text(target, prompt.rationale), _LEADS[language])
        made.append({**record, "target": {**target, "text": text}})
    return made


_FORMS: tuple[Callable[[str, str], str], ...] = (
    lambda answer, lead: answer,
    lambda answer, lead: f"```json\n{answer}\n```",
    lambda answer, lead: lead + answer,
    lambda answer, lead: json.dumps(json.loads(answer), ensure_ascii=False, indent=2),
)


def _drawn_by_chance(scene: Scene, dataset: Dataset, prompt: Prompt) -> list[dict[str, Any]]:
    """As many rows from the pool, sifted as `select` sifts it, whatever their labels and difficulty."""
    if prompt.rationale != "none":
        raise BadInput.told("error.ablation.rationale")
    candidates = find_candidates(scene.examples("all")).rows
    if len(candidates) <= len(dataset.rows):
        raise BadInput.told("error.ablation.pool", pool=len(candidates), rows=len(dataset.rows))
    drawn = random.Random(0).sample(candidates, len(dataset.rows))  # noqa: S311  (which rows, no secret)
    return [{**example_to_json(row), "target": {"labels": list(row.labels or ())}} for row in drawn]


def _write_once(
    scene: Scene, name: str, records: Sequence[Mapping[str, Any]], dataset: Dataset, change: Change
) -> None:
    """Write the changed dataset; one of that name that holds the same is left as it is."""
    kept = {key: dataset.manifest.get(key) for key in ("prompt_sha256", "targets", "teacher")}
    manifest = {"parent": dataset.id, **kept, "parameters": {"ablation": change}}
    if name not in scene.dataset_names():
        scene.save_dataset(name, records, manifest)
    elif scene.dataset(name).content_id != content_id(records, kept["prompt_sha256"]):
        raise BadInput.told("error.ablation.other", name=name)


def _as_long(recipe: Recipe, whole: int, left: int) -> Recipe:
    """The recipe by which fewer rows take as many steps: else fewer rows would also mean less training."""
    if left == whole:
        return recipe
    steps = recipe.steps(whole)
    epochs = min(_MOST_EPOCHS, math.ceil(steps / math.ceil(left / recipe.batch)))
    return replace(recipe, epochs=epochs, max_steps=steps)


def _side(job: TrainingJob) -> Side:
    spec = job.folder.spec()
    return Side(job.name, spec["dataset"], spec["prompt_name"], spec["rows"], int(job.report()["steps"]))
