"""The prompt workbench: a scene's prompt in the editor, with everything that the scene can give it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labkit.errors import BadInput
from labkit.evaluation.token_counting import token_counter
from labkit.widgets import PromptEditor

if TYPE_CHECKING:
    from labkit.records import Prompt
    from labkit.workspace import Scene


def workbench(
    scene: Scene, prompt: str | Prompt | None = None, models: Sequence[str] = ("definition-reader",)
) -> PromptEditor:
    """Open a prompt of a scene in the editor; a save writes the scene's next version.

    Args:
        scene: its dev rows, or without any all of its rows, are previewed.
        prompt: a version's name, or a prompt that is none yet; the newest version when None.
        models: names that `get_model` knows; the first one's tokens are shown.

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
    return PromptEditor(opened, scene.task, rows, on_save=scene.save_version, tokens=token_counter(scene, models[0]))
