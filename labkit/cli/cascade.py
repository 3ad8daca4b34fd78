"""Step 2 on the command line: a cheap model first, and somebody dearer for the rows it is unsure of."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json, print_table, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.decision import Cascade, CascadePoint, Money, Standing
    from labkit.records import Run
    from labkit.scoring import Interval
    from labkit.workspace import Scene


@app.command()
def cascade(
    directory: SceneDir,
    first: Annotated[str, typer.Argument(metavar="FIRST", help="The run of the cheap model, on dev.")],
    second: Annotated[
        str | None, typer.Argument(metavar="[SECOND]", help="The run of who gets the unsure rows; people by default.")
    ] = None,
    other: Annotated[
        str | None, typer.Option(metavar="RUN", help="Another cheap run: where the two differ, a row is unsure.")
    ] = None,
    target: Annotated[float | None, typer.Option(help="The score to reach, such as 0.9; the bar by default.")] = None,
    people: Annotated[
        float | None,
        typer.Option(metavar="MONEY", min=0, help="What people ask for 1,000 rows, in the bar's currency."),
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Say what two models in a row would have answered and cost, without a call; exit code 1 below the bar."""
    from labkit.decision import Money
    from labkit.decision import cascade as work_out
    from labkit.scoring import Interval
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    asked = None if people is None else Money(Interval(people, people, people), scene.task.bar.currency)
    cheap, (dear, rival) = _loaded(scene, first), (_loaded(scene, run) if run else None for run in (second, other))
    with working_on(say("cascade.working")):
        found = work_out(cheap, dear, other=rival, target=target, prices=scene.prices(), people_per_1000=asked)
    if json_:
        print_json({**asdict(found), "reached": found.standing.reached})
    else:
        _print(found)
    raise typer.Exit(0 if found.standing.reached else 1)


def _loaded(scene: Scene, run: str) -> Run:
    """A run against the bar of today."""
    found = scene.store.load_run(run)
    return replace(found, task=replace(found.task, bar=scene.task.bar))


def _print(found: Cascade) -> None:
    from labkit.decision import PEOPLE

    second = say("cascade.people") if found.second == PEOPLE else found.second
    signal = say(f"cascade.{found.signal.replace(' ', '_')}", other=found.other)
    typer.echo(plain(say("cascade.who", first=found.first, second=second, signal=signal, rows=found.rows)))
    typer.echo()
    head = (say("head.escalated"), say("head.metric_95", metric=found.standing.metric), say("head.per_1000"))
    print_table(head, [_cells(point) for point in found.points])
    typer.echo(say("cascade.praise"))
    typer.echo()
    sure = found.threshold
    typer.echo(say("cascade.nothing") if sure is None else say("cascade.threshold", threshold=f"{sure:.6g}"))
    typer.echo(_unseen(found))
    typer.echo(plain(_verdict(found.standing)))


def _verdict(where: Standing) -> str:
    if where.reached:
        return say("cascade.unsure" if where.verdict == "cannot tell" else "cascade.reached")
    labels = ", ".join(where.missed_recalls)
    return say("cascade.recall", labels=labels) if labels else say("cascade.missed")


def _cells(point: CascadePoint) -> tuple[str, ...]:
    return f"{100 * point.escalated:.0f}", _of_100(point.score), _amount(point.per_1000) if point.per_1000 else "?"


def _unseen(found: Cascade) -> str:
    where = found.standing
    money = say("cascade.money", money=_amount(found.per_1000)) if found.per_1000 else ""
    return say(
        "cascade.unseen",
        metric=where.metric,
        score=_of_100(where.value) if where.value else "–",
        bar=f"{100 * where.bar:g}",
        escalated=_of_100(found.escalated),
        money=money,
    )


def _of_100(found: Interval) -> str:
    return f"{100 * found.value:.1f} ({100 * found.low:.1f}–{100 * found.high:.1f})"


def _amount(money: Money) -> str:
    found = money.amount
    limits = "" if found.low == found.high else f" ({found.low:.2f}–{found.high:.2f})"
    return f"{found.value:.2f}{limits} {money.currency}"
