"""Runs over a split as it is now: what was asked before the scene was split anew is no guide to today's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.records import Run, RunHeader, RunRow
    from labkit.workspace import Scene


def runs_over(scene: Scene, split: str, wanted: Callable[[RunHeader], bool]) -> Iterator[Run]:
    """The runs that asked rows of a split, the newest first, scored by gold as it is corrected now.

    Args:
        scene: whose runs.
        split: "pool", "dev" or "test", or "all" for runs that asked these three together.
        wanted: looks at a header before its run is loaded, which takes time; it may go by what was yielded before.
    """
    for header in scene.store.runs():
        if header.split == split and wanted(header):
            run = scene.store.load_run(header.run)
            if within_split(scene, run):
                yield run


def within_split(scene: Scene, run: Run) -> bool:
    """Whether every row that a run asked still belongs to the split it was asked for, and has the same posts."""
    return len(rows_within_split(scene, run)) == len(run.rows)


def rows_within_split(scene: Scene, run: Run) -> tuple[RunRow, ...]:
    """The rows of a run that still belong to the split it was asked for, and have the same posts."""
    asked = ("pool", "dev", "test") if run.header.split == "all" else (run.header.split,)
    posts = {example.id: example.items for example in scene.rows if example.split in asked}
    return tuple(row for row in run.rows if posts.get(row.example.id) == row.example.items)
