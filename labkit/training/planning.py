"""What a training is asked for, checked before anything is written: its rows, its dev rows, its knobs, its identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from labkit.errors import BadRecipe
from labkit.models.model_files import check_base, find_base, fingerprint
from labkit.prompts import format_prompt, prompt_sha256
from labkit.records import Prompt, sha256_of
from labkit.store.loading import task_to_record
from labkit.training.dev_rows import DevRow, choose_dev_rows, dev_identity
from labkit.training.ranks import Ranks
from labkit.training.recipe import Recipe, recipe_from_mapping, recipe_from_yaml
from labkit.training.rows import TrainingRow, prompt_of, training_rows
from labkit.version import __version__
from labkit.workspace import Scene
from labkit.workspace.names import check_name


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is asked for, checked: as it will stand in job.json, the rows, the dev rows."""

    spec: dict[str, Any]
    rows: tuple[TrainingRow, ...]
    dev: tuple[DevRow, ...]

    def recipe(self, processes: int) -> Recipe:
        """The knobs, if so many processes can share a step's rows."""
        recipe = recipe_from_mapping(self.spec["recipe"], "job.json")
        if processes < 1:
            raise BadRecipe.told("error.processes.none", processes=processes)
        Ranks(processes=processes).share(recipe.batch)
        return recipe

    def job_name(self, name: str | None) -> str:
        """The job's name; by default the dataset's with a hash of everything that is asked for."""
        return check_name("training job", name or f"{self.spec['dataset']}-{self.spec['identity'][:8]}", BadRecipe)


def plan_of(scene: Scene, dataset: str, base: str, recipe: Recipe | None, prompt: str | Prompt | None) -> Plan:
    """Check what is asked for.

    Args:
        scene: where the dataset is.
        dataset: the name of one of the scene's datasets.
        base: the model to tune, without "local/".
        recipe: the knobs; by default the base's own.
        prompt: what the tuned model will be asked with; by default the prompt that the dataset was made for.

    Raises:
        UnknownName, BadData, BadPrompt, BadRecipe: what cannot be trained on.
        ModelUnreachable, ModelRefused: the base cannot be used.
    """
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
    spec = {"format": 1, "identity": sha256_of(asked), **asked, **about, **made}
    return Plan(spec, rows, dev)


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
