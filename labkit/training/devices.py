"""Which device a training may use: the freest GPU, none, or a refusal with the reason."""

from __future__ import annotations

import gc
import json
import struct
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from math import prod
from pathlib import Path

from labkit.doctor.accelerators import Gpu, gpu_users, visible_gpus
from labkit.errors import BadRecipe, ModelRefused
from labkit.models.local import unload_models
from labkit.texts import Phrase
from labkit.training.recipe import Recipe

_LARGE = 1_000_000_000  # weights; a larger base takes a processor days
_CHOICE = "CUDA_VISIBLE_DEVICES"


def choose_device(recipe: Recipe, base: Path, environment: Mapping[str, str], processes: int = 1) -> dict[str, str]:
    """Say what the training's processes see.

    Args:
        recipe: its `device`.
        base: the model's folder.
        environment: what this process was given; GPUs that are chosen there stay chosen.
        processes: that train together, each on a GPU of its own where there are any.

    Returns:
        Variables to set. As many GPUs as processes, those with the most free memory: TRL refuses two for one process.

    Raises:
        BadRecipe: a GPU is asked for and none is there, or fewer than processes.
        ModelRefused: a large base would be trained on the processor although there is a GPU.
    """
    if recipe.device == "cpu":
        return {_CHOICE: ""}
    gpus = visible_gpus()
    if recipe.device == "gpu" and not gpus:
        raise BadRecipe.told("error.device.no_gpu")
    if gpus and is_for_cpu_only(_torch_version()) and (weights := count_weights(base)) > _LARGE:
        raise ModelRefused.told(
            "error.device.torch", version=_torch_version(), gpu=gpus[0].name, base=base, billions=weights / 1e9
        )
    chosen = environment.get(_CHOICE)
    given = len(gpus) if chosen is None else len([name for name in chosen.split(",") if name.strip()])
    if 0 < given < processes:
        raise BadRecipe.told("error.device.too_few", processes=processes, given=given)
    return {} if chosen is not None or not gpus else {_CHOICE: ",".join(gpu.uuid for gpu in freest(gpus, processes))}


def gpu_shared_with(environment: Mapping[str, str]) -> list[Phrase]:
    """Who holds memory of the GPUs that a training is given, a sentence for each such GPU.

    Args:
        environment: what the training's process will see.
    """
    chosen = [name.strip() for name in environment.get(_CHOICE, "").split(",")]
    given = [gpu for gpu in visible_gpus() if _CHOICE not in environment or {gpu.uuid, gpu.index} & set(chosen)]
    users = {gpu.index: (gpu, gpu_users(gpu)) for gpu in given}
    return [
        Phrase(
            "alarm.gpu",
            {
                "index": index,
                "name": gpu.name,
                "free": gpu.total - gpu.used,
                "total": gpu.total,
                "found": "; ".join(found),
            },
        )
        for index, (gpu, found) in users.items()
        if found
    ]


def give_back_memory() -> None:
    """Give back what this process's local models hold, of its memory and of a GPU's; they load again when asked."""
    unload_models()
    gc.collect()
    torch = sys.modules.get("torch")  # a process that never loaded it holds nothing
    if torch and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def device_name() -> str:
    """What this process trains on: the GPU's name, or "cpu"."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def freest(gpus: Sequence[Gpu], count: int = 1) -> list[Gpu]:
    """The GPUs with the most free memory, the first of equals."""
    return sorted(gpus, key=lambda gpu: gpu.used - gpu.total)[:count]


def count_weights(folder: Path) -> int:
    """How many numbers a model's safetensors hold, by their headers alone."""
    return sum(prod(tensor["shape"]) for path in folder.glob("*.safetensors") for tensor in _tensors(path))


def is_for_cpu_only(torch_version: str) -> bool:
    """Whether a build of PyTorch says that it knows no GPU."""
    return torch_version.endswith("+cpu")


def _tensors(path: Path) -> list[dict[str, list[int]]]:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    return [tensor for name, tensor in header.items() if name != "__metadata__"]


def _torch_version() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:
        return ""
