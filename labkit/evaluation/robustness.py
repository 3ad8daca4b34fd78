"""`robustness`: ask the same rows otherwise, and count the answers that should have stayed and did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.diagnosis.perturbations import KINDS, Kind, Perturbation, as_written, perturbations
from labkit.diagnosis.robustness import Robustness, judge
from labkit.errors import BadData, UnknownName
from labkit.evaluation.evaluate import Wishes
from labkit.evaluation.plan import require_rows
from labkit.evaluation.probes import Probe, ProbesForecast, ask_probes, asked_at_all, forecast_probes
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.models import get_model
from labkit.models.base import Model
from labkit.records import Example, Prompt
from labkit.workspace import Scene


def robustness(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    split: str = "dev",
    *,
    rows: int | None = None,
    repeats: int = 1,
    kinds: Sequence[str] = KINDS,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Robustness:
    """Find out how far a model's answers hang on what should not matter.

    Orders planted in posts, another order of labels and of posts, another format, and everything in one paragraph: each
    is an ordinary run over the same rows, held row by row against the prompt as written. The runs are marked by "~" and
    stand in no ranking. Asked again, or after a crash, only what has no answer is asked.

    Args:
        scene: where rows, prompts and runs are.
        prompt: a prompt, or the name of one of the scene's.
        model: a model, or a name that `get_model` knows.
        split: pool or dev; test rows are for decisions.
        rows: only the first so many.
        repeats: how often each row is asked as written and in one paragraph, to see how far answers waver; all else is
            asked once.
        kinds: which of attack, labels, posts, format and paragraph.
        max_cost: money in the bar's currency for all runs together, as in `evaluate`.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Returns:
        One outcome per perturbation.

    Raises:
        BadInput: an unknown name, or no rows.
        NeedsReason: test rows.
        LabkitError: as `evaluate` does.
    """
    asked = _questions(scene, prompt, model, split, rows, repeats, kinds)
    wishes = Wishes(None, False, max_cost, personal_data, progress, retry or Retry())
    written, *others = ask_probes(scene, asked.model, asked.probes, wishes)
    return Robustness(
        model=asked.model.name,
        prompt=asked.prompt.name,
        run=written.id,
        rows=len(asked.examples),
        repeats=repeats,
        kinds=asked.kinds,
        metric=scene.task.bar.metric,
        outcomes=tuple(
            judge(written, run, perturbation, asked.examples)
            for run, perturbation in zip(others, asked.perturbations, strict=True)
            if asked_at_all(written, run)
        ),
        complete=all(run.complete for run in (written, *others)),
    )


def forecast_robustness(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    split: str = "dev",
    *,
    rows: int | None = None,
    repeats: int = 1,
    kinds: Sequence[str] = KINDS,
) -> ProbesForecast:
    """Work out what `robustness` with the same words would take; nothing is sent and nothing is written.

    Args:
        scene: as in `robustness`.
        prompt: as in `robustness`.
        model: as in `robustness`.
        split: as in `robustness`.
        rows: as in `robustness`.
        repeats: as in `robustness`.
        kinds: as in `robustness`.
    """
    asked = _questions(scene, prompt, model, split, rows, repeats, kinds)
    return forecast_probes(scene, asked.model, asked.probes)


@dataclass(frozen=True, slots=True)
class _Questions:
    """What is asked: the prompt as written first, then each perturbation."""

    model: Model
    prompt: Prompt
    examples: tuple[Example, ...]
    kinds: tuple[Kind, ...]
    perturbations: tuple[Perturbation, ...]
    probes: tuple[Probe, ...]


def _questions(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    split: str,
    rows: int | None,
    repeats: int,
    kinds: Sequence[str],
) -> _Questions:
    if repeats < 1:
        raise BadData.told("error.plan.repeats", repeats=repeats)
    own = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    chosen = get_model(model, scene)
    examples = scene.examples(split, rows)
    require_rows(scene, split, examples)
    wanted = _known(kinds)
    bent = tuple(perturbations(own, scene.task, examples, wanted))
    written = Probe(as_written(own), scene.task, examples, repeats)
    times = {"paragraph": repeats}
    others = (Probe(found.prompt, found.task, found.examples, times.get(found.kind, 1)) for found in bent)
    return _Questions(chosen, own, examples, wanted, bent, (written, *others))


def _known(kinds: Sequence[str]) -> tuple[Kind, ...]:
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownName("perturbation", kind, KINDS)
    return tuple(kind for kind in KINDS if kind in kinds)
