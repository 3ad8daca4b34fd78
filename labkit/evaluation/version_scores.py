"""The scores of prompt versions: what each run of their words on dev rows has reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.scoring import Interval, score

if TYPE_CHECKING:
    from labkit.records import RunHeader
    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class VersionScore:
    """One run of a version.

    Args:
        run: its id.
        model: who answered.
        rows: askings in all.
        pending: how many of them have no answer yet; they count as wrong.
        metric: which score, the one of the task's bar.
        interval: its value with the 95 % interval; None without gold.
    """

    run: str
    model: str
    rows: int
    pending: int
    metric: str
    interval: Interval | None


class VersionScores:
    """Call it for prompt hash -> scores, newest run first; a finished run is scored once.

    Only dev runs count: versions are tuned by dev rows, and what test rows said of one is no guide to the next.

    Args:
        scene: whose runs.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._known: dict[str, VersionScore] = {}

    def __call__(self) -> dict[str, tuple[VersionScore, ...]]:
        """The newest run of each prompt, model and set of rows."""
        found: defaultdict[str, list[VersionScore]] = defaultdict(list)
        for header in _newest(self._scene.store.runs()):
            found[header.prompt_sha256].append(self._score(header.run))
        return {sha256: tuple(scores) for sha256, scores in found.items()}

    def _score(self, run: str) -> VersionScore:
        if run in self._known:
            return self._known[run]
        loaded, metric = self._scene.store.load_run(run), self._scene.task.bar.metric
        pending = loaded.counts["pending"]
        entry = VersionScore(
            run, loaded.header.model, len(loaded.rows), pending, metric, score(loaded).values.get(metric)
        )
        if not pending:
            self._known[run] = entry
        return entry


def _newest(headers: tuple[RunHeader, ...]) -> Iterator[RunHeader]:
    seen: set[tuple[str, str, str]] = set()
    for header in headers:
        asked = (header.prompt_sha256, header.model, header.examples_sha256)
        if header.split == "dev" and asked not in seen:
            seen.add(asked)
            yield header
