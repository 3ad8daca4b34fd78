"""TRL's trainer, which computes the prefix that the rows of a micro-batch share once: same loss, same gradients.

Rows of a classification task begin alike: definitions, fixed examples and the answer contract come before the posts.
A plain step computes that prefix for each row anew. Here a micro-batch goes through the model as one sequence: the
prefix, then what is each row's own. The backward pass sums over the rows what flows back into the prefix, so the
gradients are those of the plain step. Logits are computed only where there is loss.

`packed_rows` lays a micro-batch out and keeps its rows apart in attention; `SharedPrefixTrainer` puts that into TRL's
own `compute_loss`, which goes on to scale, accumulate and log as always, and brings rows of one prefix together. A GPU
that a micro-batch does not fill may win nothing by it, so there both ways are tried first (see
`preflight.take_faster_way`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import torch
from trl import SFTTrainer

from labkit.models.local.attention import can_share
from labkit.models.local.loading import language_model
from labkit.training.packed_rows import WORTH, pack, take_packed_rows
from labkit.training.prefix_groups import PrefixGroups, PrefixSampler, group_rows

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
        self.grouped = grouped or self.args.train_batch_size
        if not find_lasting_refusal(self):
            take_packed_rows(language_model(self.model))

    @cached_property
    def refusal(self) -> str:
        """Why no prefix can be shared, in words; "" when it can."""
        return find_refusal(self)

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        rows = self.train_dataset if train_dataset is None else train_dataset
        self._tell_sharing(rows["input_ids"])
        if self.grouped == 1 or find_lasting_refusal(self):
            return super()._get_train_sampler(train_dataset)
        groups = group_rows(rows["input_ids"], self.grouped)
        if groups.saved < WORTH or len(groups.rows) == 1:
            return super()._get_train_sampler(train_dataset)
        return self._sampler(groups)

    def _tell_sharing(self, rows: Any) -> None:
        if self.refusal:
            self._tell("shared_prefix", on=False, reason=self.refusal)
            return
        groups = group_rows(rows, self.args.train_batch_size)
        reason = "" if groups.saved >= WORTH else "the rows begin differently, or soon differ"
        self._tell("shared_prefix", on=not reason, reason=reason, **groups.to_json())

    def _sampler(self, groups: PrefixGroups) -> PrefixSampler:
        seed = self.args.seed if self.args.data_seed is None else self.args.data_seed
        return PrefixSampler(groups, self.grouped, seed)

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """TRL's loss of a micro-batch, which is packed first where that is exact."""
        if not (self.refusal or return_outputs):
            inputs = pack(inputs)
        return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)


def find_refusal(trainer: SFTTrainer) -> str:
    """The first reason why a training's micro-batches cannot be packed with the same result; "" when there is none.

    Args:
        trainer: TRL's, ready to train.
    """
    if trainer.args.train_batch_size == 1:
        return "each micro-batch holds a single row"
    return find_lasting_refusal(trainer)


def find_lasting_refusal(trainer: SFTTrainer) -> str:
    """As `find_refusal`, but only for reasons that hold however a step is laid out in memory."""
    args = trainer.args
    reasons: Mapping[str, bool] = {
        "packing or padding-free batches have joined the rows already": trainer.padding_free,
        "the loss is not TRL's own": trainer.compute_loss_func is not None or trainer.label_smoother is not None,
        "the adapter adds virtual tokens": _adds_tokens(trainer.model),
        "the model is sharded or compiled": _is_sharded(trainer) or args.torch_compile,
    }
    return refusal_of(trainer.model) or next((reason for reason, holds in reasons.items() if holds), "")


def refusal_of(model: Any) -> str:
    """As `find_lasting_refusal`, but only for reasons that lie in the model itself, with or without its adapter."""
    config = language_model(model).config
    text = config.get_text_config()
    reasons: Mapping[str, bool] = {
        f"the attention of {config.model_type} was not tried, or sees a window only": not can_share(config.to_dict()),
        "dropout draws for each row anew, a shared prefix once for all": _drops_out(model),
        "experts are balanced over the whole batch": hasattr(text, "output_router_logits")
        and getattr(text, "router_aux_loss_coef", 0.0) != 0.0,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _drops_out(model: Any) -> bool:
    layers = any(isinstance(module, torch.nn.Dropout) and module.p for module in model.modules())
    config = language_model(model).config.to_dict()
    return layers or any(value for name, value in config.items() if "dropout" in name and isinstance(value, float))


def _adds_tokens(model: Any) -> bool:
    return any(config.is_prompt_learning for config in getattr(model, "peft_config", {}).values())


def _is_sharded(trainer: SFTTrainer) -> bool:
    """Whether each pass through the layers is an exchange with other processes, which must all pass as often."""
    parallel = trainer.accelerator.parallelism_config
    return bool(trainer.is_fsdp_enabled or trainer.is_deepspeed_enabled or (parallel and parallel.total_size > 1))
