"""A trained model leaves labkit: as an adapter, merged into its base, or for llama.cpp; scored again before that."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from labkit.errors import BadInput, TrainingFailed
from labkit.models.local.loading import load_base, load_tokenizer, with_adapter
from labkit.models.local.model import LocalModel
from labkit.models.model_files import find_base
from labkit.parsing import parse_reply
from labkit.records import Reply, Request, Status
from labkit.store.loading import task_from_record
from labkit.tables.atomic import appearing_folder
from labkit.training.dev_rows import DevRow
from labkit.training.devices import give_back_memory
from labkit.training.gguf import write_gguf_recipe
from labkit.training.job import TrainingJob

Form = Literal["adapter", "merged", "gguf"]
_ROWS = 32  # dev rows that are answered twice


@dataclass(frozen=True, slots=True)
class Exported:
    """A model on its way out.

    Args:
        path: its folder.
        rows: dev rows that it and the trained model both answered.
        same: how many of them were answered with the same labels, or by both with none that can be read.
        torn: how many of the others the trained model would have answered so too, but for rounding: on a GPU the
            merged weights are rounded to bf16, and where two answers are as likely, that decides.
        commands: for "gguf", what to run next in the folder.
    """

    path: Path
    rows: int
    same: int
    torn: int = 0
    commands: tuple[str, ...] = ()


def export_model(job: TrainingJob, target: Path, form: Form) -> Exported:
    """Write a trained model for other programs; it appears only when it answers as the trained one does.

    Args:
        job: finished or stopped; its dev rows are the ones that are answered again.
        target: a folder that is not there yet.
        form: "adapter" for programs that lay a LoRA over the same base, "merged" for one model in safetensors: the
            4-bit base is dequantised first, for merging onto the original weights gives another model (0.22 against
            7e-7 relative difference of logits on a small one); "gguf" for llama.cpp and Ollama: the merged model with
            their commands and a Modelfile beside it (see `gguf`).

    Returns:
        Where it is, and what was compared.

    Raises:
        BadInput: the target is there already, the training has no adapter yet, or no dev rows to compare by.
        TrainingFailed: it answers otherwise than the trained model; nothing is left behind.
        ModelRefused: its chat template cannot be said in a Modelfile; nothing is left behind.
    """
    if target.exists():
        raise BadInput.told("error.model_export.exists", target=target)
    if not job.adapter.is_dir():
        raise BadInput.told("error.training.no_adapter", job=job.name)
    if not job.folder.dev_rows():
        raise BadInput.told("error.model_export.no_dev", job=job.name)
    with appearing_folder(target) as temporary:
        written = (_copy if form == "adapter" else _merge)(job, temporary)
        rows, same, torn = _parity(job, written)
        if same + torn < rows:
            raise TrainingFailed.told("error.model_export.other", other=rows - same - torn, rows=rows)
        tokenizer = load_tokenizer(temporary, side="left") if form == "gguf" else None
        commands = write_gguf_recipe(temporary, job.name, tokenizer) if tokenizer else ()
    return Exported(target, rows, same, torn, commands)


def _copy(job: TrainingJob, folder: Path) -> LocalModel:
    shutil.copytree(job.adapter, folder, dirs_exist_ok=True)
    return LocalModel(str(job.folder.spec()["base"]), adapter=str(folder))


def _merge(job: TrainingJob, folder: Path) -> LocalModel:
    spec = job.folder.spec()
    base = find_base(spec["base"])
    is_nf4 = spec["recipe"]["quantization"] == "nf4"
    model = load_base(base, "nf4" if is_nf4 else "full")
    model = with_adapter(model.dequantize() if is_nf4 else model, job.adapter)
    model.merge_and_unload(safe_merge=True).save_pretrained(str(folder), safe_serialization=True)
    for weights in folder.glob("*.safetensors"):  # safetensors lets nobody else read, such as a server of its own user
        shutil.copymode(folder / "config.json", weights)
    load_tokenizer(base, side="left").save_pretrained(str(folder))
    return LocalModel(f"{folder}@full")


def _parity(job: TrainingJob, exported: LocalModel) -> tuple[int, int, int]:
    """Dev rows that both answered, how many alike, and where rounding decides; one model is in memory at a time."""
    rows = job.folder.dev_rows()[:_ROWS]
    requests = [Request(row.example.id, row.messages) for row in rows]
    trained = LocalModel(str(job.folder.spec()["base"]), adapter=str(job.adapter))
    replies = []
    for model in (trained, exported):
        give_back_memory()
        replies.append(model.answer(requests))
    labels = [_labels(job, rows, said) for said in replies]
    others = [k for k in range(len(rows)) if labels[0][k] != labels[1][k]]
    if others:
        give_back_memory()
    torn = sum(trained.is_torn(requests[k], replies[0][k].text, replies[1][k].text) for k in others)
    return len(rows), len(rows) - len(others), torn


def _labels(job: TrainingJob, rows: Sequence[DevRow], replies: Sequence[Reply]) -> list[tuple[Status, frozenset[str]]]:
    task = task_from_record(job.folder.spec()["task"])
    read = [parse_reply(reply, task, row.example) for reply, row in zip(replies, rows, strict=True)]
    return [(found.status, frozenset(found.labels)) for found in read]
