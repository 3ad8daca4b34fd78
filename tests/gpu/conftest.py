"""What only a GPU can show; where there is none, each of these tests is skipped and says why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labkit.doctor.accelerators import visible_gpus
from labkit.training import Recipe, TrainingJob, start
from labkit.workspace import Scene
from tests.tiny_model import build_tiny_model
from tests.training.conftest import tiny_base, trainable_scene  # noqa: F401 - a fixture

# 60 steps, a checkpoint every tenth
RECIPE = Recipe(r=8, alpha=16, learning_rate=3e-3, batch=4, epochs=15, evaluations=6, patience=0)


@pytest.fixture(scope="session", autouse=True)
def gpu() -> str:
    """The GPU's name."""
    if not visible_gpus():
        pytest.skip("needs a GPU, and no driver shows one")
    import torch

    if not torch.cuda.is_available():
        pytest.skip(f"needs a GPU, and PyTorch {torch.__version__} cannot use the one that is there")
    return torch.cuda.get_device_name()


@pytest.fixture(scope="session")
def wide_base(gpu: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Qwen3 with layers so wide that bitsandbytes keeps their adapters' moments in 8 bits."""
    sizes = {"hidden_size": 512, "intermediate_size": 1024}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 128}
    return build_tiny_model(tmp_path_factory.mktemp("model") / "wide_base", **sizes, **heads)


@pytest.fixture(scope="session")
def scene_of_jobs(gpu: str, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return trainable_scene(tmp_path_factory.mktemp("jobs") / "scene")


@pytest.fixture(scope="session")
def held_here(gpu: str) -> Iterator[int]:
    """MiB of the GPU that this process holds while a training starts."""
    import torch

    held = torch.empty(1 << 30, dtype=torch.uint8, device="cuda")
    yield held.numel() >> 20
    del held


@pytest.fixture(scope="session")
def finished(scene_of_jobs: Scene, wide_base: Path, held_here: int) -> TrainingJob:
    job = start(scene_of_jobs, "some", f"local/{wide_base}", RECIPE, name="undisturbed")
    assert job.wait().state == "finished"
    return job
