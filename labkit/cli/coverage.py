"""Step 3 on the command line: what a dataset covers of its pool, and what other quotas would choose."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli.export import datasets
from labkit.cli.output import JsonFlag, SceneDir, cut, note, plain, print_json, print_table
from labkit.cli.wishes import BanOption, MixOption, PinOption, QuotaOption, read_mix, read_quota, wished
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.curation.coverage_map import Coverage
    from labkit.datasets import Planner
    from labkit.workspace import Scene

_SHOWN = 10  # regions in the terminal
_CUT = 44  # characters of a region's typical post


@datasets.command("coverage")
def coverage(
    directory: SceneDir,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the scene's datasets.")],
    subtask: Annotated[str | None, typer.Option(metavar="NAME", help="Which, where the pool has several.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws the regions otherwise.")] = 0,
    json_: JsonFlag = False,
) -> None:
    """Say what of the pool a dataset stands for, and which regions of the pool it leaves bare."""
    from labkit.datasets import dataset_coverage
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    found = dataset_coverage(scene, name, subtask, seed)
    if json_:
        print_json({"dataset": name, "subtask": subtask, **coverage_to_json(found)})
    else:
        _print(found, scene)


@datasets.command("plan")
def plan(
    directory: SceneDir,
    budget: Annotated[int, typer.Option(metavar="N", help="At most so many rows per subtask.")] = 1_000,
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="As for select.")] = None,
    teacher: Annotated[str | None, typer.Option(metavar="RUN", help="As for select.")] = None,
    pin: PinOption = None,
    ban: BanOption = None,
    quota: QuotaOption = None,
    mix: MixOption = "",
    seed: Annotated[int, typer.Option(help="As for select.")] = 0,
    json_: JsonFlag = False,
) -> None:
    """Say what select would choose with these quotas and what that covers; nothing is written."""
    from labkit.datasets import Planner
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    known = {row.id for row in scene.rows}
    pins, bans = wished(pin or (), known), wished(ban or (), known)
    quotas, shares = dict(map(read_quota, quota or ())), read_mix(mix)
    planner = Planner(scene, prompt=prompt, teacher=teacher, pins=pins, bans=bans, seed=seed)
    found = planner.plan(budget, quotas, shares)
    cells = {subtask: _cells(planner, found.counts(subtask), subtask) for subtask in planner.subtasks}
    if json_:
        ids = [row.example.id for row in found.rows]
        parts = [
            {"subtask": subtask, "cells": cells[subtask], **coverage_to_json(covered)}
            for subtask, covered in found.coverage.items()
        ]
        print_json({"rows": len(ids), "ids": ids, "subtasks": parts})
        return
    for subtask, covered in found.coverage.items():
        if subtask is not None:
            typer.echo(plain(say("coverage.subtask", name=subtask)))
        head = (say("head.label"), say("coverage.difficulty"), say("coverage.available"), say("coverage.chosen"))
        print_table(head, [_cell_line(cell) for cell in cells[subtask]])
        typer.echo()
        _print(covered, scene)
    note(say("coverage.nothing_written"))


def coverage_to_json(found: Coverage) -> dict[str, Any]:
    """A coverage as commands print it: the regions, and the place of every row looked at."""
    return {
        "coverage": found.value,
        "pool_rows": found.pool_rows,
        "looked_at": sum(len(region.rows) for region in found.regions),
        "bare_regions": [region.number for region in found.bare],
        "regions": [{**asdict(region), "rows": len(region.rows), "ids": region.rows} for region in found.regions],
        "map": [asdict(row) for row in found.rows],
    }


def _cells(planner: Planner, chosen: Any, subtask: str | None) -> list[dict[str, Any]]:
    available = planner.available(subtask)
    ordered = sorted(available, key=lambda cell: (cell.label or "", cell.difficulty))
    return [{**asdict(cell), "available": available[cell], "chosen": chosen[cell]} for cell in ordered]


def _cell_line(cell: dict[str, Any]) -> tuple[object, ...]:
    label = cell["label"] or say("select.no_label")
    return label, say(f"select.{cell['difficulty']}"), cell["available"], cell["chosen"]


def _print(found: Coverage, scene: Scene) -> None:
    texts = {row.id: row.text for row in scene.examples("pool")}
    head = (say("coverage.region"), say("coverage.rows"), say("coverage.chosen"), say("coverage.covered"))
    rows = [
        (region.number, len(region.rows), region.chosen, f"{region.covered:.2f}", cut(texts[region.typical], _CUT))
        for region in found.regions[:_SHOWN]
    ]
    print_table((*head, say("coverage.typical")), rows)
    typer.echo(say("coverage.value", value=f"{found.value:.2f}"))
    if (more := len(found.regions) - _SHOWN) > 0:
        note(say("coverage.more", count=more))
    if found.bare:
        typer.echo(say("coverage.bare", count=len(found.bare), of=len(found.regions)))
    looked_at = sum(len(region.rows) for region in found.regions)
    if looked_at < found.pool_rows:
        note(say("coverage.sampled", rows=looked_at, pool=found.pool_rows))
