"""What a checkpoint can do: on invented tasks that training never shows, and on the two bundled scenes."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from transformers import Qwen3ForCausalLM

from labkit.comparison import paired
from labkit.diagnosis import names_only, swapped_definitions, swaps
from labkit.diagnosis import reliance as judge_reliance
from labkit.evaluation import evaluate
from labkit.records import Run, Status
from labkit.scoring import score
from labkit.workspace import Scene, open_scene
from study_source.network import loss_of, rows_right
from study_source.stream import Pack, invent_pack

SCENES = ("weibo_service", "support_intents")
KEPT_SEED = "kept"  # packs of training are seeded by their step, so these are never among them
LEVELS = (0.0, 0.5, 1.0)


def kept_packs(tokenizer: Any, each: int) -> list[tuple[str, Pack]]:
    """Packs that training does not see, each with what is new in it and how hard it is.

    Args:
        tokenizer: the model's.
        each: packs of a family and level.

    Returns:
        "words" packs are about words that training never shows; "tasks" about known words in new combinations.
    """
    found = []
    for held_out in (True, False):
        for level in LEVELS:
            for k in range(each):
                chance = random.Random(f"{KEPT_SEED}:{held_out}:{level}:{k}")  # noqa: S311  (no secret is made here)
                name = f"{'words' if held_out else 'tasks'} {level}"
                found.append((name, invent_pack(tokenizer, chance, level, held_out)))
    return found


@torch.no_grad()
def kept_scores(model: Qwen3ForCausalLM, packs: Iterable[tuple[str, Pack]]) -> dict[str, float]:
    """Share of rows answered exactly, by family and level, by language, and by whether labels alone are given."""
    rows: dict[str, list[bool]] = {}
    for name, pack in packs:
        right = rows_right(pack, loss_of(model, pack)[1])
        for found, direct in zip(right.tolist(), pack.direct.tolist(), strict=True):
            for slice_ in (name, pack.code, "labels alone" if direct else "with reasons"):
                rows.setdefault(slice_, []).append(found)
    return {name: round(sum(found) / len(found), 3) for name, found in sorted(rows.items())}


def scene_scores(folder: Path, split: str = "dev", limit: int | None = None, how: str = "json") -> dict[str, Any]:
    """The proofs on both scenes: v1, v2, names only and swapped definitions, on the same rows.

    Args:
        folder: a saved model.
        split: pool or dev.
        limit: only the first so many rows.
        how: "json" for whole answers held to their contract, "labels" for labels weighed without reasons.
    """
    with TemporaryDirectory() as place:
        os.environ["LABKIT_WORKSPACE"] = place
        return {name: _one_scene(open_scene(name), f"local/{folder}@full@{how}", split, limit) for name in SCENES}


def _one_scene(scene: Scene, model: str, split: str, limit: int | None) -> dict[str, Any]:
    written = scene.prompt("v2")
    asked = (scene.prompt("v1"), names_only(written), written, swapped_definitions(written, scene.task))
    first, bare, own, other = (
        evaluate(scene, prompt, model, split, limit=limit, progress=lambda _: None) for prompt in asked
    )
    found = judge_reliance(bare, own, other, swaps(written, scene.task))
    metric = scene.task.bar.metric
    return {
        metric: {
            name: round(score(run).values[metric].value, 3)
            for name, run in zip(("v1", "names", "v2", "swapped"), (first, bare, own, other), strict=True)
        },
        "v2 over v1": _interval(paired(first, own).delta[metric]),
        "v2 over swapped": _interval(paired(other, own).delta[metric]),
        "moved by swap": round(found.moved_by_swap.value, 3),
        "valid": round(_share(row.prediction.status is Status.ANSWERED for row in own.rows), 3),
        "verbatim": round(_verbatim(own), 3),
        "verdict": found.verdict,
        "seconds a row": round(sum(row.latency_s or 0.0 for row in own.rows) / len(own.rows), 3),
    }


def _verbatim(run: Run) -> float:
    return _share(quote.verbatim for row in run.rows for quote in row.prediction.evidence)


def _interval(delta: Any) -> list[float]:
    return [round(value, 3) for value in (delta.value, delta.low, delta.high)]


def _share(found: Iterable[bool]) -> float:
    every: Sequence[bool] = list(found)
    return sum(every) / len(every) if every else 0.0
