"""The versions that PromptEditor lists, and whether the opened one's file has been edited outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from labkit.errors import BadPrompt, UnknownName
from labkit.evaluation.version_scores import VersionScore
from labkit.prompts import prompt_sha256
from labkit.records import Prompt
from labkit.workspace.prompt_versions import PromptVersion

Versions = Callable[[], Sequence[PromptVersion]]
Scores = Callable[[], Mapping[str, Sequence[VersionScore]]]


class VersionShelf:
    """What the callables said last; not safe for two threads at once.

    Args:
        versions: reads all versions as their files are now.
        scores: prompt hash -> scores; may take its time, so it is called apart from `look`.
    """

    def __init__(self, versions: Versions | None, scores: Scores | None) -> None:
        self._versions, self.scores = versions or (lambda: ()), scores or dict
        self._found: dict[str, PromptVersion] = {}
        self._scored: Mapping[str, Sequence[VersionScore]] = {}
        self._read_as: Prompt | None = None  # what the opened version's file held when it was last agreed on

    def look(self) -> None:
        """Read the versions anew."""
        self._found = {version.name: version for version in self._versions()}

    def keep_scores(self, scored: Mapping[str, Sequence[VersionScore]]) -> None:
        """Take in what `scores` has said."""
        self._scored = scored

    def prompt(self, name: str) -> Prompt:
        """The prompt of a version; UnknownName or BadPrompt when there is none to be had."""
        if name not in self._found:
            raise UnknownName("prompt", name, self._found)
        version = self._found[name]
        if version.prompt is None:
            raise BadPrompt(version.problem)
        return version.prompt

    def agree(self, name: str) -> None:
        """The file of this version is known as it is now; from here on an edit of it is news."""
        version = self._found.get(name)
        self._read_as = version.prompt if version else None

    def news(self, name: str) -> dict[str, str]:
        """What happened outside to the file of the opened version: {} or "kind" (changed, unreadable, gone)."""
        if self._read_as is None:
            return {}
        version = self._found.get(name)
        if version is None:
            return {"kind": "gone", "name": name, "problem": ""}
        if version.prompt is None:
            return {"kind": "unreadable", "name": name, "problem": version.problem}
        return {} if version.prompt == self._read_as else {"kind": "changed", "name": name, "problem": ""}

    def listed(self) -> list[dict[str, Any]]:
        """All versions for the front end, the newest first."""
        return [self._entry(version) for version in reversed(self._found.values())]

    def _entry(self, version: PromptVersion) -> dict[str, Any]:
        prompt = version.prompt
        scores = self._scored.get(prompt_sha256(prompt), ()) if prompt else ()
        return {
            "name": version.name,
            "message": prompt.message if prompt else "",
            "problem": version.problem,
            "scores": [_score_entry(score) for score in scores],
        }


def _score_entry(score: VersionScore) -> dict[str, Any]:
    interval = score.interval
    limits = {"value": interval.value, "low": interval.low, "high": interval.high} if interval else {"value": None}
    return {"model": score.model, "rows": score.rows, "pending": score.pending, "metric": score.metric, **limits}
