"""Canaries are asked once for each candidate; its gate reads what was answered, and asks nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.records import examples_sha256
from labkit.releases.model_state import changed_settings, model_as_measured
from labkit.workspace.canaries import PROMPT, canary_scene

if TYPE_CHECKING:
    from labkit.evaluation.progress import Observer
    from labkit.records import Run, RunHeader
    from labkit.workspace import Scene


def ask_canaries(
    scene: Scene,
    run: str,
    *,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
) -> Run:
    """Ask the model behind a run the scene's canaries: a few questions of general ability, each with one right option.

    A training on one task can cost a model what it could do before, which no row of the scene would show. The gate's
    rule `canaries` wants a least share of right answers; it reads the newest run of the very same model.

    Args:
        scene: the candidate's scene; its `canaries.jsonl` holds the questions, else those that ship with labkit.
        run: the candidate's run, or the beginning of its id.
        max_cost: as in `evaluate`.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.

    Returns:
        The run over the canaries; asked again it is the same one.

    Raises:
        UnknownName: there is no such run, or several begin so.
        BadInput: the model is no longer the one that was measured.
        BadData: the scene's canaries.jsonl cannot be used.
        ModelError: the model cannot be asked.
    """
    from labkit.evaluation import evaluate

    header = scene.store.load_run(run).header
    model = model_as_measured(scene, header, "error.canaries.changed")
    asked = canary_scene(scene)
    asked.path.mkdir(exist_ok=True)
    return evaluate(asked, PROMPT, model, max_cost=max_cost, personal_data=personal_data, progress=progress)


def canaries_of(scene: Scene, candidate: RunHeader) -> Run | None:
    """The newest run over the canaries as they are now by a candidate's very model, whole; None when there is none."""
    asked = canary_scene(scene)
    rows = examples_sha256(asked.rows)
    for header in asked.store.runs():
        is_other = header.model != candidate.model or header.examples_sha256 != rows
        if is_other or changed_settings(candidate.model_parameters, header.model_parameters):
            continue
        if (run := asked.store.load_run(header.run)).complete:
            return run
    return None
