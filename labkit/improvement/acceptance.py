"""Whether a change still fits the scene it was found for: another version may have come meanwhile, or itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from labkit.errors import LabkitError
from labkit.prompts.diff import diff_prompts
from labkit.records import Prompt
from labkit.workspace import Scene
from labkit.workspace.scene import version_number


def overtaken_by(scene: Scene, before: Prompt, after: Prompt) -> str:
    """The version that would be left out if a change became the newest.

    Args:
        scene: its prompts as they lie on the disk now.
        before: the prompt as it was when the change was found.
        after: the changed prompt.

    Returns:
        The newest version, where `before` is an older one or has no number; the name of `before` itself, where its file
        says something else by now; "" where nothing would be left out.

    Raises:
        BadPrompt: the newest version or the file of `before` cannot be read.
    """
    newest = scene.newest_version()
    if saved_as(scene, after):
        return ""
    if newest and newest != before.name and version_number(newest) > version_number(before.name):
        return newest
    known = before.name in scene.prompt_names()
    return before.name if known and not diff_prompts(before, scene.prompt(before.name)).same else ""


def saved_as(scene: Scene, after: Prompt) -> Path | None:
    """The newest version, where it tells a model just what a changed prompt does; else None."""
    newest = scene.newest_version()
    if not newest:
        return None
    try:
        same = diff_prompts(scene.prompt(newest), after).same
    except LabkitError:  # what cannot be read is not it; who looks for what was left out is told
        return None
    return scene.path / "prompts" / f"{newest}.md" if same else None


def save_change(scene: Scene, after: Prompt, message: str, *, label: str, run: str, reason: str) -> Path:
    """Save a changed prompt as the next version and record who proposed it; twice is once.

    Args:
        scene: where.
        after: the changed prompt.
        message: what the version says of itself.
        label: whose definition changed.
        run: the run of the trial with the change.
        reason: where the change comes from.

    Returns:
        The file, a new one unless the newest version says the same.

    Raises:
        OSError: the decision could not be recorded; the version stays, and the next try records nothing twice.
    """
    if path := saved_as(scene, after):
        return path
    path = scene.save_version(replace(after, message=message))
    scene.record_decision("suggestion", id=label, run=run, to=path.stem, reason=reason)
    return path
