"""The end of a hosted tuning: the tuned model and its base asked alike, beside all that was recorded on the rows."""

from __future__ import annotations

from typing import Any

from labkit.decision import TuningVerdict
from labkit.errors import BadInput
from labkit.evaluation import evaluate
from labkit.prompts import parse_prompt
from labkit.records import Prompt
from labkit.training.judging import judged
from labkit.workspace import Scene
from labkit.workspace.hosted_tunings import HostedTuning


def compare_hosted(
    scene: Scene,
    tuning: HostedTuning,
    split: str = "dev",
    *,
    prompt: str | Prompt | None = None,
    base_prompt: str | Prompt | None = None,
    margin: float | None = None,
    **wishes: Any,
) -> TuningVerdict:
    """Ask a model that a provider tuned and its base about the same rows, and judge what the tuning changed.

    Args:
        scene: where the tuning, the rows and the runs are.
        tuning: whose tuned model answers.
        split: dev, or test with a `reason`.
        prompt: what the tuned model is asked with; the one that it was tuned with when None.
        base_prompt: what the base is asked with; `prompt` when None.
        margin: how far a label may fall; as in `training.judging.compare_tuned`.
        wishes: further words of `evaluate`: limit, reason, max_cost, personal_data, progress.

    Raises:
        BadInput: no tuned model answers yet.
        LabkitError: as `evaluate` does.
    """
    if not tuning.tuned:
        raise BadInput.told("error.hosted.no_model", name=tuning.name, state=tuning.state, scene=scene.path)
    asked = prompt or parse_prompt(tuning.prompt_text, tuning.prompt)
    tuned = evaluate(scene, asked, tuning.tuned, split, **wishes)
    base = evaluate(scene, base_prompt or asked, tuning.model, split, **wishes)
    return judged(scene, base, tuned, margin)
