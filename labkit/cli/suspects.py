"""Step 1 on the command line: gold labels that answers speak against, the most suspect first."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, cut, plain, print_json, print_table, working_on
from labkit.errors import BadInput
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.diagnosis import GoldSuspect
    from labkit.records import RunHeader
    from labkit.workspace import Scene

_POST = 40  # characters of a post


@app.command()
def suspects(
    directory: SceneDir,
    runs: Annotated[
        list[str] | None, typer.Argument(metavar="[RUN]…", help="Runs; by default the newest of each prompt and model.")
    ] = None,
    split: Annotated[str, typer.Option(help="Which rows, when no run is named.")] = "dev",
    top: Annotated[int, typer.Option(min=1, help="How many rows to print.")] = 20,
    json_: JsonFlag = False,
) -> None:
    """Rank rows whose gold labels are probably wrong, by several runs and a judge that has not seen the row."""
    from labkit.diagnosis import suspect_gold
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    named = runs or _newest(scene, split)
    if not named:
        raise BadInput.told("error.cli.no_finished_run", split=split)
    with working_on(say("suspects.working", runs=len(named))):
        found = suspect_gold([scene.store.load_run(run) for run in named])
    if json_:
        print_json({"runs": named, "suspects": [asdict(one) for one in found]})
    else:
        _print(scene, found, top, len(named))


def _newest(scene: Scene, split: str) -> list[str]:
    """The newest finished run of each prompt and model; the store lists the newest first."""
    from labkit.diagnosis import is_probe
    from labkit.evaluation.split_runs import runs_over

    newest: dict[tuple[str, str], str] = {}

    def wanted(header: RunHeader) -> bool:
        return not is_probe(header) and (header.prompt_sha256, header.model) not in newest

    for run in runs_over(scene, split, wanted):
        if run.complete:
            newest[run.header.prompt_sha256, run.header.model] = run.id
    return list(newest.values())


def _print(scene: Scene, found: tuple[GoldSuspect, ...], top: int, runs: int) -> None:
    typer.echo(say("suspects.found", rows=len(found), runs=runs))
    keys = ("gold", "suggested", "against", "confidence", "post")
    print_table(("ID", *(say(f"suspects.{key}") for key in keys)), [_cells(scene, one) for one in found[:top]])
    if found:
        typer.echo(say("suspects.next"))


def _cells(scene: Scene, one: GoldSuspect) -> tuple[Any, ...]:
    labels = (listed(one.gold) or "–", listed(one.suggested) or "–")
    confidence = "" if one.confidence is None else f"{one.confidence:.2f}"
    post = plain(cut(scene.row(one.row).text, _POST))
    return (one.row, *labels, f"{one.against}/{one.runs}", confidence, post)
