"""What a saved model can do on the two bundled scenes, of which training shows nothing."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labkit.comparison import paired
from labkit.diagnosis import names_only, swapped_definitions, swaps
from labkit.diagnosis import reliance as judge_reliance
from labkit.evaluation import evaluate
from labkit.records import Run, Status
from labkit.scoring import score
from labkit.workspace import Scene, open_scene
from study_source.judging import share

SCENES = ("weibo_service", "support_intents")


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
        "v2 over v1": interval(paired(first, own).delta[metric]),
        "v2 over swapped": interval(paired(other, own).delta[metric]),
        "moved by swap": round(found.moved_by_swap.value, 3),
        "valid": share(row.prediction.status is Status.ANSWERED for row in own.rows),
        "verbatim": _verbatim(own),
        "verdict": found.verdict,
        "seconds a row": round(sum(row.latency_s or 0.0 for row in own.rows) / len(own.rows), 3),
    }


def _verbatim(run: Run) -> float:
    return share(quote.verbatim for row in run.rows for quote in row.prediction.evidence)


def interval(delta: Any) -> list[float]:
    """A paired difference, its low and its high end."""
    return [round(value, 3) for value in (delta.value, delta.low, delta.high)]
