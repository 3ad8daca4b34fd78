"""Before the first step: does every row fit, does the model read what it will be asked, and what will it take?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import inf
from typing import Any

from labkit.errors import BadRecipe, ModelRefused
from labkit.models.chat_format import chat_messages, render_chat
from labkit.training.corrections import Corrections
from labkit.training.devices import device_name
from labkit.training.held_memory import peak_memory_mb
from labkit.training.memory import Need
from labkit.training.micro_batches import MicroBatches
from labkit.training.recipe import Recipe
from labkit.training.rows import TrainingRow
from labkit.training.shards import is_dealt_out

Encoded = Sequence[Mapping[str, Any]]  # rows as TRL made them: input_ids, and which of them carry loss
_MB = 1 << 20
_CLEARLY = 0.95  # of the other way's seconds; less is noise
# Seconds a layer that starting a pass's kernels takes, for base weights as they are and in 4 bits, however few tokens
# there are: 226 ms for 28 layers and 398 ms for 36, on an H200 (tests/bench/training_speed_gpu.py).
_START_LAYER, _START_PACKED_LAYER = 0.008, 0.011
_PREVIEW = 60  # tokens of a shown row


def refuse_long_rows(rows: Sequence[TrainingRow], encoded: Encoded, recipe: Recipe, context: int) -> None:
    """Rows are trained on whole or not at all.

    Args:
        rows: what to learn.
        encoded: the same rows as tokens.
        recipe: says how many tokens a row may take.
        context: how many tokens the base can read.

    Raises:
        BadRecipe: some are longer; they are counted, and the longest is named.
    """
    limit = min(recipe.max_length, context)
    long = [(len(line["input_ids"]), row.id) for row, line in zip(rows, encoded, strict=True)]
    long = sorted((length, name) for length, name in long if length > limit)
    if not long:
        return
    length, name = long[-1]
    what = "max_length" if limit == recipe.max_length else "context"
    fits = "" if length <= context else "_for_any"
    key = f"error.preflight.over_{what}{fits}"
    raise BadRecipe.told(key, long=len(long), rows=len(rows), limit=limit, name=name, length=length)


def refuse_other_prompts(rows: Sequence[TrainingRow], encoded: Encoded, tokenizer: Any) -> None:
    """Hold what is read in training, token by token, against what the tuned model will be sent.

    Raises:
        ModelRefused: they differ, as when a chat template writes a finished answer otherwise than the start of one.
    """
    for row, line in zip(rows, encoded, strict=True):
        text = render_chat(chat_messages(row.messages, tokenizer), tokenizer)
        sent = tokenizer(text, add_special_tokens=False)["input_ids"]
        read = [token for token, counts in zip(line["input_ids"], carries_loss(line), strict=True) if not counts]
        if list(read) == list(sent):
            continue
        place = next((k for k, pair in enumerate(zip(read, sent, strict=False)) if pair[0] != pair[1]), len(sent))
        shown = [tokenizer.decode(ids[place : place + 4]) for ids in (read, sent)]
        raise ModelRefused.told("error.preflight.other_tokens", row=row.id, place=place, read=shown[0], sent=shown[1])


def carries_loss(line: Mapping[str, Any]) -> list[bool]:
    """Which tokens of a row are learnt."""
    return [label != -100 for label in line["labels"]] if "labels" in line else list(map(bool, line["completion_mask"]))


def shown_rows(rows: Sequence[TrainingRow], encoded: Encoded, tokenizer: Any) -> Iterator[dict[str, Any]]:
    """The first row, the shortest and the longest: the end of what is only read, and each token that is learnt."""
    order = sorted(range(len(rows)), key=lambda k: len(encoded[k]["input_ids"]))
    for k in dict.fromkeys((0, order[0], order[-1])):
        ids, counted = encoded[k]["input_ids"], carries_loss(encoded[k])
        read = [token for token, counts in zip(ids, counted, strict=True) if not counts]
        learnt = [tokenizer.decode([token]) for token, counts in zip(ids, counted, strict=True) if counts]
        about = {"id": rows[k].id, "tokens": len(ids), "answer_tokens": len(learnt)}
        yield {**about, "read": tokenizer.decode(read)[-400:], "learnt": learnt[:_PREVIEW]}


def forecast(trainer: Any, encoded: Encoded, steps: int, need: Need, learned: Corrections) -> dict[str, Any]:
    """What the training will take: by formulas, corrected by earlier trainings, then by a pass over the heaviest rows.

    Args:
        trainer: before its first step; left as it was, but for the way it takes its passes (`take_faster_way`).
        encoded: the rows as tokens.
        steps: optimizer steps to do.
        need: bytes by the formula.
        learned: what the formulas are to be multiplied with.

    Returns:
        rows_at_once, checkpointing, longest_tokens of a row, tokens_at_once that pass through the layers at most;
        memory_mb and seconds for all steps without measurements on dev rows and checkpoints, corrected;
        formula_memory_mb and formula_seconds_per_step before that; measured_memory_mb of the pass; learned_from: how
        many trainings.
    """
    at_once, checkpointing = trainer.args.per_device_train_batch_size, bool(trainer.args.gradient_checkpointing)
    took, batches = _try_heaviest(trainer, [line["input_ids"] for line in encoded], at_once)
    load = batches.load(at_once)
    expected = need.total(load, checkpointing)
    a_pass = mean_pass(took, batches.mean_tokens(at_once) / load.tokens, _to_start(trainer))
    a_step = a_pass * trainer.args.gradient_accumulation_steps
    return {
        "rows_at_once": at_once,
        "checkpointing": checkpointing,
        "longest_tokens": max(map(len, batches.rows)),
        "tokens_at_once": load.tokens,
        "memory_mb": int(expected * learned.memory) // _MB,
        "formula_memory_mb": expected // _MB,
        "measured_memory_mb": peak_memory_mb(),
        "seconds": round(a_step * steps * learned.seconds, 1),
        "formula_seconds_per_step": round(a_step, 4),
        "learned_from": learned.trainings,
        "device": device_name(),
    }


def mean_pass(heaviest: float, share: float, to_start: float) -> float:
    """Seconds of an average pass: fewer tokens take less, but no less than it takes to start the kernels.

    Args:
        heaviest: seconds of the pass with most tokens.
        share: tokens of an average pass over those of that one.
        to_start: seconds of any pass that has hardly a token; it was measured on one machine, the pass on this one.
    """
    return max(heaviest * share, min(heaviest, to_start))


def _to_start(trainer: Any) -> float:
    """As for `mean_pass`; a processor has nothing to start."""
    if trainer.args.device.type == "cpu":
        return 0.0
    base = trainer.model.get_base_model()
    a_layer = _START_PACKED_LAYER if getattr(base, "is_loaded_in_4bit", False) else _START_LAYER
    return float(a_layer * base.config.get_text_config().num_hidden_layers)


def _try_heaviest(trainer: Any, rows: Sequence[Sequence[int]], at_once: int) -> tuple[float, MicroBatches]:
    """Seconds of a pass forward and backward over the heaviest micro-batch; nothing of it stays."""
    batches = MicroBatches(rows, trainer.grouped, shares=not trainer.refusal)
    trainer.model.train()
    with _leaving_no_trace(trainer):
        if trainer.args.device.type != "cpu":
            batches = _by_faster_way(trainer, batches, at_once)
            _pass(trainer, _collated(trainer, batches.heaviest(at_once)))  # a GPU loads its kernels in the first
        return _pass(trainer, _collated(trainer, batches.heaviest(at_once))), batches


def _by_faster_way(trainer: Any, batches: MicroBatches, at_once: int) -> MicroBatches:
    """The micro-batches as they are after `take_faster_way`, which tries the heaviest of those that share a prefix.

    Not with a base in shards: processes that measured otherwise would not pass as often.
    """
    if is_dealt_out(trainer.model):
        return batches
    if sharing := batches.heaviest_sharing(at_once):
        batch = _collated(trainer, sharing)
        _pass(trainer, batch)  # loads kernels, as above
        take_faster_way(trainer, batch)
    return replace(batches, shares=not trainer.refusal)


def _collated(trainer: Any, rows: Sequence[int]) -> Any:
    return trainer._prepare_inputs(trainer.data_collator([trainer.train_dataset[row] for row in rows]))


def take_faster_way(trainer: Any, batch: Mapping[str, Any]) -> float:
    """Seconds of a pass over rows; they share their prefix no longer where a plain pass takes clearly less.

    A GPU that a micro-batch does not fill takes about as long for few tokens as for many, and what attention does for
    packed rows is a little more to start; it takes less memory even then (tests/bench/training_speed_gpu.py).

    Args:
        trainer: before its first step, its kernels loaded; its `refusal` is set where the plain pass is taken.
        batch: the heaviest rows that share a prefix.
    """
    from labkit.training.packed_rows import shares_prefix

    if trainer.refusal or not shares_prefix(dict(batch)):
        return _pass(trainer, batch)
    trainer.refusal = "for comparison"
    plain = _seconds_unless_full(trainer, batch)
    trainer.refusal = ""
    _forget_peak()
    shared = _pass(trainer, batch)
    if plain > _CLEARLY * shared:
        return shared
    trainer.refusal = f"a plain pass is faster here: {plain:.3f} against {shared:.3f} s over the longest rows"
    return _pass(trainer, batch)  # once more, for its memory


def _seconds_unless_full(trainer: Any, batch: Mapping[str, Any]) -> float:
    """Seconds of a pass, endless where there is no memory for it."""
    import torch

    try:
        return _pass(trainer, batch)
    except torch.OutOfMemoryError:
        return inf


def _forget_peak() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def _pass(trainer: Any, batch: Mapping[str, Any]) -> float:
    """Seconds of one pass forward and backward."""
    began = time.monotonic()
    with trainer.accelerator.autocast():  # the Trainer enters it only once it trains
        loss = trainer.compute_loss(trainer.model, dict(batch))
    trainer.accelerator.backward(loss)
    _wait_for(trainer.args.device)
    return time.monotonic() - began


def _wait_for(device: Any) -> None:
    """Wait until a GPU has done what it was given; a processor returns only then."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize(device)


@contextmanager
def _leaving_no_trace(trainer: Any) -> Iterator[None]:
    """Random numbers, gradients and TRL's counts as they were."""
    import torch

    tokens = trainer._total_train_tokens
    try:
        with torch.random.fork_rng():
            yield
    finally:
        trainer.model.zero_grad(set_to_none=True)
        trainer._total_train_tokens = tokens
        trainer._metrics["train"].clear()
