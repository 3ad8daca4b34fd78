"""Whether a change still fits the scene it was found for: another version may have come meanwhile."""

from __future__ import annotations

import re

from labkit.prompts.diff import diff_prompts
from labkit.records import Prompt
from labkit.workspace import Scene

_VERSION = re.compile(r"v(\d+)")


def overtaken_by(scene: Scene, before: Prompt) -> str:
    """The version that would be left out if a change of `before` became the newest.

    Args:
        scene: its prompts as they lie on the disk now.
        before: the prompt as it was when the change was found.

    Returns:
        The newest version, where `before` is an older one; the name of `before` itself, where its file says something
        else by now; "" where nothing would be left out.
    """
    newest, own = _VERSION.fullmatch(scene.next_prompt_name()), _VERSION.fullmatch(before.name)
    if newest and own and int(newest[1]) - 1 > int(own[1]):
        return f"v{int(newest[1]) - 1}"
    known = before.name in scene.prompt_names()
    return before.name if known and not diff_prompts(before, scene.prompt(before.name)).same else ""
