"""QLoRA, told in order: a base in 4 bits, a small adapter in fp32 over it, TRL's SFTTrainer, an adapter on the disk.

Each step says which trap it avoids; numbers were measured with torch 2.13, trl 1.16, peft 0.21.2, bitsandbytes 0.50.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import PreTrainedTokenizerBase, TrainerCallback, set_seed
from trl import SFTConfig, SFTTrainer

from labkit.errors import BadRecipe, ModelRefused
from labkit.models.chat_format import TEMPLATE_OPTIONS, chat_messages
from labkit.models.local.loading import SMALL, device_and_dtype, few_threads, load_base, load_tokenizer
from labkit.models.model_files import ADAPTER_RECORD, check_base, find_base, fingerprint
from labkit.tables.atomic import appearing_folder
from labkit.training.checkpoints import Checkpoints
from labkit.training.job_folder import JobFolder
from labkit.training.recipe import Recipe, recipe_from_mapping
from labkit.training.resumable import ResumableTrainer
from labkit.training.rows import TrainingRow

_CHECKPOINTS = 8  # in a whole training: a kill costs an eighth of it at most
_PREVIEW = 60  # tokens of the shown row


def train(folder: JobFolder) -> dict[str, Any]:
    """Train what a job's folder asks for, from its newest whole checkpoint if there is one.

    Args:
        folder: a job's folder, held by this process.

    Returns:
        The report: state ("finished" or "stopped"), steps, seconds, tokens, loss, peak memory.

    Raises:
        BadRecipe: a row is longer than the recipe allows.
        ModelRefused: the base has changed, cannot be loaded, or cannot be trained.
    """
    spec = folder.spec()
    recipe = recipe_from_mapping(spec["recipe"], "job.json")
    base = _same_base(spec)
    tokenizer = load_tokenizer(base, side="right")
    _require_own_end(tokenizer, base)

    rows = folder.rows()
    data = Dataset.from_list([as_conversation(row, tokenizer) for row in rows])
    steps = recipe.steps(len(rows))
    set_seed(recipe.seed)
    trainer = build_trainer(folder, recipe, base, tokenizer, data, steps)
    _refuse_long_rows(trainer, rows, recipe)

    newest = _newest_checkpoint(folder)
    folder.tell("start", steps=steps, rows=len(rows), resumed_from=newest.name if newest else None, **_sizes(trainer))
    folder.tell("row", id=rows[0].id, **trained_tokens(trainer.train_dataset[0], tokenizer))
    began = time.monotonic()
    with few_threads(trainer.model):
        trainer.train(resume_from_checkpoint=str(newest) if newest else None)
    save_adapter(trainer.model, folder, spec)
    return _report(trainer, steps, time.monotonic() - began)


def build_trainer(
    folder: JobFolder, recipe: Recipe, base: Path, tokenizer: Any, data: Dataset, steps: int
) -> SFTTrainer:
    """TRL's trainer around a quantised base with a new adapter.

    Args:
        folder: where checkpoints and events go.
        recipe: the knobs.
        base: the model's folder.
        tokenizer: pads on the right.
        data: rows {"prompt", "completion"} of messages; TRL counts the loss on completions only.
        steps: how many optimizer steps to take.
    """
    model = load_base(base, "nf4" if recipe.quantization == "nf4" else "full")
    small = model.num_parameters() < SMALL
    at_once = recipe.batch if small else 1 + (recipe.batch % 2 == 0)  # rows in memory; they must divide the batch
    trainer = ResumableTrainer(
        model=model,
        args=_settings(folder, recipe, steps, at_once),
        train_dataset=data,
        processing_class=tokenizer,
        peft_config=LoraConfig(
            r=recipe.r,
            lora_alpha=recipe.alpha,
            lora_dropout=0.0,
            bias="none",
            target_modules="all-linear",  # the MLP matters most (LoRA Without Regret); lm_head stays out
            task_type="CAUSAL_LM",
        ),
        callbacks=[_Channel(folder)],
    )
    keep_adapter_in_fp32(trainer.model)
    return trainer


def _settings(folder: JobFolder, recipe: Recipe, steps: int, at_once: int) -> SFTConfig:
    device, dtype = device_and_dtype()
    on_gpu = device == "cuda"
    return SFTConfig(
        output_dir=str(folder.checkpoints),
        max_steps=steps,
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=recipe.batch // at_once,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.05,  # below 1 it is a share of all steps
        weight_decay=0.0,
        max_grad_norm=1.0,
        optim="paged_adamw_8bit" if on_gpu and recipe.quantization == "nf4" else "adamw_torch",
        bf16=dtype == torch.bfloat16,
        fp16=dtype == torch.float16,
        use_cpu=not on_gpu,
        gradient_checkpointing=on_gpu,
        dataloader_pin_memory=on_gpu,
        max_length=None,  # TRL would cut; `_refuse_long_rows` refuses
        packing=False,
        completion_only_loss=True,
        logging_steps=1,
        save_strategy="steps",
        save_steps=max(1, steps // _CHECKPOINTS),
        save_total_limit=None,  # `Checkpoints` says which go
        report_to="none",
        disable_tqdm=True,
        seed=recipe.seed,
        data_seed=recipe.seed,
    )


def as_conversation(row: TrainingRow, tokenizer: Any) -> dict[str, Any]:
    """A row in TRL's prompt/completion form, its messages exactly as `LocalModel` sends them."""
    return {
        "prompt": chat_messages(row.messages, tokenizer),
        "completion": [{"role": "assistant", "content": row.answer}],
        "chat_template_kwargs": TEMPLATE_OPTIONS,
    }


def keep_adapter_in_fp32(model: Any) -> None:
    """Undo TRL's cast of LoRA weights to bf16 over a quantised base.

    bf16 has 8 significant bits: at the end of a cosine (1e-5) 80 % of the updates would be lost (peft#2889).
    """
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()


def trained_tokens(encoded: dict[str, Any], tokenizer: PreTrainedTokenizerBase) -> dict[str, Any]:
    """Which tokens of a row carry loss: the end of what is only read, and each token that is learnt."""
    ids = encoded["input_ids"]
    counted = [label != -100 for label in encoded["labels"]] if "labels" in encoded else encoded["completion_mask"]
    read = [token for token, counts in zip(ids, counted, strict=True) if not counts]
    learnt = [tokenizer.decode([token]) for token, counts in zip(ids, counted, strict=True) if counts]
    return {"tokens": len(ids), "read": tokenizer.decode(read)[-400:], "learnt": learnt[:_PREVIEW]}


def save_adapter(model: Any, folder: JobFolder, spec: dict[str, Any]) -> None:
    """Write the adapter, and beside it what it was trained on; it appears whole, in place of an older one."""
    record = {key: spec[key] for key in ("base", "base_fingerprint", "dataset", "prompt_sha256", "rows_sha256")}
    with appearing_folder(folder.path / "adapter.new") as temporary:
        model.save_pretrained(str(temporary), safe_serialization=True)
        _forget_place(temporary / "adapter_config.json", spec["base"])
        (temporary / "README.md").unlink(missing_ok=True)  # PEFT's empty form
        quantization = spec["recipe"]["quantization"]
        text = json.dumps(
            {**record, "quantization": quantization, "job": folder.path.name}, ensure_ascii=False, indent=1
        )
        (temporary / ADAPTER_RECORD).write_text(text + "\n", encoding="utf-8")
    if folder.adapter.exists():
        folder.adapter.rename(folder.path / f"adapter.{int(time.time())}")
    (folder.path / "adapter.new").rename(folder.adapter)


class _Channel(TrainerCallback):
    """Events for whoever watches, the STOP file, and the mark on finished checkpoints."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder
        self._began = 0.0
        self._first = 0
        self._tokens: float | None = None  # TRL's count goes on over a resume; the pace is of this session

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._began, self._first = time.monotonic(), state.global_step

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        if not logs or "loss" not in logs:
            return
        seconds = time.monotonic() - self._began
        done = max(1, state.global_step - self._first)
        tokens = float(logs.get("num_tokens", 0))
        if self._tokens is None:
            self._tokens = tokens - tokens / state.global_step
        self._folder.tell(
            "step",
            step=state.global_step,
            steps=state.max_steps,
            loss=float(logs["loss"]),
            grad_norm=float(logs.get("grad_norm", 0.0)),
            learning_rate=float(logs.get("learning_rate", 0.0)),
            tokens=int(tokens),
            tokens_per_second=round((tokens - self._tokens) / seconds, 1),
            eta_s=round(seconds / done * (state.max_steps - state.global_step), 1),
        )

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._folder.stop_file.exists():
            control.should_save = control.should_training_stop = True

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._folder.tell("save", step=state.global_step, checkpoint=f"checkpoint-{state.global_step}")


def _newest_checkpoint(folder: JobFolder) -> Path | None:
    """Where to go on from; each newer checkpoint that is damaged is told of."""
    checkpoints = Checkpoints(folder.checkpoints)
    checkpoints.sweep()
    newest, broken = checkpoints.newest()
    for name, problem in broken.items():
        folder.tell("alarm", about="checkpoint", problem=f"{name} is passed over: {problem}")
    return newest.path if newest else None


def _same_base(spec: dict[str, Any]) -> Path:
    base = find_base(spec["base"])
    check_base(base)
    if fingerprint(base) != spec["base_fingerprint"]:
        raise ModelRefused(f"The model {spec['base']} has changed since the job was made", "Train under another name")
    return base


def _require_own_end(tokenizer: Any, base: Path) -> None:
    """Padding is left out of the loss; if it were the end token, the model would never learn to stop (trl#1623)."""
    if tokenizer.pad_token_id == tokenizer.eos_token_id:
        raise ModelRefused(
            f"The tokenizer of {base} pads with its end token, so the end would never be learnt",
            "Give it another pad_token in tokenizer_config.json",
        )


def _refuse_long_rows(trainer: SFTTrainer, rows: tuple[TrainingRow, ...], recipe: Recipe) -> None:
    for row, ids in zip(rows, trainer.train_dataset["input_ids"], strict=True):
        if len(ids) > recipe.max_length:
            raise BadRecipe(
                f"The row {row.id} takes {len(ids)} tokens, max_length allows {recipe.max_length}",
                "Raise max_length in the recipe, shorten the prompt, or leave the row out",
            )


def _forget_place(config: Path, base: str) -> None:
    """The adapter names its base as labkit does, not by a path of this machine."""
    found = json.loads(config.read_text(encoding="utf-8"))
    found["base_model_name_or_path"] = base
    config.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _sizes(trainer: SFTTrainer) -> dict[str, int]:
    trainable = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
    return {"adapter_parameters": trainable, "base_parameters": trainer.model.num_parameters() - trainable}


def _report(trainer: SFTTrainer, steps: int, seconds: float) -> dict[str, Any]:
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    done = trainer.state.global_step
    return {
        "state": "finished" if done >= steps else "stopped",
        "steps": done,
        "seconds": round(seconds, 1),
        "tokens": int(trainer.state.log_history[-2].get("num_tokens", 0)) if len(losses) else 0,
        "first_loss": losses[0] if losses else None,
        "loss": losses[-1] if losses else None,
        "peak_memory_mb": _peak_memory_mb(),
    }


def _peak_memory_mb() -> int | None:
    """The most memory this process held: of the GPU when there is one, else resident (None on Windows)."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated() >> 20)
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
