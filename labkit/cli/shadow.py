"""Step 4 on the command line: what would a candidate have answered to the traffic of the current release?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import (
    JsonFlag,
    SceneDir,
    cut,
    note,
    plain,
    print_json,
    print_lines,
    print_table,
    typed,
    working_on,
)
from labkit.cli.spending import MaxCost, PersonalData, cost_json, leave_when_open, print_cost, with_consent
from labkit.cli.traffic import Since, Until
from labkit.errors import BadInput
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.traffic import Shadow
    from labkit.traffic.shadowing import Disagreement
    from labkit.workspace import Scene

_POST = 40  # characters of a post


@app.command()
def shadow(
    directory: SceneDir,
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="The candidate's prompt.")] = None,
    model: Annotated[str | None, typer.Option(metavar="MODEL", help="The candidate's model.")] = None,
    run: Annotated[
        str | None, typer.Option(metavar="RUN", help="An earlier shadow instead, looked at again; nobody is asked.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[
        int, typer.Option(min=1, metavar="N", help="At most so many questions, drawn at random; judged ones first.")
    ] = 500,
    top: Annotated[int, typer.Option("--list", min=0, metavar="N", help="How many disagreements to print.")] = 10,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Ask a candidate what the current release was asked, show nobody, and list where both differ."""
    from labkit.traffic import read_traffic, shadow_of
    from labkit.traffic import shadow as ask
    from labkit.workspace import open_scene

    if (run is None) == (prompt is None or model is None) or (run and (prompt or model)):
        raise BadInput.told("error.cli.candidate")
    scene = open_scene(directory)
    with working_on(say("traffic.reading")):
        window = read_traffic(scene, since, until)
    wishes: dict[str, Any] = {"limit": limit, "max_cost": max_cost}
    if run:
        found = shadow_of(scene, window, scene.store.load_run(run))
    else:
        found = with_consent(
            lambda answer: ask(scene, window, prompt or "", model or "", **wishes, personal_data=answer),
            personal_data,
            json_,
        )
    if json_:
        print_json({**_as_json(found), "cost": cost_json(found.run, scene)})
    else:
        _print(scene, found, top)
        print_cost(found.run, scene)
    leave_when_open(found.run)


def _as_json(found: Shadow) -> dict[str, Any]:
    pair = found.judged
    return {
        "run": found.run.id,
        "release": found.release,
        **{"compared": found.compared, "copies": found.copies, "open": found.open},
        "differ": len(found.disagreements),
        "share": asdict(found.share),
        "judged": {name: getattr(pair, name) for name in ("rows", "fixed", "regressed", "verdict")} if pair else None,
        "list": [_listed(one) for one in found.disagreements],
    }


def _listed(one: Disagreement) -> dict[str, Any]:
    answers = {"live": one.entry.labels, "candidate": one.labels, "confidence": one.confidence}
    return {"entry": one.entry.id, "kind": one.kind, **answers, "posts": one.entry.posts}


def _print(scene: Scene, found: Shadow, top: int) -> None:
    share = found.share
    values = {"share": f"{share.value:.1%}", "low": f"{share.low:.1%}", "high": f"{share.high:.1%}"}
    said: dict[str, Any] = {"differ": len(found.disagreements), "compared": found.compared, "release": found.release}
    print_lines(say("shadow.differ", **said, **values))
    if found.judged:
        pair = found.judged
        counts: dict[str, Any] = {"rows": pair.rows, "fixed": len(pair.fixed), "broken": len(pair.regressed)}
        print_lines(say(f"shadow.judged.{pair.verdict}", **counts))
    else:
        note(say("shadow.not_judged", command=typed("online sample", scene.path)))
    if found.disagreements and top:
        head = [say(f"shadow.{key}") for key in ("live", "candidate", "confidence", "posts")]
        print_table(head, [_cells(one) for one in found.disagreements[:top]])
    if found.disagreements:
        note(say("shadow.next", command=typed("feedback send", scene.path, "--shadow", found.run.id)))
    if found.open:
        note(say("shadow.open", rows=found.open))


def _cells(one: Disagreement) -> tuple[str, ...]:
    live, candidate = (", ".join(labels) for labels in (one.entry.labels, one.labels))
    sure = "–" if one.confidence is None else f"{one.confidence:.2f}"
    none = say("select.no_label")
    live = "–" if one.kind == "candidate only" else live or none
    candidate = "–" if one.kind == "live only" else candidate or none
    return live, candidate, sure, plain(cut(" / ".join(one.entry.posts), _POST))
