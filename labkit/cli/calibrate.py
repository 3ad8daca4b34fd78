"""Step 2 on the command line: what a model's probabilities are worth, and which rows it may answer alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.calibration import Abstention, Calibration
    from labkit.scoring import Interval


@app.command()
def calibrate(
    directory: SceneDir,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run on dev; the beginning of its id is enough.")],
    on: Annotated[str | None, typer.Option(metavar="RUN", help="Another run of the same model to apply it to.")] = None,
    target: Annotated[float, typer.Option(help="The accuracy that answered rows must have, such as 0.9.")] = 0.9,
    json_: JsonFlag = False,
) -> None:
    """Say how sure a model must be to answer alone; exit code 1 when no confidence reaches the target."""
    from labkit.calibration import calibrate as learn
    from labkit.workspace import open_scene

    store = open_scene(directory).store
    learnt = learn(store.load_run(run))
    applied = store.load_run(on or run)
    found = [learnt.abstain(applied, target, guaranteed=sure) for sure in (False, True)]
    if json_:
        print_json(_as_json(learnt, found) | {"on": applied.id, "curve": [asdict(p) for p in learnt.curve(applied)]})
    else:
        _print(learnt, found)
    raise typer.Exit(1 if found[0].threshold is None else 0)


def _as_json(learnt: Calibration, found: list[Abstention]) -> dict[str, Any]:
    return {
        "run": learnt.run,
        "rows": learnt.rows,
        "left_out": learnt.left_out,
        "answers": asdict(learnt.answers),
        "labels": asdict(learnt.labels) if learnt.labels else None,
        "temperature": learnt.temperature,
        "brier": dict(zip(("raw", "calibrated"), learnt.brier, strict=True)),
        "calibration_error": dict(zip(("raw", "calibrated"), learnt.error, strict=True)),
        "abstain": [asdict(entry) for entry in found],
    }


def _print(learnt: Calibration, found: list[Abstention]) -> None:
    typer.echo(say("calibrate.rows", run=learnt.run, rows=learnt.rows, left_out=learnt.left_out))
    typer.echo()
    head = (say("calibrate.head"), say("calibrate.raw"), say("calibrate.scaled"))
    figures = (("error", learnt.error), ("brier", learnt.brier))
    print_table(head, [(say(f"calibrate.{name}"), *(f"{value:.3f}" for value in pair)) for name, pair in figures])
    typer.echo()
    columns = ("", *(say(f"calibrate.{name}") for name in ("threshold", "coverage", "accuracy")))
    print_table(columns, [_abstention_cells(entry) for entry in found])
    if found[0].threshold is None:
        typer.echo(say("calibrate.unreached", target=f"{100 * found[0].target:g}"))


def _abstention_cells(found: Abstention) -> tuple[str, ...]:
    name = say("calibrate.guaranteed" if found.guaranteed else "calibrate.observed")
    if found.threshold is None:
        return name, "–", "0", "–"
    return name, f"{found.threshold:.6g}", _of_100(found.coverage), _of_100(found.accuracy)


def _of_100(found: Interval) -> str:
    return f"{100 * found.value:.1f} ({100 * found.low:.1f}–{100 * found.high:.1f})"
