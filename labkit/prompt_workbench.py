"""The prompt workbench: a scene's prompt in the editor, with everything that the scene can give it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from labkit.errors import BadInput
from labkit.evaluation.plan import nearest_examples
from labkit.evaluation.split_runs import runs_over
from labkit.evaluation.token_counting import token_counter
from labkit.evaluation.trial import forecast_trial, run_trial
from labkit.evaluation.version_scores import VersionScores
from labkit.prompts import prompt_sha256
from labkit.prompts.lint import lint
from labkit.widgets import PromptEditor
from labkit.widgets.trial_desk import Trials
from labkit.workspace.prompt_versions import PromptVersions

if TYPE_CHECKING:
    from labkit.records import Prompt, RunHeader, RunRow
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
        raise BadInput.told("error.workbench.no_model")
    if prompt is None and not scene.prompt_names():
        raise BadInput.told("error.workbench.no_prompt", scene=scene.path)
    prompt = prompt or scene.prompt_names()[-1]
    opened = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    answered = _Answered(scene, prompt_sha256(opened))
    rows = scene.examples("dev") or scene.examples()
    return PromptEditor(
        opened,
        scene.task,
        rows,
        on_save=scene.save_version,
        tokens=token_counter(scene, models[0]),
        lint=lambda edited: lint(edited, scene.task, scene.rows, answered()),
        fetch=lambda row, count: nearest_examples(scene).of(row, count),
        versions=PromptVersions(scene),
        scores=VersionScores(scene),
        trials=Trials(
            tuple(models), scene.task.bar.currency, partial(forecast_trial, scene), partial(run_trial, scene)
        ),
    )


class _Answered:
    """Call it for the rows of a prompt's newest run over today's dev rows; they tell which labels are confused.

    They are kept until there is another run, or gold is corrected: lint asks whenever typing pauses.
    """

    def __init__(self, scene: Scene, sha256: str) -> None:
        self._scene, self._sha256 = scene, sha256
        self._known: tuple[object, tuple[RunRow, ...]] = (None, ())

    def __call__(self) -> tuple[RunRow, ...]:
        runs = [header.run for header in self._scene.store.runs() if self._asked_it(header)]
        state = (runs, self._scene.gold_fixes())
        if self._known[0] == state:
            return self._known[1]
        newest = next(runs_over(self._scene, "dev", self._asked_it), None)
        rows = newest.rows if newest else ()
        if newest is None or newest.complete:
            self._known = (state, rows)
        return rows

    def _asked_it(self, header: RunHeader) -> bool:
        return header.prompt_sha256 == self._sha256
