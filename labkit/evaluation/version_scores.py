"""The scores of prompt versions: what each run of their words on dev rows has reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.evaluation.split_runs import within_split
from labkit.scoring import Interval, score

if TYPE_CHECKING:
    from labkit.diagnosis.triage import GoldFix
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
    """Call it for prompt hash -> scores, newest run first; a finished run is scored once, until gold is corrected.

    Only runs over dev rows as they are now count: versions are tuned by dev rows, and what test rows, or those of an
    earlier split, said of one is no guide to the next.

    Args:
        scene: whose runs.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._known: dict[str, _Scored] = {}
        self._gold: Mapping[str, Sequence[GoldFix]] = {}

    def __call__(self) -> dict[str, tuple[VersionScore, ...]]:
        """The newest run of each prompt, model and set of rows."""
        gold = self._scene.gold_fixes()
        if gold != self._gold:
            self._gold, self._known = gold, {}
        found: defaultdict[str, list[VersionScore]] = defaultdict(list)
        seen: set[tuple[str, str, frozenset[str]]] = set()
        for header in self._scene.store.runs():
            scored = self._scored(header.run) if header.split == "dev" else _Scored(frozenset(), None)
            asked = (header.prompt_sha256, header.model, scored.rows)
            if scored.score and asked not in seen:
                seen.add(asked)
                found[header.prompt_sha256].append(scored.score)
        return {sha256: tuple(scores) for sha256, scores in found.items()}

    def _scored(self, run: str) -> _Scored:
        if run in self._known:
            return self._known[run]
        loaded, metric = self._scene.store.load_run(run), self._scene.task.bar.metric
        pending = loaded.counts["pending"]
        entry = VersionScore(
            run, loaded.header.model, len(loaded.rows), pending, metric, score(loaded).values.get(metric)
        )
        rows = frozenset(row.example.id for row in loaded.rows)
        scored = _Scored(rows, entry if within_split(self._scene, loaded) else None)
        if not pending:
            self._known[run] = scored
        return scored


@dataclass(frozen=True, slots=True)
class _Scored:
    """Which rows a run asked, by id, and its score; None when they are dev rows no more."""

    rows: frozenset[str]
    score: VersionScore | None
