"""Step 3 on the command line: which rows are learnt from, and which judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.records import Split
    from labkit.workspace import Scene

_SPLITS: tuple[Split, ...] = ("pool", "dev", "test")


@app.command()
def split(
    directory: SceneDir,
    dev: Annotated[float, typer.Option(help="Share of the rows that tune the prompt.")] = 0.15,
    test: Annotated[float, typer.Option(help="Share of the rows that judge.")] = 0.25,
    by_time: Annotated[bool, typer.Option("--by-time", help="The newest rows judge.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed parts otherwise.")] = 0,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why test rows that are there should change.")
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Part a scene's rows anew: authors and near duplicates stay whole, labels keep their shares, test is frozen."""
    from labkit.curation.repetition import count_repetition
    from labkit.workspace import open_scene, split_scene

    fractions: dict[Split, float] = {"pool": 1 - dev - test, "dev": dev, "test": test}
    with working_on(say("split.working")):
        parted = split_scene(open_scene(directory), fractions, by_time=by_time, seed=seed, reason=reason)
        repetition = count_repetition(parted.examples("all"))
    counts = _counts(parted)
    if json_:
        rows = {s: len(parted.examples(s)) for s in _SPLITS}
        print_json({"scene": str(parted.path), "rows": rows, "labels": counts, "near_duplicates": repetition.counts})
        return
    table = [(label, *(counts[label][s] for s in _SPLITS)) for label in parted.task.labels]
    print_table((say("head.label"), *_SPLITS), table)
    pool_, dev_, test_ = (len(parted.examples(name)) for name in _SPLITS)
    typer.echo(say("split.done", pool=pool_, dev=dev_, test=test_))
    note(say("split.repetition", **repetition.counts))
    note(say("repetition.pool", **repetition.counts))


def _counts(scene: Scene) -> dict[str, dict[str, int]]:
    """Label -> split -> rows."""
    return {
        label: {name: sum(label in (row.labels or ()) for row in scene.examples(name)) for name in _SPLITS}
        for label in scene.task.labels
    }
