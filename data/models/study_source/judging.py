"""What a model can do on invented tasks that training never shows."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from transformers import Qwen3ForCausalLM

from study_source.batches import Batch, lay_out, rows_right
from study_source.network import loss_of
from study_source.stream import FAMILIES, HELD_OUT, LANGUAGES, Pack, invent_pack
from study_source.training import autocast

KEPT_SEED = "kept"  # packs of training are seeded by their step, so these are never among them


def kept_batches(tokenizer: Any, sequences: int, length: int) -> dict[str, Batch]:
    """Tasks that training does not see, as hard as they get: one batch for each family and language.

    Args:
        tokenizer: the model's.
        sequences: of each batch.
        length: tokens of each sequence.

    Returns:
        By name: "new words" and "new scenes" are about what training never shows, the others about known words and
        posts in new combinations.
    """
    names = [(family, code) for family in (*HELD_OUT, *FAMILIES) for code in LANGUAGES]
    return {f"{family}, {code}": lay_out(_packs(tokenizer, family, code), sequences, length) for family, code in names}


def _packs(tokenizer: Any, family: str, code: str) -> Iterator[Pack]:
    number = 0
    while True:
        chance = random.Random(f"{KEPT_SEED}:{family}:{code}:{number}")  # noqa: S311  (no secret is made here)
        yield invent_pack(tokenizer, chance, 1.0, family, code)
        number += 1


def kept_scores(model: Qwen3ForCausalLM, batches: dict[str, Batch]) -> dict[str, list[float]]:
    """Share of rows whose whole answer is foretold exactly: of those with reasons, and of those with labels alone."""
    found = {}  # gradients stay on: without them a GPU would compile the pass a second time
    for name, batch in batches.items():
        with autocast(model.device.type):
            right = rows_right(batch, loss_of(model, batch)[1])[1:]
        direct = batch.direct[1:]
        found[name] = [share(right[kind].tolist()) for kind in (~direct, direct)]
    return found


def share(found: Iterable[bool]) -> float:
    """How many are true, of all."""
    every = list(found)
    return round(sum(every) / len(every), 3) if every else 0.0
