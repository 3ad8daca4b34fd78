"""Which device a training gets; the driver's tool is a program on PATH that prints what it would print."""

from __future__ import annotations

import os
import sys
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from labkit.errors import BadRecipe, ModelRefused
from labkit.models import get_model
from labkit.prompts import render
from labkit.training import devices
from labkit.training.devices import (
    choose_device,
    count_weights,
    give_back_memory,
    gpu_shared_with,
    is_for_cpu_only,
)
from labkit.training.recipe import Recipe
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

CARDS = "0, GPU-aa, NVIDIA H100, 81559, 79000, 570.86.15\n1, GPU-bb, NVIDIA L4, 23034, 1000, 570.86.15"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    save_file({"a": np.zeros((3, 5), np.float16), "b": np.zeros(7, np.float32)}, tmp_path / "model-1.safetensors")
    save_file({"c": np.zeros((2, 2), np.float32)}, tmp_path / "model-2.safetensors")
    return tmp_path


def driver_that_prints(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = folder / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text(f"#!{sys.executable}\nprint({text!r})\n", "utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent), prepend=os.pathsep)


@pytest.fixture
def two_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver_that_prints(CARDS, tmp_path, monkeypatch)


@pytest.fixture
def no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver_that_prints("No devices were found", tmp_path, monkeypatch)


def test_weights_are_counted_from_headers(base: Path):
    assert count_weights(base) == 15 + 7 + 4


@pytest.mark.usefixtures("two_gpus")
def test_the_freest_gpu_and_no_other_is_given(base: Path):
    assert choose_device(Recipe(), base, {}) == {"CUDA_VISIBLE_DEVICES": "GPU-bb"}


@pytest.mark.usefixtures("two_gpus")
def test_gpus_that_were_chosen_stay_chosen_and_cpu_means_none(base: Path):
    assert choose_device(Recipe(), base, {"CUDA_VISIBLE_DEVICES": "0"}) == {}
    assert choose_device(Recipe(device="cpu"), base, {}) == {"CUDA_VISIBLE_DEVICES": ""}


@pytest.mark.usefixtures("two_gpus")
def test_each_of_several_processes_has_a_gpu_of_its_own(base: Path):
    assert choose_device(Recipe(), base, {}, processes=2) == {"CUDA_VISIBLE_DEVICES": "GPU-bb,GPU-aa"}
    assert choose_device(Recipe(), base, {"CUDA_VISIBLE_DEVICES": "0,1"}, processes=2) == {}
    with pytest.raises(BadRecipe, match="3 processes are to train, and they are given 2 GPUs"):
        choose_device(Recipe(), base, {}, processes=3)
    with pytest.raises(BadRecipe, match="given 1 GPU"):
        choose_device(Recipe(), base, {"CUDA_VISIBLE_DEVICES": "1"}, processes=2)
    assert choose_device(Recipe(device="cpu"), base, {}, processes=3) == {"CUDA_VISIBLE_DEVICES": ""}


def test_who_holds_memory_of_the_gpu_that_is_given_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    tool = tmp_path / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    users = f"GPU-aa, {os.getpid()}, 4096\nGPU-bb, 999999999, 512"
    tool.write_text(
        f"#!{sys.executable}\nimport sys\nprint({users!r} if 'apps' in sys.argv[1] else {CARDS!r})\n", "utf-8"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent), prepend=os.pathsep)
    (shared,) = gpu_shared_with({"CUDA_VISIBLE_DEVICES": "GPU-aa"})
    said = shared.told("en")
    assert said.startswith(f"GPU 0 (NVIDIA H100) has 2559 of 81559 MiB free; others hold: {os.getpid()} ")
    assert said.endswith(", 4096 MiB")
    assert [shared.told("en")[:5] for shared in gpu_shared_with({"CUDA_VISIBLE_DEVICES": "1"})] == ["GPU 1"]
    assert len(gpu_shared_with({})) == 2
    assert gpu_shared_with({"CUDA_VISIBLE_DEVICES": ""}) == []


@pytest.mark.usefixtures("no_gpu")
def test_a_missing_gpu_stops_or_falls_back_as_the_recipe_says(base: Path):
    assert choose_device(Recipe(), base, {}) == {}
    with pytest.raises(BadRecipe, match=r"no driver shows one\. Set device to auto"):
        choose_device(Recipe(device="gpu"), base, {})


@pytest.mark.usefixtures("two_gpus")
def test_a_large_base_is_not_trained_on_the_processor_beside_a_gpu(base: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(devices, "_torch_version", lambda: "2.13.0+cpu")
    assert choose_device(Recipe(), base, {}) == {"CUDA_VISIBLE_DEVICES": "GPU-bb"}  # small: the processor will do
    monkeypatch.setattr(devices, "_LARGE", 20)
    with pytest.raises(ModelRefused, match=r"2\.13\.0\+cpu cannot use the NVIDIA H100 .* or set device to cpu"):
        choose_device(Recipe(), base, {})
    assert choose_device(replace(Recipe(), device="cpu"), base, {}) == {"CUDA_VISIBLE_DEVICES": ""}


@pytest.mark.training
def test_models_that_a_notebook_still_holds_give_their_memory_back_and_answer_the_same_later(tiny_base: Path):
    import bitsandbytes  # noqa: F401 - its import logs an error, and pytest would keep the frames that led there

    model = get_model(f"local/{tiny_base}")
    requests = [render(tiny_prompts()[0], TINY_TASK, example) for example in tiny_examples()[:3]]
    before = [reply.text for reply in model.answer(requests)]
    weights = weakref.ref(model._loaded.model)
    give_back_memory()
    assert weights() is None
    assert [reply.text for reply in model.answer(requests)] == before


def test_builds_say_whether_they_know_gpus():
    assert is_for_cpu_only("2.13.0+cpu")
    assert not is_for_cpu_only("2.13.0+cu128")
    assert not is_for_cpu_only("2.13.0")
