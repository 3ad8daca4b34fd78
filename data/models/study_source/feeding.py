"""Batches made by other processes while the model learns; what is in one follows from its number."""

from __future__ import annotations

import multiprocessing
import os
import queue
import random
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import torch
from transformers import PreTrainedTokenizerFast

from study_source.batches import Batch, lay_out
from study_source.stream import Pack, invent_pack

SEED = 20261127
PATIENCE_S = 5.0
AHEAD = 24  # batches that each process may be ahead
LATE_DRILLS = 0.03  # share of the packs after the drills


def packs_of(tokenizer: Any, step: int, level: float) -> Iterator[Pack]:
    """The packs of a step, without end: drills alone below level 0, later a few of them among tasks up to the level."""
    number = 0
    while True:
        chance = random.Random(f"{SEED}:{step}:{number}")  # noqa: S311  (no secret is made here)
        drill = level < 0 or chance.random() < LATE_DRILLS
        yield invent_pack(tokenizer, chance, -1.0 if drill else level * chance.random() ** 0.5, apart=True)
        number += 1


def feed(
    tokenizer_folder: str,
    steps: range,
    level: Callable[[int], float],
    shape: tuple[int, int],
    processes: int | None = None,
) -> Iterator[Batch]:
    """The batches of steps, in their order; other processes begin at once to make them.

    Args:
        tokenizer_folder: where the tokenizer lies.
        steps: their numbers.
        level: how hard a step's tasks may be.
        shape: sequences and tokens of each.
        processes: how many make them; by default one for each core but one, at least one.
    """
    count = processes or max(1, (os.cpu_count() or 2) - 1)
    context = multiprocessing.get_context("spawn")
    queues = [context.Queue(AHEAD) for _ in range(count)]
    shares = [[(step, level(step)) for step in steps[k::count]] for k in range(count)]
    makers = [
        context.Process(target=_make, args=(made, tokenizer_folder, share, shape), daemon=True)
        for made, share in zip(queues, shares, strict=True)
    ]
    for maker in makers:
        maker.start()
    return _fed(queues, makers, len(steps))


def _fed(queues: list[Any], makers: list[Any], count: int) -> Iterator[Batch]:
    try:
        for k in range(count):
            yield Batch(*map(torch.from_numpy, _taken(queues[k % len(queues)], makers[k % len(makers)])))
    finally:
        for maker in makers:
            maker.terminate()


def _taken(waiting: Any, maker: Any) -> Any:
    """The next batch of a process, which may not die before it has made its share."""
    while True:
        try:
            return waiting.get(timeout=PATIENCE_S)
        except queue.Empty:
            if not maker.is_alive():
                raise RuntimeError(f"A process that makes batches ended with {maker.exitcode}; see above.") from None


def _make(made: Any, tokenizer_folder: str, share: list[tuple[int, float]], shape: tuple[int, int]) -> None:
    torch.set_num_threads(1)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tokenizer_folder)
    for step, level in share:
        batch = lay_out(packs_of(tokenizer, step, level), *shape)
        made.put([getattr(batch, field.name).numpy() for field in fields(batch)])
