"""Step 3 on the command line: what changed from one dataset to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli.export import datasets
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.curation.dataset_diff import DatasetDiff

_SHOWN = 8  # rows of a kind in the terminal


@datasets.command("diff")
def diff(
    directory: SceneDir,
    before: Annotated[str, typer.Argument(metavar="A", help="The older dataset.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The newer dataset.")],
    json_: JsonFlag = False,
) -> None:
    """Say what changed from one dataset to another: rows added, removed, relabelled, or with another answer."""
    from labkit.datasets import diff_datasets
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    older, newer = scene.dataset(before), scene.dataset(after)
    found = diff_datasets(older, newer)
    if json_:
        ids = {"before": older.content_id, "after": newer.content_id, "new_prompt": found.new_prompt}
        changed = {kind: list(getattr(found, kind)) for kind in ("added", "removed", "retargeted", "reworded")}
        print_json({**ids, **changed, "relabelled": dict(found.relabelled), "unchanged": found.unchanged})
    else:
        _print(found)


def _print(found: DatasetDiff) -> None:
    if found.new_prompt:
        typer.echo(say("versions.new_prompt"))
    rows = [
        (say(f"versions.{kind}"), count, "" if kind == "unchanged" else _some(tuple(getattr(found, kind))))
        for kind, count in found.counts.items()
    ]
    print_table((say("versions.kind"), say("versions.rows"), say("versions.such_as")), rows)
    if found.relabelled:
        typer.echo()
    for id, (old, new) in list(found.relabelled.items())[:_SHOWN]:
        typer.echo(plain(f"{id}: {', '.join(old) or '–'} → {', '.join(new) or '–'}"))


def _some(ids: tuple[str, ...]) -> str:
    return " ".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")
