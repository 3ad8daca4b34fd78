"""Step 3: choose rows of a scene to train on, and write them down with the reason for each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from labkit.curation.difficulty import Committee, rate_difficulty
from labkit.curation.selection import MIX, Candidates, Selected, find_candidates, select_candidates
from labkit.errors import BadInput
from labkit.prompts import prompt_sha256
from labkit.records import Run, example_to_json

if TYPE_CHECKING:
    from labkit.workspace import Dataset, Scene


@dataclass(frozen=True, slots=True)
class Selection:
    """What `select` chose, from what, and on whose word.

    Args:
        dataset: the dataset as it was written.
        rows: the chosen rows in the order they were chosen.
        candidates: the pool, sifted: what could be chosen, and what was left out and why.
        committee: the runs that told easy, boundary and hard rows apart, if they were good enough.
    """

    dataset: Dataset
    rows: tuple[Selected, ...]
    candidates: Candidates
    committee: Committee


def select(scene: Scene, budget: int, name: str, *, prompt: str | None = None, seed: int = 0) -> Selection:
    """Choose training rows from the pool and write them as a dataset of the scene.

    Balanced over labels and difficulty, diverse, and apart from dev and test rows; see `curation.selection`. Complete
    runs over pool rows, the newest of each prompt and model, rate the difficulty.

    Args:
        scene: whose pool.
        budget: at most so many rows per subtask.
        name: the new dataset's name.
        prompt: the name of the prompt that a model tuned on it will be asked with; it can also be named when training.
        seed: another seed samples large cells differently.

    Raises:
        BadInput: a budget below 1, or the name is taken.
        BadData: no labelled pool row to choose from.
        UnknownName: there is no such prompt.
    """
    if name in scene.dataset_names():
        raise BadInput(f"The dataset {name!r} exists already", "Choose another name")
    runs, candidates = pool_runs(scene), find_candidates(scene.examples("all"))
    chosen = select_candidates(candidates, scene.task, budget, runs, seed)
    committee = rate_difficulty(candidates.rows, runs)
    asked = {"budget": budget, "seed": seed, "mix": dict(MIX)}
    manifest = _manifest(asked, candidates, committee, prompt and prompt_sha256(scene.prompt(prompt)))
    scene.save_dataset(name, [_row(row) for row in chosen], manifest)
    return Selection(scene.dataset(name), chosen, candidates, committee)


def pool_runs(scene: Scene) -> list[Run]:
    """The newest finished run over pool rows of each prompt and model."""
    newest: dict[tuple[str, str], Run] = {}
    for header in scene.store.runs():
        asked = (header.prompt_sha256, header.model)
        if header.split in ("pool", "all") and asked not in newest:
            run = scene.store.load_run(header.run)
            if run.complete:
                newest[asked] = run
    return list(newest.values())


def _row(chosen: Selected) -> dict[str, Any]:
    return {
        **example_to_json(chosen.example),
        "target": {"labels": list(chosen.example.labels or ())},
        "why": {"cell": str(chosen.cell), "gain": round(chosen.gain, 6), "reason": chosen.reason},
    }


def _manifest(
    asked: dict[str, Any], candidates: Candidates, committee: Committee, prompt: str | None
) -> dict[str, Any]:
    sifted = {name: len(ids) for name, ids in asdict(candidates).items()}
    voted = {"runs": list(committee.runs), "accuracy": committee.accuracy, "used": bool(committee.ratings)}
    parameters = {**asked, "candidates": sifted, "committee": voted}
    return {"parent": None, "prompt_sha256": prompt, "targets": "labels", "teacher": None, "parameters": parameters}
