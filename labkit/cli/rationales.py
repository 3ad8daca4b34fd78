"""Step 1 on the command line: what is odd about a run's rationales, and whether answers hang on their quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json, print_table
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.diagnosis import RationaleFlag, Redaction
    from labkit.records import Run

_SHOWN, _WORDS = 20, 60  # flags printed, characters of each


@app.command()
def rationales(
    directory: SceneDir,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run; the beginning of its id is enough.")],
    redact: Annotated[
        bool, typer.Option("--redact", help="Ask again without the quoted words: does the label go?")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="With --redact: only the first so many rows.")] = None,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Flag rationales that quote what is not there, deny the answer, or argue for another label."""
    from labkit.diagnosis import rationale_flags
    from labkit.evaluation import redact as ask
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    asked = scene.store.load_run(run)
    flags = rationale_flags(asked.rows, asked.task.labels)
    found = (
        with_consent(
            lambda answer: ask(scene, asked, limit=limit, max_cost=max_cost, personal_data=answer), personal_data, json_
        )
        if redact
        else None
    )
    if json_:
        print_json(_json(asked, flags, found))
        return
    _print_flags(asked, flags)
    if found:
        _print_redaction(found)


def _json(run: Run, flags: Sequence[RationaleFlag], found: Redaction | None) -> dict[str, Any]:
    value: dict[str, Any] = {
        "run": run.id,
        "answered": run.counts["answered"],
        "flags": [asdict(flag) for flag in flags],
    }
    if found:
        value["redaction"] = {
            "run": found.after.id,
            "gone": found.gone,
            "partly": found.partly,
            "stayed": found.stayed,
            "share": asdict(found.share),
            "untested": dict(found.untested),
        }
    return value


def _print_flags(run: Run, flags: Sequence[RationaleFlag]) -> None:
    if not flags:
        typer.echo(say("flag.none"))
        return
    head = ("ID", say("flag.head"), say("errors.label"), say("flag.words"))
    cells = [
        (flag.row, say(f"flag.{flag.kind}"), listed(flag.labels), plain(flag.words)[:_WORDS]) for flag in flags[:_SHOWN]
    ]
    print_table(head, cells)
    if len(flags) > _SHOWN:
        typer.echo(say("errors.more", more=len(flags) - _SHOWN))
    rows = len({(flag.row, flag.repeat) for flag in flags})
    typer.echo(say("flag.is_no_truth", flags=len(flags), rows=rows, answered=run.counts["answered"]))


def _print_redaction(found: Redaction) -> None:
    share = f"{100 * found.share.low:.0f}–{100 * found.share.high:.0f} %"
    counts: dict[str, Any] = {key: len(getattr(found, key)) for key in ("gone", "partly", "stayed")}
    typer.echo(say("redact.result", tested=len(found.after.rows), share=share, **counts))
    if found.untested:
        reasons = listed(say(f"redact.{why}", n=n) for why, n in found.untested.items())
        typer.echo(say("redact.untested", reasons=reasons))
