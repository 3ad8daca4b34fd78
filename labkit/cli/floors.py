"""Beside every comparison: do the models beat what needs no language model?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import typer

from labkit.cli.output import plain

if TYPE_CHECKING:
    from labkit.decision import AgainstFloor
    from labkit.records import Run
    from labkit.workspace import Scene


def floors_beside(scene: Scene, runs: Sequence[Run]) -> tuple[AgainstFloor, ...] | None:
    """Hold runs against the floors among them and those recorded over the same rows; None without any floor."""
    from labkit.decision import against_floors

    floors = [run for run in runs if _is_floor(run.header.model)] + _recorded(scene, runs)
    others = [run for run in runs if not _is_floor(run.header.model)]
    return against_floors([*floors, *others]) if floors else None


def floors_json(beside: Sequence[AgainstFloor] | None) -> list[dict[str, Any]] | None:
    """One object a run that is no floor; null where no floor was measured."""
    return None if beside is None else [asdict(entry) for entry in beside]


def print_floors(beside: Sequence[AgainstFloor] | None) -> None:
    """Say which models do not beat the best floor, or that all do, or that no floor was measured."""
    from labkit.views.sentences import floor_words

    lines = floor_words(beside)
    for line in ["", *lines] if lines else []:
        typer.echo(plain(line))


def _recorded(scene: Scene, runs: Sequence[Run]) -> list[Run]:
    """Complete runs of floors over the same rows that were not given."""
    from labkit.diagnosis import is_probe

    given, rows = {run.id for run in runs}, runs[0].header.examples_sha256
    fitting = [
        header.run
        for header in scene.store.runs()
        if _is_floor(header.model) and header.examples_sha256 == rows and not is_probe(header)
    ]
    loaded = [scene.store.load_run(run) for run in fitting if run not in given]
    return [replace(run, task=replace(run.task, bar=scene.task.bar)) for run in loaded if run.complete]


def _is_floor(model: str) -> bool:
    from labkit.decision import FLOORS

    return model in FLOORS
