"""The prompts of a scene as their files are now: an edit made outside is seen, no file is read twice for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.errors import LabkitError

if TYPE_CHECKING:
    from labkit.records import Prompt
    from labkit.workspace.scene import Scene

    Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """A prompt's file as it is now.

    Args:
        name: its stem, such as "v2".
        prompt: what it holds; None when it cannot be read.
        problem: why not, in one line; "" else.
    """

    name: str
    prompt: Prompt | None
    problem: str = ""


class PromptVersions:
    """Call it for the versions, v2 before v10; a file is read again when its time or size has changed.

    Args:
        scene: whose prompts.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._known: dict[str, tuple[Stamp, PromptVersion]] = {}

    def __call__(self) -> tuple[PromptVersion, ...]:
        """All versions, as their files are at this moment."""
        return tuple(version for name in self._scene.prompt_names() if (version := self._version(name)))

    def _version(self, name: str) -> PromptVersion | None:
        try:
            found = (self._scene.path / "prompts" / f"{name}.md").stat()
        except OSError:  # gone since it was listed
            return None
        stamp = (found.st_mtime_ns, found.st_size)
        known, version = self._known.get(name, (None, None))
        if version is None or known != stamp:
            version = self._read(name)
            self._known[name] = (stamp, version)
        return version

    def _read(self, name: str) -> PromptVersion:
        try:
            return PromptVersion(name, self._scene.prompt(name))
        except LabkitError as error:
            return PromptVersion(name, None, str(error))
