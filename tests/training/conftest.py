"""A random base, and the tiny scene with a dataset and a prompt that asks for labels only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labkit.prompts import prompt_sha256
from labkit.records import Example, example_to_json
from labkit.training import Recipe, TrainingJob, start
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.tiny_model import build_tiny_model

SHORT = Recipe(r=8, alpha=16, learning_rate=1e-2, batch=4, epochs=6)  # 24 steps, a checkpoint every third
UNEVEN = Recipe(r=8, alpha=16, learning_rate=1e-2, batch=4, micro_batch=1, epochs=4, device="cpu")  # 13 rows, 16 steps


def as_row(example: Example) -> dict[str, object]:
    """A row of a dataset that was made for labels."""
    return {**example_to_json(example), "target": {"labels": list(example.labels or ())}}


def trainable_scene(folder: Path) -> Scene:
    """The tiny scene, with the prompt `short` and all pool rows as the dataset `some`."""
    scene = create_scene(folder, TINY_TASK, tiny_examples(), tiny_prompts())
    short = replace(scene.prompt("v1"), name="short", rationale="none")
    scene.save_prompt(short)
    rows = [as_row(example) for example in scene.examples("pool")]
    scene.save_dataset("some", rows, {"prompt_sha256": prompt_sha256(short), "targets": "labels"})
    return scene


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("model") / "tiny_base")


@pytest.fixture
def trainable(tmp_path: Path) -> Scene:
    return trainable_scene(tmp_path / "trainable")


@pytest.fixture(scope="session")
def scene_of_jobs(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return trainable_scene(tmp_path_factory.mktemp("jobs") / "scene")


@pytest.fixture(scope="session")
def finished(scene_of_jobs: Scene, tiny_base: Path) -> TrainingJob:
    job = start(scene_of_jobs, "some", f"local/{tiny_base}", SHORT, name="short")
    assert job.wait().state == "finished"
    return job


def uneven(scene: Scene) -> Scene:
    """The scene with a dataset of 13 rows: its last step of an epoch has one row, and the second process none."""
    if "uneven" not in scene.dataset_names():
        rows = [as_row(example) for example in scene.examples("pool")[:13]]
        scene.save_dataset("uneven", rows, {"prompt_sha256": prompt_sha256(scene.prompt("short")), "targets": "labels"})
    return scene


@pytest.fixture(scope="session")
def by_one(scene_of_jobs: Scene, tiny_base: Path) -> TrainingJob:
    job = start(uneven(scene_of_jobs), "uneven", str(tiny_base), UNEVEN, name="by-one")
    assert job.wait().state == "finished"
    return job
