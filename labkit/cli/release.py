"""Step 4 on the command line: may this run's model ship, what is in production, and the way back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_lines, print_table, typed
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.decision import GateLine
    from labkit.releases import GateReading, Release, ReleaseHistory

RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="A run over test rows; the beginning of its id is enough.")
]
Approved = Annotated[str, typer.Option("--approved-by", metavar="NAME", help="Who answers for it.")]


@app.command()
def gate(
    directory: SceneDir,
    run: RunArgument,
    champion: Annotated[
        str | None, typer.Option(metavar="RUN", help="The run to compare with, if not that of the current release.")
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Hold a run against the scene's gate.yaml; exit code 1 when it says no."""
    from labkit.releases import champion_of, read_gate_for, rival_of
    from labkit.workspace import open_scene
    from labkit.workspace.gate_file import GATE_FILE

    scene = open_scene(directory)
    if not (scene.path / GATE_FILE).exists():
        note(say("gate.from_bar", file=GATE_FILE))
    reading = read_gate_for(scene, run, champion or champion_of(scene))
    _print_reading(reading, json_)
    measured = {line.measured.key for line in reading.result.lines}
    if "gate.cell.no_champion" in measured:
        rival = rival_of(scene, reading.run) or "RUN"
        note(say("gate.name_champion", command=typed("gate", directory, reading.run.id, "--champion", rival)))
    if "gate.cell.canaries_not_asked" in measured:
        note(say("gate.ask_canaries", command=typed("canaries", directory, reading.run.id)))
    raise typer.Exit(0 if reading.result.passed else 1)


@app.command()
def release(
    directory: SceneDir,
    run: RunArgument,
    approved_by: Approved,
    champion: Annotated[
        str | None, typer.Option(metavar="RUN", help="The run to compare with, if not that of the current release.")
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Make what a run measured the current release, if the gate lets it pass; exit code 1 when it does not."""
    from labkit.errors import GateRefused
    from labkit.releases import release as make_current
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    try:
        found = make_current(scene, run, approved_by, champion)
    except GateRefused as refusal:
        note(f"labkit: {refusal}")
        raise typer.Exit(1) from None
    _print_current(found, json_)


@app.command()
def rollback(
    directory: SceneDir,
    approved_by: Approved,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; the history keeps it.")],
    json_: JsonFlag = False,
) -> None:
    """Bring back what was in production before the current release."""
    from labkit.releases import rollback as bring_back
    from labkit.workspace import open_scene

    _print_current(bring_back(open_scene(directory), approved_by, reason), json_)


@app.command()
def releases(directory: SceneDir, json_: JsonFlag = False) -> None:
    """List the scene's releases, and which one is current."""
    from labkit.releases import release_history
    from labkit.workspace import open_scene

    history = release_history(open_scene(directory))
    if json_:
        current = history.current.id if history.current else None
        turns = [asdict(turn) for turn in history.turns]
        listed = [_release_json(found) for found in history.releases]
        print_json({"current": current, "live_since": history.live_since, "releases": listed, "turns": turns})
        return
    head = tuple(say(f"head.{key}") for key in ("release", "model", "prompt", "run", "approved_by", "at"))
    print_table(head, [_cells(found, history) for found in history.releases])
    for turn in history.turns:
        if turn.taken_back is not None:
            said = {"left": turn.left, "live": turn.live, "by": turn.approved_by, "at": turn.at}
            print_lines(say("release.taken_back", reason=turn.taken_back, **said))
    if history.current:
        print_lines(say("release.live_since", release=history.current.id, at=history.live_since))
    else:
        note(say("release.none", directory=directory))


def _print_reading(reading: GateReading, json_: bool) -> None:
    result, run = reading.result, reading.run.id
    if json_:
        lines = [_line_json(line) for line in result.lines]
        print_json({"run": run, "passed": result.passed, "gate": asdict(reading.rules), "lines": lines})
        return
    marks = {True: say("gate.yes"), False: say("gate.no")}
    told = [line.told() for line in result.lines]
    head = (say("head.rule"), say("head.wanted"), say("head.measured"), "")
    print_table(head, [(line.rule, line.wanted, line.measured, marks[line.passed]) for line in told])
    typer.echo(say("gate.passed" if result.passed else "gate.refused", run=run))


def _print_current(found: Release, json_: bool) -> None:
    if json_:
        print_json(_release_json(found))
    else:
        typer.echo(say("release.current", release=found.id, model=found.model, prompt=found.prompt_name, run=found.run))


def _line_json(line: GateLine) -> dict[str, Any]:
    """The line in English words, and the numbers in it."""
    numbers = {part: dict(getattr(line, part).values) for part in ("rule", "wanted", "measured")}
    return {**asdict(line.told("en")), "values": numbers}


def _release_json(found: Release) -> dict[str, Any]:
    return {**asdict(found), "gate": [_line_json(line) for line in found.gate]}


def _cells(found: Release, history: ReleaseHistory) -> tuple[Any, ...]:
    is_current = history.current is not None and history.current.id == found.id
    mark = f" ({say('release.mark')})" if is_current else ""
    return f"{found.id}{mark}", found.model, found.prompt_name, found.run, found.approved_by, found.at
