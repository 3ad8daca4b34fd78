"""QLoRA, told in order: a base in 4 bits, a small adapter in fp32 over it, TRL's SFTTrainer, an adapter on the disk.

Each step says which trap it avoids; numbers were measured with torch 2.13, trl 1.16, peft 0.21.2, bitsandbytes 0.50.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from math import gcd
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import set_seed
from trl import SFTConfig

from labkit.errors import ModelRefused, TrainingFailed
from labkit.models.chat_format import chat_messages, render_chat
from labkit.models.local.loading import device_and_dtype, few_threads, load_base, load_tokenizer
from labkit.models.model_files import ADAPTER_RECORD, check_base, find_base, fingerprint
from labkit.store.loading import task_from_record
from labkit.tables.atomic import appearing_folder
from labkit.texts import Phrase
from labkit.training.channel import Channel
from labkit.training.checkpoints import Checkpoint, Checkpoints
from labkit.training.corrections import Corrections, corrections_for, seconds_of, seconds_per_step
from labkit.training.devices import count_weights, device_name
from labkit.training.encoding import as_conversation
from labkit.training.held_memory import free_bytes, held_bytes, peak_memory_mb
from labkit.training.job_folder import JobFolder
from labkit.training.launcher_settings import unheeded
from labkit.training.measuring import DevMeasure
from labkit.training.memory import (
    HELD_ON_PROCESSOR,
    Layout,
    Load,
    Need,
    lay_out,
    need_of,
    read_layout,
    write_layout,
)
from labkit.training.micro_batches import MicroBatches
from labkit.training.preflight import forecast, refuse_long_rows, refuse_other_prompts, shown_rows
from labkit.training.ranks import ALONE, Ranks
from labkit.training.recipe import Recipe, Schedule, recipe_from_mapping
from labkit.training.resumable import ResumableTrainer
from labkit.training.rows import TrainingRow
from labkit.training.shards import deal_out, is_dealt_out, most_held
from labkit.training.shared_prefix import refusal_of

_END = 4  # tokens behind an answer that end its turn


def train(folder: JobFolder, ranks: Ranks = ALONE) -> dict[str, Any]:
    """Train what a job's folder asks for, from its newest whole checkpoint if there is one.

    Args:
        folder: a job's folder, held by this process or by the first of those that train along.
        ranks: who trains along.

    Returns:
        The report: state ("finished" or "stopped"), steps, seconds, tokens, loss, peak memory; {} of any process but
        the first.

    Raises:
        BadRecipe: rows are longer than the recipe allows or the base can read, or cannot be shared by the processes.
        ModelRefused: the base has changed, cannot be loaded, or would be trained on other prompts than it will be sent.
    """
    spec = folder.spec()
    recipe = recipe_from_mapping(spec["recipe"], "job.json")
    base = _same_base(spec)
    ranks.share(recipe.batch)
    for problem in unheeded(os.environ, ranks):
        folder.alarm("processes", problem)
    ranks.join()
    tokenizer = load_tokenizer(base, side="right")
    _require_own_end(tokenizer, base)

    rows = folder.rows()
    schedule = recipe.schedule(len(rows))
    dev = DevMeasure(folder, task_from_record(spec["task"]), folder.dev_rows(), recipe, schedule, tokenizer, ranks)
    set_seed(recipe.seed)
    learned = corrections_for(folder, device_name())
    trainer, need = build_trainer(folder, recipe, base, tokenizer, rows, dev, learned, ranks)
    encoded = list(trainer.train_dataset)
    context = int(getattr(trainer.model.config.get_text_config(), "max_position_embeddings", None) or sys.maxsize)
    refuse_long_rows(rows, encoded, recipe, context)
    refuse_other_prompts(rows, encoded, tokenizer)

    newest = ranks.agree(_newest_checkpoint(folder) if ranks.first else None)
    resumed_from = newest.path.name if newest else None
    about = {
        "steps": schedule.steps,
        "rows": len(rows),
        "processes": ranks.processes,
        "in_shards": ranks.sharded,
        **_sizes(trainer, base),
    }
    folder.tell("start", resumed_from=resumed_from, **about)
    for shown in shown_rows(rows, encoded, tokenizer):
        folder.tell("row", **shown)
    with few_threads(trainer.model):
        expected = forecast(trainer, encoded, schedule.steps, need, learned)
        folder.tell("forecast", **expected)
        trainer._total_train_tokens = _tokens_at(folder, newest.step) if newest else 0
        done = _run(trainer, dev, newest, schedule)
    if not ranks.first:
        return {}
    best = _best_checkpoint(folder)
    save_adapter(best.path, folder, spec)
    events = list(folder.events())
    report = {**_report(events, dev, best, done, schedule), "forecast": expected}
    return {**report, "seconds_per_step": seconds_per_step(events)}


def _run(trainer: ResumableTrainer, dev: DevMeasure, newest: Checkpoint | None, schedule: Schedule) -> int:
    """Train from where it stands, unless all is done; the number of steps done."""
    if newest is None:
        dev.measure(trainer.model, 0)
        trainer.train()
        return int(trainer.state.global_step)
    dev.restore(newest.state)
    if newest.step >= schedule.steps or dev.given_up():  # killed between the last checkpoint and the adapter
        return newest.step
    trainer.train(resume_from_checkpoint=str(newest.path))
    return int(trainer.state.global_step)


def build_trainer(
    folder: JobFolder,
    recipe: Recipe,
    base: Path,
    tokenizer: Any,
    rows: Sequence[TrainingRow],
    dev: DevMeasure,
    learned: Corrections,
    ranks: Ranks = ALONE,
) -> tuple[ResumableTrainer, Need]:
    """TRL's trainer around a quantised base with a new adapter, and what it takes in memory by the formula.

    Args:
        folder: where checkpoints and events go.
        recipe: the knobs.
        base: the model's folder.
        tokenizer: pads on the right.
        rows: what to learn; TRL counts the loss on completions only.
        dev: answers dev rows when it is time.
        learned: how far such formulas were off before.
        ranks: who trains along.
    """
    schedule, before = recipe.schedule(len(rows)), held_bytes()
    model = load_base(base, "nf4" if recipe.quantization == "nf4" else "full", for_shards=ranks.sharded)
    need = _need(model, recipe, before, ranks)
    shares = not (recipe.dropout or refusal_of(model))
    model = get_peft_model(model, _adapter(recipe))
    if ranks.sharded:
        deal_out(model, ranks)
    ranks.meet()  # before it is measured what memory the bases of all processes leave
    layout = ranks.agree(_layout(folder, recipe, need, as_tokens(rows, tokenizer), shares, learned, ranks))
    trainer = ResumableTrainer(
        tell=folder.tell,
        grouped=layout.grouped,
        model=model,
        args=_settings(folder, recipe, schedule.steps, layout, ranks),
        train_dataset=Dataset.from_list([as_conversation(row, tokenizer) for row in rows]),
        dev=dev,
        ranks=ranks,
        processing_class=tokenizer,
        callbacks=[Channel(folder, schedule, ranks)],
    )
    if trainer.args.gradient_checkpointing:
        # the trainer does so once training begins, and the forecast tries a step before that
        trainer.model.activation_checkpointing_enable(trainer.args.gradient_checkpointing_kwargs)
    keep_adapter_in_fp32(trainer.model)
    return trainer, need


def _adapter(recipe: Recipe) -> LoraConfig:
    return LoraConfig(
        r=recipe.r,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        use_rslora=recipe.rslora,
        bias="none",
        target_modules="all-linear",  # the MLP matters most (LoRA Without Regret); lm_head stays out
        task_type="CAUSAL_LM",
    )


def _need(model: Any, recipe: Recipe, before: int, ranks: Ranks) -> Need:
    held = 1.0 if device_and_dtype()[0] == "cuda" else HELD_ON_PROCESSOR
    need = need_of(model, _lora_weights(model, recipe.r), _optimizer(recipe), _width(), before, held)
    return replace(need, weights=before + most_held(model, ranks.processes)) if ranks.sharded else need


def _layout(
    folder: JobFolder,
    recipe: Recipe,
    need: Need,
    rows: Sequence[Sequence[int]],
    shares: bool,
    learned: Corrections,
    ranks: Ranks,
) -> Layout:
    """The layout that the job began with, or with other processes than now one that fits; kept for later sessions."""
    began = read_layout(folder)
    if began and (began.processes, began.sharded) == (ranks.processes, ranks.sharded):
        return began
    room = free_bytes(ranks.here) / max(1.0, learned.memory)
    share = ranks.share(recipe.batch)
    asked = gcd(recipe.micro_batch, share) if recipe.micro_batch else None

    def load_of(at_once: int) -> Load:
        grouped = began.grouped if began else at_once * ranks.processes
        return MicroBatches(rows, grouped, shares and at_once > 1).load(at_once)

    layout = lay_out(need, room, load_of, share, asked)
    layout = layout.dealt_out(ranks.processes, began, sharded=ranks.sharded)
    write_layout(folder, layout)
    return layout


def as_tokens(rows: Sequence[TrainingRow], tokenizer: Any) -> list[list[int]]:
    """The tokens of each row, with its answer and room for its end."""
    texts = [render_chat(chat_messages(row.messages, tokenizer), tokenizer) + row.answer for row in rows]
    end = [tokenizer.eos_token_id] * _END
    return [ids + end for ids in tokenizer(texts, add_special_tokens=False)["input_ids"]]


def _lora_weights(model: Any, r: int) -> int:
    """Weights of an adapter over all linear layers; lm_head stays out."""
    head = model.get_output_embeddings()
    linear = [m for m in model.modules() if hasattr(m, "in_features") and hasattr(m, "out_features") and m is not head]
    return sum(r * (module.in_features + module.out_features) for module in linear)


def _width() -> int:
    return 4 if device_and_dtype()[1] == torch.float32 else 2


def _optimizer(recipe: Recipe) -> str:
    on_gpu = device_and_dtype()[0] == "cuda"
    return "paged_adamw_8bit" if on_gpu and recipe.quantization == "nf4" else "adamw_torch"


def _settings(folder: JobFolder, recipe: Recipe, steps: int, layout: Layout, ranks: Ranks) -> SFTConfig:
    device, dtype = device_and_dtype()
    on_gpu = device == "cuda"
    return SFTConfig(
        output_dir=str(folder.checkpoints),
        max_steps=steps,
        per_device_train_batch_size=layout.at_once,
        gradient_accumulation_steps=ranks.share(recipe.batch) // layout.at_once,
        average_tokens_across_devices=True,  # the loss is the mean over the answers' tokens of all processes
        ddp_find_unused_parameters=False,  # each pass uses every weight of the adapter
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.05,  # below 1 it is a share of all steps
        weight_decay=0.0,
        max_grad_norm=1.0,
        optim=_optimizer(recipe),
        bf16=dtype == torch.bfloat16,
        fp16=dtype == torch.float16,
        use_cpu=not on_gpu,
        gradient_checkpointing=layout.checkpointing,
        dataloader_pin_memory=on_gpu,
        max_length=None,  # TRL would cut; `refuse_long_rows` refuses
        packing=False,
        completion_only_loss=True,
        logging_steps=1,
        logging_nan_inf_filter=False,  # it would show the mean of the losses before instead
        save_strategy="no",  # `Channel` says when, `Checkpoints` what goes
        report_to="none",
        disable_tqdm=True,
        seed=recipe.seed,
        data_seed=recipe.seed,
    )


def keep_adapter_in_fp32(model: Any) -> None:
    """Undo TRL's cast of LoRA weights to bf16 over a quantised base.

    bf16 has 8 significant bits: at the end of a cosine (1e-5) 80 % of the updates would be lost (peft#2889).
    """
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()


def save_adapter(checkpoint: Path, folder: JobFolder, spec: dict[str, Any]) -> None:
    """Make a checkpoint's weights the adapter, with what it was trained on; it appears whole."""
    record = {key: spec[key] for key in ("base", "base_fingerprint", "dataset", "prompt_sha256", "rows_sha256")}
    shutil.rmtree(folder.path / "adapter.new", ignore_errors=True)  # of a process killed between the renames below
    with appearing_folder(folder.path / "adapter.new") as temporary:
        for name in ("adapter_model.safetensors", "adapter_config.json"):
            shutil.copyfile(checkpoint / name, temporary / name)
        _forget_place(temporary / "adapter_config.json", spec["base"])
        quantization = spec["recipe"]["quantization"]
        text = json.dumps(
            {**record, "quantization": quantization, "job": folder.path.name}, ensure_ascii=False, indent=1
        )
        (temporary / ADAPTER_RECORD).write_text(text + "\n", encoding="utf-8")
    if folder.adapter.exists():
        folder.adapter.rename(folder.path / f"adapter.{int(time.time())}")
    (folder.path / "adapter.new").rename(folder.adapter)


def _newest_checkpoint(folder: JobFolder) -> Checkpoint | None:
    """Where to go on from; each newer checkpoint that is damaged is told of."""
    checkpoints = Checkpoints(folder.checkpoints)
    checkpoints.sweep()
    newest, broken = checkpoints.newest()
    for name, problem in broken.items():
        folder.alarm("checkpoint", Phrase("alarm.checkpoint", {"name": name, "problem": problem}))
    return newest


def _tokens_at(folder: JobFolder, step: int) -> int:
    """Tokens trained on until a step; TRL counts each session's from 0."""
    told = [event["tokens"] for event in folder.events() if event["kind"] == "step" and event["step"] == step]
    return int(told[-1]) if told else 0


def _same_base(spec: dict[str, Any]) -> Path:
    base = find_base(spec["base"])
    check_base(base)
    if fingerprint(base) != spec["base_fingerprint"]:
        raise ModelRefused.told("error.job.base_changed", base=spec["base"])
    return base


def _require_own_end(tokenizer: Any, base: Path) -> None:
    """Padding is left out of the loss; if it were the end token, the model would never learn to stop (trl#1623)."""
    if tokenizer.pad_token_id == tokenizer.eos_token_id:
        raise ModelRefused.told("error.training.padding", base=base)


def _forget_place(config: Path, base: str) -> None:
    """The adapter names its base as labkit does, not by a path of this machine."""
    found = json.loads(config.read_text(encoding="utf-8"))
    found["base_model_name_or_path"] = base
    config.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _sizes(trainer: ResumableTrainer, base: Path) -> dict[str, int]:
    trainable = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
    whole = count_weights(base) if is_dealt_out(trainer.model) else trainer.model.num_parameters() - trainable
    return {"adapter_parameters": trainable, "base_parameters": whole}


def _best_checkpoint(folder: JobFolder) -> Checkpoint:
    found = Checkpoints(folder.checkpoints).best()
    if found is None:
        raise TrainingFailed.told("error.training.no_checkpoint", folder=folder.checkpoints)
    return found


def _report(
    events: Sequence[dict[str, Any]], dev: DevMeasure, best: Checkpoint, done: int, schedule: Schedule
) -> dict[str, Any]:
    told = [event for event in events if event["kind"] == "step"]
    early = done < schedule.steps and dev.given_up()
    return {
        "state": "finished" if early or done >= schedule.steps else "stopped",
        "steps": done,
        "stopped_early": early,
        "seconds": seconds_of(events),
        "tokens": told[-1]["tokens"],
        "first_loss": told[0]["loss"],
        "loss": told[-1]["loss"],
        "best_step": best.step,
        "dev_macro_f1": best.score,
        "base_dev_macro_f1": dev.score_at(0),
        "peak_memory_mb": peak_memory_mb(),
    }
