"""TRL's trainer, which computes the prefix that the rows of a micro-batch share once: same loss, same gradients.

Rows of a classification task begin alike: definitions, fixed examples and the answer contract come before the posts.
A plain step computes that prefix for each row anew. Here it goes through the model once, with gradients; its keys and
values are expanded over the rows, and only what differs follows. The backward pass sums over the rows what flows back
into the prefix, so the gradients are those of the plain step. Logits are computed only where there is loss.

Three pieces: `divide` cuts a micro-batch into prefix and rest, `lend_prefix` teaches a model's backbone to run the two,
`SharedPrefixTrainer` puts them into TRL's own `compute_loss`, which goes on to scale, accumulate and log as always.

Activation checkpointing would drop the keys and values, so it must be off; labkit's own trainings have it on only where
memory needs it (see `memory.lay_out`). A GPU that a micro-batch does not fill gains memory by it and loses time, so
there both ways are tried first (see `preflight.take_faster_way`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad
from transformers import DynamicCache
from trl import SFTTrainer

from labkit.models.local.attention import can_share
from labkit.training.prefix_groups import PrefixGroups, PrefixSampler, group_rows

_WORTH = 1 / 8  # of a batch's tokens must be saved: two passes cost more than one (tests/bench/training_speed.py)
_IGNORED = -100  # the label of a token without loss, as PyTorch's cross entropy has it
_log = logging.getLogger(__name__)


def _write_log(kind: str, **facts: Any) -> None:
    _log.warning("%s: %s", kind, ", ".join(f"{name}={fact}" for name, fact in facts.items()))


class SharedPrefixTrainer(SFTTrainer):
    """TRL's trainer with shared prefixes; rows with different prefixes (subtasks) meet in micro-batches of their own.

    Where sharing would not be exact or would not pay, TRL's plain path runs, and the event says why.

    Args:
        tell: told once, when training begins: `tell("shared_prefix", on=…, reason=…, …)`; else it goes to the log.
        grouped: so many rows of one prefix follow each other in the order of rows; those of a micro-batch when None.
            A training that goes on with fewer rows at once says how many it began with, and sees the same order.
        arguments: those of `trl.SFTTrainer`.
    """

    def __init__(
        self, *arguments: Any, tell: Callable[..., None] = _write_log, grouped: int | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self._tell = tell
        self._grouped = grouped or (1 if self.args.gradient_checkpointing else self.args.train_batch_size)
        lend_prefix(_language_model(self.model).base_model)

    @cached_property
    def refusal(self) -> str:
        """Why no prefix can be shared, in words; "" when it can."""
        return find_refusal(self)

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        rows = self.train_dataset if train_dataset is None else train_dataset
        self._tell_sharing(rows["input_ids"])
        if self._grouped == 1 or find_lasting_refusal(self):
            return super()._get_train_sampler(train_dataset)
        groups = group_rows(rows["input_ids"], self._grouped)
        if groups.saved < _WORTH or len(groups.rows) == 1:
            return super()._get_train_sampler(train_dataset)
        return self._sampler(groups)

    def _tell_sharing(self, rows: Any) -> None:
        if self.refusal:
            self._tell("shared_prefix", on=False, reason=self.refusal)
            return
        groups = group_rows(rows, self.args.train_batch_size)
        reason = "" if groups.saved >= _WORTH else "the rows begin differently, or soon differ"
        self._tell("shared_prefix", on=not reason, reason=reason, **groups.to_json())

    def _sampler(self, groups: PrefixGroups) -> PrefixSampler:
        seed = self.args.seed if self.args.data_seed is None else self.args.data_seed
        return PrefixSampler(groups, self._grouped, seed)

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """TRL's loss of a micro-batch, which is divided first where that is exact."""
        if not (self.refusal or return_outputs):
            inputs = divide(inputs)
        return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)


def divide(inputs: dict[str, Any]) -> dict[str, Any]:
    """Cut a micro-batch into the prefix that all rows share and the rest of each.

    Args:
        inputs: input_ids, attention_mask and labels, each of shape (rows, tokens); anything else stays undivided.

    Returns:
        shared_prefix (1, prefix), input_ids and counted (rows, tokens - prefix): where the next token carries loss;
        shift_labels (1, counted): those tokens; attention_mask as before. The prefix is empty where it does not pay.
    """
    if set(inputs) != {"input_ids", "attention_mask", "labels"}:
        return inputs
    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    targets = pad(inputs["labels"][:, 1:], (0, 1), value=_IGNORED)
    counted = targets != _IGNORED
    if not counted.any():
        return inputs
    length = shared_length(ids, mask, counted)
    return {
        "shared_prefix": ids[:1, :length],
        "input_ids": ids[:, length:],
        "attention_mask": mask,
        "counted": counted[:, length:],
        "shift_labels": targets[counted][None],
    }


def shares_prefix(inputs: dict[str, Any]) -> bool:
    """Whether the rows of a micro-batch begin alike for so long that dividing it pays by its tokens."""
    found = divide(inputs)
    return "shared_prefix" in found and bool(found["shared_prefix"].shape[1])


def shared_length(ids: Tensor, mask: Tensor, counted: Tensor) -> int:
    """How many tokens the rows begin with alike, before any loss and without padding; 0 where sharing does not pay.

    Args:
        ids: tokens, shape (rows, tokens).
        mask: 0 for padding, same shape.
        counted: where the next token carries loss, same shape.
    """
    alike = (ids == ids[0]).all(0) & mask.bool().all(0) & ~counted.any(0)
    length = int(alike.long().cumprod(0).sum())
    return length if (len(ids) - 1) * length >= _WORTH * ids.numel() else 0


def lend_prefix(backbone: Any) -> None:
    """Teach the layers below the LM head to take a divided micro-batch; called otherwise, they do what they did.

    Args:
        backbone: a transformers model without its head; its `forward` is replaced on this object.
    """
    plain = backbone.forward

    @wraps(plain)
    def forward(
        *arguments: Any, shared_prefix: Tensor | None = None, counted: Tensor | None = None, **named: Any
    ) -> Any:
        if shared_prefix is None or counted is None:
            return plain(*arguments, **named)
        if shared_prefix.shape[1]:
            cache = _expanded(plain, shared_prefix, len(counted))
            named.update(past_key_values=cache, use_cache=True)
        found = plain(*arguments, **named)
        found.last_hidden_state = found.last_hidden_state[counted][None]
        return found

    backbone.forward = forward


def _expanded(plain: Callable[..., Any], prefix: Tensor, rows: int) -> DynamicCache:
    """The prefix's keys and values, seen by each row; nothing is copied until a row's own are appended."""
    cache = DynamicCache()
    plain(input_ids=prefix, past_key_values=cache, use_cache=True)
    for layer in cache.layers:
        layer.keys = layer.keys.expand(rows, -1, -1, -1)
        layer.values = layer.values.expand(rows, -1, -1, -1)
    return cache


def find_refusal(trainer: SFTTrainer) -> str:
    """The first reason why a training's micro-batches cannot be divided with the same result; "" when there is none.

    Args:
        trainer: TRL's, ready to train.
    """
    if trainer.args.train_batch_size == 1:
        return "each micro-batch holds a single row"
    if trainer.args.gradient_checkpointing or _language_model(trainer.model).is_activation_checkpointing:
        return "activation checkpointing would drop the keys and values that rows share"
    return find_lasting_refusal(trainer)


def find_lasting_refusal(trainer: SFTTrainer) -> str:
    """As `find_refusal`, but only for reasons that hold however a step is laid out in memory."""
    args, model = trainer.args, _language_model(trainer.model)
    reasons: Mapping[str, bool] = {
        f"the attention of {model.config.model_type} was not tried, or sees a window only": not can_share(
            model.config.to_dict()
        ),
        "dropout draws for each row anew, a shared prefix once for all": _drops_out(trainer.model),
        "packing or padding-free batches have joined the rows already": trainer.padding_free,
        "the loss is not TRL's own": trainer.compute_loss_func is not None or trainer.label_smoother is not None,
        "experts are balanced over the whole batch": trainer.aux_loss_enabled,
        "the adapter adds virtual tokens": _adds_tokens(trainer.model),
        "the model is sharded or compiled": _is_sharded(trainer) or args.torch_compile,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _language_model(model: Any) -> Any:
    """The transformers model itself, below an adapter."""
    return model.get_base_model() if hasattr(model, "peft_config") else model


def _drops_out(model: Any) -> bool:
    layers = any(isinstance(module, torch.nn.Dropout) and module.p for module in model.modules())
    config = _language_model(model).config.to_dict()
    return layers or any(value for name, value in config.items() if "dropout" in name and isinstance(value, float))


def _adds_tokens(model: Any) -> bool:
    return any(config.is_prompt_learning for config in getattr(model, "peft_config", {}).values())


def _is_sharded(trainer: SFTTrainer) -> bool:
    """Whether each pass through the layers is an exchange with other processes, which must all pass as often."""
    parallel = trainer.accelerator.parallelism_config
    return bool(trainer.is_fsdp_enabled or trainer.is_deepspeed_enabled or (parallel and parallel.total_size > 1))
