"""`ablate_definition`: ask the same rows without each sentence of one definition: which sentence moves no row?"""

from __future__ import annotations

from dataclasses import dataclass

from labkit.diagnosis.ablation import Ablation, Removed, judge_sentence, sample_rows, without_each_sentence
from labkit.diagnosis.perturbations import as_written
from labkit.errors import BadData
from labkit.evaluation.evaluate import Wishes
from labkit.evaluation.plan import require_rows
from labkit.evaluation.probes import Probe, ProbesForecast, ask_probes, asked_at_all, forecast_probes
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.models import get_model
from labkit.models.base import Model
from labkit.records import Example, Prompt
from labkit.workspace import Scene

ROWS = 40  # the interval around "none of them" ends at 9 of 100 rows (Wilson 1927), or a little above with few authors


def ablate_definition(
    scene: Scene,
    prompt: str | Prompt,
    label: str,
    model: str | Model,
    split: str = "dev",
    *,
    rows: int | None = ROWS,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Ablation:
    """Find out what each sentence of a definition does: the same rows are asked without it.

    The runs are ordinary ones, marked by "~", and stand in no ranking; asked again, only what has no answer is asked.

    Args:
        scene: where rows, prompts and runs are.
        prompt: a prompt, or the name of one of the scene's.
        label: whose definition.
        model: a model, or a name that `get_model` knows.
        split: pool or dev; test rows are for decisions.
        rows: how many, half of them carrying the label where there are so many; None is all.
        max_cost: money in the bar's currency for all runs together, as in `evaluate`.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Returns:
        One effect per sentence and entry.

    Raises:
        BadInput: an unknown name, an empty definition, or no rows.
        NeedsReason: test rows.
        LabkitError: as `evaluate` does.
    """
    asked = _questions(scene, prompt, label, model, split, rows)
    wishes = Wishes(None, False, max_cost, personal_data, progress, retry or Retry())
    written, *others = ask_probes(scene, asked.model, asked.probes, wishes)
    return Ablation(
        model=asked.model.name,
        prompt=asked.prompt.name,
        label=label,
        run=written.id,
        rows=len(asked.examples),
        carrying=sum(label in (example.labels or ()) for example in asked.examples),
        metric=scene.task.bar.metric,
        effects=tuple(
            judge_sentence(written, run, removed)
            for run, removed in zip(others, asked.removed, strict=True)
            if asked_at_all(written, run)
        ),
        complete=all(run.complete for run in (written, *others)),
    )


def forecast_ablation(
    scene: Scene,
    prompt: str | Prompt,
    label: str,
    model: str | Model,
    split: str = "dev",
    *,
    rows: int | None = ROWS,
) -> ProbesForecast:
    """Work out what `ablate_definition` with the same words would take; nothing is sent and nothing is written.

    Args:
        scene: as in `ablate_definition`.
        prompt: as in `ablate_definition`.
        label: as in `ablate_definition`.
        model: as in `ablate_definition`.
        split: as in `ablate_definition`.
        rows: as in `ablate_definition`.
    """
    asked = _questions(scene, prompt, label, model, split, rows)
    return forecast_probes(scene, asked.model, asked.probes)


@dataclass(frozen=True, slots=True)
class _Questions:
    """What is asked: the prompt as written first, then without each sentence."""

    model: Model
    prompt: Prompt
    examples: tuple[Example, ...]
    removed: tuple[Removed, ...]
    probes: tuple[Probe, ...]


def _questions(
    scene: Scene, prompt: str | Prompt, label: str, model: str | Model, split: str, rows: int | None
) -> _Questions:
    if rows is not None and rows < 1:
        raise BadData.told("error.ablation.no_rows", rows=rows)
    own = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    removed = without_each_sentence(own, label)
    chosen = get_model(model, scene)
    home = next((name for name, labels in scene.task.subtasks.items() if label in labels), None)
    examples = sample_rows([e for e in scene.examples(split) if e.subtask == home], label, rows)
    require_rows(scene, split, examples)
    prompts = (as_written(own), *(found.prompt for found in removed))
    probes = tuple(Probe(asked, scene.task, examples) for asked in prompts)
    return _Questions(chosen, own, examples, removed, probes)
