"""What QLoRA makes of a saved model on both scenes: before and after on the same test rows, beside `linear`."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labkit.comparison import paired
from labkit.datasets import select
from labkit.evaluation import evaluate
from labkit.records import Run
from labkit.scoring import score
from labkit.training import start
from labkit.workspace import Scene, open_scene
from study_source.scene_proofs import SCENES, interval

ROWS = 360  # to train on, out of a scene's pool, or as many as it has
PROMPT = "labels_only"  # v2 without a rationale


def tuned_scores(folder: Path) -> dict[str, Any]:
    """Tune a model on selected rows of each scene and score it, its untuned self and `linear` on the test rows.

    Args:
        folder: a saved model with its recipe.
    """
    with TemporaryDirectory() as place:
        os.environ["LABKIT_WORKSPACE"] = place
        return {name: _one_scene(open_scene(name), f"local/{folder}") for name in SCENES}


def _one_scene(scene: Scene, base: str) -> dict[str, Any]:
    scene.save_prompt(replace(scene.prompt("v2"), name=PROMPT, rationale="none"))
    chosen = select(scene, ROWS, "selected", prompt=PROMPT)
    began = time.monotonic()
    job = start(scene, "selected", base)
    job.wait()
    seconds = time.monotonic() - began
    asked = {"base": (PROMPT, job.base_name), "tuned": (PROMPT, job.model_name), "linear": ("short", "linear")}
    runs = {name: _tested(scene, *how) for name, how in asked.items()}
    metric = scene.task.bar.metric
    return {
        "rows": len(chosen.rows),
        "seconds": round(seconds),
        metric: {name: round(score(run).values[metric].value, 3) for name, run in runs.items()},
        "tuned over base": interval(paired(runs["base"], runs["tuned"]).delta[metric]),
        "tuned over linear": interval(paired(runs["linear"], runs["tuned"]).delta[metric]),
    }


def _tested(scene: Scene, prompt: str, model: str) -> Run:
    return evaluate(scene, prompt, model, "test", reason="the study model's proof", progress=lambda _: None)
