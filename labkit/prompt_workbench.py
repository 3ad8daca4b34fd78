"""The prompt workbench: a scene's prompt in the editor, with everything that the scene can give it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from labkit.errors import BadInput
from labkit.evaluation.token_counting import token_counter
from labkit.evaluation.trial import forecast_trial, run_trial
from labkit.evaluation.version_scores import VersionScores
from labkit.prompts import prompt_sha256
from labkit.prompts.lint import LintFinding, lint
from labkit.widgets import PromptEditor
from labkit.widgets.trial_desk import Trials
from labkit.workspace.prompt_versions import PromptVersions

if TYPE_CHECKING:
    from labkit.records import Prompt, RunRow
    from labkit.workspace import Scene


def workbench(
    scene: Scene, prompt: str | Prompt | None = None, models: Sequence[str] = ("definition-reader",)
) -> PromptEditor:
    """Open a prompt of a scene in the editor; a save writes the scene's next version.

    Args:
        scene: its dev rows, or without any all of its rows, are previewed.
        prompt: a version's name, or a prompt that is none yet; the newest version when None.
        models: names that `get_model` knows, to try the prompt with; the first one's tokens are shown.

    Raises:
        UnknownName: there is no such prompt.
        BadInput: the scene has no prompt, or no model is named.
    """
    if not models:
        raise BadInput("No model is named", 'Give one: models=("definition-reader",)')
    if prompt is None and not scene.prompt_names():
        raise BadInput(f"The scene {scene.path} has no prompt", "Save one: scene.save_prompt(prompt)")
    prompt = prompt or scene.prompt_names()[-1]
    opened = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    rows = scene.examples("dev") or scene.examples()
    return PromptEditor(
        opened,
        scene.task,
        rows,
        on_save=scene.save_version,
        tokens=token_counter(scene, models[0]),
        lint=partial(_faults, scene, cache(partial(_answered, scene, prompt_sha256(opened)))),
        versions=PromptVersions(scene),
        scores=VersionScores(scene),
        trials=Trials(
            tuple(models), scene.task.bar.currency, partial(forecast_trial, scene), partial(run_trial, scene)
        ),
    )


def _faults(scene: Scene, answered: Callable[[], tuple[RunRow, ...]], prompt: Prompt) -> list[LintFinding]:
    """What lint says of a prompt, seen against all rows of the scene and what was answered to the version opened."""
    return lint(prompt, scene.task, scene.rows, answered())


def _answered(scene: Scene, sha256: str) -> tuple[RunRow, ...]:
    """The rows of the newest dev run of a prompt; they tell which labels are confused."""
    headers = (header for header in scene.store.runs() if (header.prompt_sha256, header.split) == (sha256, "dev"))
    newest = next(headers, None)
    return scene.store.load_run(newest.run).rows if newest else ()
