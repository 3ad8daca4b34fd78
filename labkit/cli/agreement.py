"""Step 3 on the command line: how far the people who label agree."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.curation.annotator_agreement import AnnotatorAgreement, Coefficient

_SHOWN = 8


@app.command()
def agreement(
    what: Annotated[str, typer.Argument(metavar="FILE_OR_DIR", help="A table of annotations, or a scene's folder.")],
    id: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of row ids.")] = None,
    annotator: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of names.")] = None,
    labels: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="The column of labels; or one per annotator, repeated.")
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Say how far annotators agree; exit code 1 when the labels cannot be trusted (alpha below .667)."""
    from labkit.annotations import agreement as work_out
    from labkit.curation.annotator_agreement import TENTATIVE
    from labkit.workspace import open_scene

    source = Path(what) if Path(what).is_file() else open_scene(what)
    found = work_out(source, id=id, annotator=annotator, labels=labels or ())
    if json_:
        print_json(asdict(found))
    else:
        _print(found)
    raise typer.Exit(1 if found.overall.value is not None and found.overall.value < TENTATIVE else 0)


def _print(found: AnnotatorAgreement) -> None:
    typer.echo(say("agreement.rows", rows=found.rows, annotators=", ".join(found.annotators)))
    rows = [(say("agreement.all"), *_cells(found.overall))]
    rows += [(label, *_cells(alpha)) for label, alpha in found.of_label.items()]
    print_table((say("head.label"), say("agreement.alpha"), "95 %", say("agreement.reading")), rows)
    typer.echo()
    pairs = [(f"{p.a} – {p.b}", p.rows, f"{p.same:.0%}", *_interval(p.kappa)) for p in found.pairs]
    print_table((say("agreement.pair"), say("agreement.both"), say("agreement.same"), "Cohen κ", "95 %"), pairs)
    if found.fleiss.value is not None:
        typer.echo("Fleiss κ {} ({})".format(*_interval(found.fleiss)))
    for a, b, rows_ in found.confused[:_SHOWN]:
        typer.echo(say("agreement.confused", a=a, b=b, rows=rows_))
    if found.disputed:
        typer.echo(say("agreement.disputed", rows=" ".join(found.disputed[:_SHOWN]), count=len(found.disputed)))


def _cells(alpha: Coefficient) -> tuple[str, str, str]:
    from labkit.curation.annotator_agreement import GOOD, TENTATIVE

    if alpha.value is None:
        return ("-", "-", say("agreement.constant"))
    reading = "good" if alpha.value >= GOOD else "tentative" if alpha.value >= TENTATIVE else "poor"
    return (*_interval(alpha), say(f"agreement.{reading}"))


def _interval(found: Coefficient) -> tuple[str, str]:
    if found.value is None:
        return ("-", "-")
    return (_figure(found.value), f"{_figure(found.low)} – {_figure(found.high)}")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
