"""A run: steps of invented tasks that become harder, at learning rates that fall at the end, and a log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import Qwen3ForCausalLM

from study_source.batches import Batch, rows_right
from study_source.muon import Muon
from study_source.network import loss_of

LOG_EVERY = 50  # steps
AVERAGED = 0.998  # share of the averaged weights that a step keeps


@dataclass(frozen=True)
class Plan:
    """How a run goes; everything but rounding follows from it.

    Args:
        steps: how many.
        sequences: of a step.
        length: tokens of a sequence.
        drills: share of the steps that are drills.
        hardest: share of the steps after which tasks are as hard as they get.
        cools: share of the steps after which the learning rates fall to nothing.
        warm_up: steps in which they rise.
        muon_rate: peak learning rate of the layers' matrices.
        adam_rate: that of embeddings and norms.
    """

    steps: int = 4200
    sequences: int = 8
    length: int = 8192
    drills: float = 0.03
    hardest: float = 0.3
    cools: float = 0.4
    warm_up: int = 100
    muon_rate: float = 0.01
    adam_rate: float = 2e-3

    def level(self, step: int) -> float:
        """How hard a step's tasks may be: below 0 drills, 1 as hard as they get."""
        done = step / self.steps
        return -1.0 if done < self.drills else min(1.0, 0.1 + 0.9 * (done - self.drills) / (self.hardest - self.drills))

    def rate(self, step: int) -> float:
        """The learning rates' share of their peaks."""
        left = (self.steps - step) / (self.steps * (1 - self.cools))
        return min(1.0, (step + 1) / self.warm_up, left)


class Trainer:
    """A model in training.

    Args:
        model: the network; trained in place, in bfloat16 products of fp32 weights on a GPU and in fp32 elsewhere.
        plan: how the run goes.
    """

    def __init__(self, model: Qwen3ForCausalLM, plan: Plan) -> None:
        self.model, self.plan = model, plan
        matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
        others = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
        self.optimizers: list[torch.optim.Optimizer] = [
            Muon(matrices, lr=plan.muon_rate),
            torch.optim.AdamW(others, lr=plan.adam_rate, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.averaged = [p.detach().clone() for p in model.parameters()]
        self.step, self.tokens = 0, 0

    def take_step(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """One step; returns its mean loss and the share of rows that are foretold exactly."""
        with autocast(self.model.device.type):
            loss, right = loss_of(self.model, batch)
        loss.mean().backward()
        self._update()
        return loss.detach().mean(), rows_right(batch, right)[1:].float().mean()

    def _update(self) -> None:
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, peak in zip(self.optimizers, (self.plan.muon_rate, self.plan.adam_rate), strict=True):
            optimizer.param_groups[0]["lr"] = peak * self.plan.rate(self.step)
            optimizer.step()
        self.model.zero_grad(set_to_none=True)
        keep = min(AVERAGED, (self.step + 1) / (self.step + 10))
        torch._foreach_lerp_(self.averaged, [p.detach() for p in self.model.parameters()], 1 - keep)
        self.step += 1


def autocast(device: str) -> torch.autocast:
    """Products in bfloat16 on a GPU."""
    return torch.autocast(device, torch.bfloat16, enabled=device == "cuda")


def train(trainer: Trainer, batches: Iterable[Batch], log: Log) -> None:
    """Take a step for each batch.

    Args:
        trainer: the model in training.
        batches: of the plan's shape.
        log: where losses and exact shares are written, as means of LOG_EVERY steps.
    """
    device = trainer.model.device.type
    seen: list[tuple[Tensor, Tensor]] = []
    for batch in batches:
        trainer.tokens += int((batch.packs >= 0).sum())
        seen.append(trainer.take_step(batch.to(device)))
        if len(seen) == LOG_EVERY:
            loss, exact = (torch.stack(values).mean().item() for values in zip(*seen, strict=True))
            level = trainer.plan.level(trainer.step)
            means = {"loss": round(loss, 4), "exact": round(exact, 4), "level": round(level, 3)}
            log.write(step=trainer.step, tokens=trainer.tokens, **means)
            seen.clear()


class Log:
    """Lines of JSON, in a file and on the screen.

    Args:
        path: the file; lines are appended.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.began = path, time.monotonic()

    def write(self, **record: Any) -> None:
        """One line, with the seconds since the log was opened."""
        line = json.dumps({"s": round(time.monotonic() - self.began, 1), **record})
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(line, flush=True)
