"""A model's files on this machine: where they are, whether they are safe to load, and what names their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from labkit.errors import ModelRefused, ModelUnreachable
from labkit.models.hubs import hub_folder
from labkit.texts import say
from labkit.workspace.bundled import data_folder

ADAPTER_RECORD = "labkit.json"  # beside an adapter's weights: what labkit trained it on
_RUNS_CODE = ("auto_map", "custom_pipelines", "auto_mapping")  # keys that name Python to import
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.pickle")
_WHOLE_FILE = 64 << 20  # bytes; of larger files the fingerprint reads samples
_SAMPLE = 1 << 20


@dataclass(frozen=True, slots=True)
class AdapterRecord:
    """What an adapter says of its own making; all empty for one that labkit did not train.

    Args:
        base: the name of the model it was trained on.
        base_fingerprint: `fingerprint` of that model's folder.
        quantization: how the base was held while training: "nf4", "none" or "".
        dataset: id of the dataset it was trained on.
    """

    base: str = ""
    base_fingerprint: str = ""
    quantization: str = ""
    dataset: str = ""


def bundled_models() -> tuple[str, ...]:
    """The names of the models that ship with labkit."""
    return tuple(sorted(config.parent.name for config in (data_folder() / "models").glob("*/config.json")))


def find_base(name: str, *, download: bool = True) -> Path:
    """The folder of a base model.

    Args:
        name: a bundled model's name, a folder, or a hub id that was downloaded or may be (see `hubs.hub_folder`).
        download: False to look on this machine only, whatever the user lets.

    Returns:
        The folder.

    Raises:
        ModelUnreachable: it is nowhere to be found.
    """
    if name in bundled_models():
        return data_folder() / "models" / name
    if Path(name).is_dir():
        return Path(name)
    return hub_folder(name, bundled_models(), download=download)


def check_base(folder: Path) -> None:
    """Refuse a folder that cannot be loaded safely as a causal language model.

    Raises:
        ModelRefused: no config.json, no safetensors weights, pickled ones beside them, a config that names code, or no
            chat template.
    """
    config = read_config(folder)
    _refuse_code(config, folder / "config.json")
    _require_safetensors(folder)
    if pickled := _pickled(folder):
        raise ModelRefused.told("error.local.pickles", folder=folder, pickled=pickled[0])
    tokenizer = _read_json(folder / "tokenizer_config.json")
    _refuse_code(tokenizer, folder / "tokenizer_config.json")
    if not tokenizer.get("chat_template") and not list(folder.glob("chat_template.*")):
        raise ModelRefused.told("error.local.no_template", folder=folder)


def read_config(folder: Path) -> dict[str, Any]:
    """A model's config.json.

    Raises:
        ModelRefused: there is none that can be read.
    """
    return _read_json(folder / "config.json")


def check_adapter(folder: Path, base: Path) -> AdapterRecord:
    """Refuse an adapter that cannot be loaded safely, or that belongs to another base.

    Args:
        folder: the adapter's folder.
        base: the folder of the model it is to be laid over.

    Returns:
        What the adapter says of itself.

    Raises:
        ModelUnreachable: there is no such folder.
        ModelRefused: it is no LoRA in safetensors, its config names code, or it was trained on another model.
    """
    if not folder.is_dir():
        raise ModelUnreachable.told("error.local.no_adapter", folder=folder)
    config = _read_json(folder / "adapter_config.json")
    _refuse_code(config, folder / "adapter_config.json")
    if config.get("peft_type") != "LORA":
        raise ModelRefused.told("error.local.not_lora", folder=folder, config=config.get("peft_type"))
    _require_safetensors(folder)
    record = read_adapter_record(folder)
    if record.base_fingerprint and record.base_fingerprint != fingerprint(base):
        raise ModelRefused.told("error.local.other_base", folder=folder, base=record.base, base2=base)
    return record


def read_adapter_record(folder: Path) -> AdapterRecord:
    """What labkit wrote beside an adapter; empty when another tool made it."""
    path = folder / ADAPTER_RECORD
    found = _read_json(path) if path.exists() else {}
    return AdapterRecord(**{entry.name: str(found.get(entry.name, "")) for entry in fields(AdapterRecord)})


def fingerprint(folder: Path) -> str:
    """A hash that names the content of a model or adapter folder.

    It covers weights, configs and tokenizer; of weight files above 64 MiB it reads the first and last MiB and 64
    samples between, so that it takes seconds for any size.
    """
    patterns = ("*.safetensors", "*.json", "*.jinja", "tokenizer.model")
    paths = sorted({path for pattern in patterns for path in folder.glob(pattern) if path.name != "build.json"})
    state = tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths)
    return _fingerprint_of(state)


@lru_cache(maxsize=64)
def _fingerprint_of(state: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for name, size, _ in state:
        digest.update(f"{Path(name).name}\0{size}\0".encode())
        for piece in _pieces(Path(name), size):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(path: Path, size: int) -> Iterator[bytes]:
    """All bytes of a small file, evenly spread samples of a large one."""
    step = _SAMPLE if size <= _WHOLE_FILE else (size - _SAMPLE) // 65
    with path.open("rb") as file:
        for start in range(0, size, max(1, step)):
            file.seek(start)
            yield file.read(_SAMPLE)


def _require_safetensors(folder: Path) -> None:
    if not list(folder.glob("*.safetensors")):
        pickled = _pickled(folder)
        found = say("weights.pickled", file=pickled[0]) if pickled else say("weights.none")
        raise ModelRefused.told("error.local.weights", folder=folder, found=found)


def _pickled(folder: Path) -> list[str]:
    """Names of files in which PyTorch keeps weights as pickles."""
    return sorted(path.name for pattern in _PICKLED for path in folder.glob(pattern))


def _refuse_code(config: Mapping[str, Any], path: Path) -> None:
    """Raise when a config names Python to import, or an attention kernel to fetch (CVE-2026-4372)."""
    for key in config:
        if (key in _RUNS_CODE and config[key]) or key.endswith("_implementation_internal"):
            raise ModelRefused.told("error.local.runs_code", path=path, key_=key)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelRefused.told("error.local.unreadable", path=path, name=type(error).__name__) from error
    if not isinstance(found, dict):
        raise ModelRefused.told("error.local.no_object", path=path)
    return found
