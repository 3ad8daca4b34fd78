"""The end of a training: the tuned model and its base asked alike, beside all that was recorded on the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labkit.decision import ScoredRun, TuningVerdict, best_run, judge_tuning
from labkit.decision.tuning import MARGIN
from labkit.diagnosis import is_probe
from labkit.errors import BadInput
from labkit.evaluation import evaluate
from labkit.models import get_model
from labkit.models.local import BaseOf, LocalModel
from labkit.prompts import parse_prompt
from labkit.records import Prompt, Run
from labkit.scoring import score
from labkit.training.job import TrainingJob
from labkit.workspace import Scene


def compare_tuned(
    scene: Scene,
    job: TrainingJob,
    split: str = "dev",
    *,
    prompt: str | Prompt | None = None,
    base_prompt: str | Prompt | None = None,
    margin: float | None = None,
    **wishes: Any,
) -> TuningVerdict:
    """Ask a tuned model and its base about the same rows, and judge what the training changed.

    Both are served from one load. Whatever else answered exactly these rows before, in step 2, is ranked beside them:
    of each model its best run. Asked again, nothing is asked.

    Args:
        scene: where the job, the rows and the runs are.
        job: finished or stopped.
        split: dev, or test with a `reason`.
        prompt: what the tuned model is asked with; the one that it was trained with when None.
        base_prompt: what the base is asked with, such as the long prompt that the training is to replace; `prompt` when
            None.
        margin: how far a label may fall; gate.yaml's `no_label_worse_by` when None, or 0.03 without one.
        wishes: further words of `evaluate`: limit, reason, progress, retry.

    Returns:
        The verdict, by the rule of `judge_tuning`.

    Raises:
        BadInput: there is no adapter yet, or the margin is not between 0 and 1.
        LabkitError: as `evaluate` does.
    """
    if not job.adapter.is_dir():
        raise BadInput.told("error.training.no_adapter", job=job.name)
    spec = job.folder.spec()
    asked = prompt or parse_prompt(spec["prompt_text"], spec["prompt_name"])
    tuned_model = get_model(job.model_name, scene)
    assert isinstance(tuned_model, LocalModel)  # noqa: S101  (that is what such a name means)
    tuned = evaluate(scene, asked, tuned_model, split, **wishes)
    base = evaluate(scene, base_prompt or asked, BaseOf(tuned_model), split, **wishes)
    return judged(scene, base, tuned, margin)


def judged(scene: Scene, base: Run, tuned: Run, margin: float | None = None) -> TuningVerdict:
    """What a tuning changed, by gold as it is now, beside all that answered exactly these rows before.

    Args:
        scene: where the runs are.
        base: of the model as it was.
        tuned: of the model that came of it, on the same rows.
        margin: as in `compare_tuned`.
    """
    allowed = margin if margin is not None else _margin_of(scene)
    return judge_tuning(
        scene.as_of_now(base),
        scene.as_of_now(tuned),
        tuple(_candidates(scene, base, tuned)),
        margin=allowed,
        prices=scene.prices().prices,
    )


def _margin_of(scene: Scene) -> float:
    """What the gate allows; 0 is a limit, too."""
    written = scene.gate().no_label_worse_by
    return MARGIN if written is None else written


def _candidates(scene: Scene, base: Run, tuned: Run) -> Iterator[Run]:
    """Of each model that answered exactly these rows to the end, its best run; the newest of equals."""
    header, metric = tuned.header, scene.task.bar.metric
    by_model: dict[str, list[Run]] = {}
    for found in scene.store.runs():
        same = (found.split, found.examples_sha256, found.repeats) == (header.split, header.examples_sha256, 1)
        if same and found.run not in (base.id, tuned.id) and not is_probe(found):
            run = scene.store.load_run(found.run)
            if run.complete:
                by_model.setdefault(found.model, []).append(run)
    for runs in by_model.values():
        best = best_run((ScoredRun(run, score(run)) for run in runs), metric)
        if best:
            yield best.run
