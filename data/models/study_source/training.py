"""The long patient run: steps of invented packs, checkpoints that a killed run continues from exactly, and a log."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import Qwen3ForCausalLM

from study_source.muon import Muon
from study_source.network import loss_of, rows_right
from study_source.stream import Pack, invent_pack

SEED = 20261126
WARM_UP = 30  # steps
LOWEST = -0.1  # the first level: below 0 are drills
LATE_DRILLS = 0.05  # share of the packs afterwards
AVERAGED = 0.995  # share of the averaged weights that a step keeps


@dataclass(frozen=True)
class Plan:
    """How a run goes; everything in a step follows from the plan and the step's number.

    Args:
        level_steps: steps, of those in which enough rows are answered rightly, until the hardest level is reached.
        level_share: the share of rows that is enough; a step of less does not make the next one harder.
        packs: packs of a step.
        muon_rate: peak learning rate of the layers' matrices.
        adam_rate: that of embeddings and norms.
        cool_from: the step from which rates fall, None for never.
        cool_steps: in so many steps they fall to nothing.
    """

    level_steps: int = 800
    level_share: float = 0.35
    packs: int = 3
    muon_rate: float = 0.001
    adam_rate: float = 3e-4
    cool_from: int | None = None
    cool_steps: int = 600

    @property
    def ends(self) -> int:
        """The step at which rates have fallen to nothing."""
        return (self.cool_from or 0) + self.cool_steps

    def rate(self, step: int) -> float:
        """The learning rates' share of their peaks."""
        warm = min(1.0, (step + 1) / WARM_UP)
        if self.cool_from is None or step < self.cool_from:
            return warm
        return max(0.0, 1 - (step - self.cool_from) / self.cool_steps)


class Trainer:
    """A model in training, with all that a run needs to go on exactly where it was.

    Args:
        model: the network; trained in place.
        tokenizer: its tokenizer.
        plan: how the run goes.
    """

    def __init__(self, model: Qwen3ForCausalLM, tokenizer: Any, plan: Plan) -> None:
        self.model, self.tokenizer, self.plan = model, tokenizer, plan
        matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
        others = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
        self.optimizers: list[torch.optim.Optimizer] = [
            Muon(matrices, lr=plan.muon_rate),
            torch.optim.AdamW(others, lr=plan.adam_rate, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.averaged = [p.detach().clone() for p in model.parameters()]
        self.step, self.tokens = 0, 0
        self.level, self.exact = LOWEST, 0.0  # how hard tasks have become, and the share of rows answered rightly

    def packs(self) -> Iterator[Pack]:
        """The packs of the next step: drills alone at first, then tasks up to the level that is reached."""
        for k in range(self.plan.packs):
            chance = random.Random(f"{SEED}:{self.step}:{k}")  # noqa: S311  (no secret is made here)
            yield invent_pack(self.tokenizer, chance, self._drawn_level(chance), apart=True)

    def _drawn_level(self, chance: random.Random) -> float:
        """Drills alone at first; afterwards a few of them beside tasks up to the level that is reached."""
        if self.level < 0 or chance.random() < LATE_DRILLS:
            return -1.0
        return self.level * chance.random() ** 0.5

    def take_step(self) -> float:
        """One step; returns its mean loss."""
        losses: list[float] = []
        exact: list[bool] = []
        packs = list(self.packs())
        for pack in packs:
            loss, right = loss_of(self.model, pack)
            (loss.mean() / len(packs)).backward()
            losses.append(loss.mean().item())
            exact += rows_right(pack, right).tolist()
            self.tokens += len(pack.prefix) + len(pack.real)
        self._update()
        self.exact += 0.02 * (sum(exact) / len(exact) - self.exact)
        if self.exact >= self.plan.level_share:
            self.level = min(1.0, self.level + 1 / self.plan.level_steps)
        return sum(losses) / len(losses)

    def _update(self) -> None:
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, peak in zip(self.optimizers, (self.plan.muon_rate, self.plan.adam_rate), strict=True):
            optimizer.param_groups[0]["lr"] = peak * self.plan.rate(self.step)
            optimizer.step()
        self.model.zero_grad(set_to_none=True)
        keep = min(AVERAGED, (self.step + 1) / (self.step + 10))
        torch._foreach_lerp_(self.averaged, [p.detach() for p in self.model.parameters()], 1 - keep)
        self.step += 1

    def save(self, path: Path) -> None:
        """Write a checkpoint; it replaces the old one only when it is whole."""
        state = {
            "model": self.model.state_dict(),
            "averaged": self.averaged,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "tokens": self.tokens,
            "level": self.level,
            "exact": self.exact,
        }
        torch.save(state, path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.averaged = state["averaged"]
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.tokens, self.level, self.exact = (state[key] for key in ("step", "tokens", "level", "exact"))


def log(path: Path, **record: Any) -> None:
    """Append one line to a log and show it."""
    line = json.dumps({"at": time.strftime("%H:%M:%S"), **record})
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    print(line, flush=True)
