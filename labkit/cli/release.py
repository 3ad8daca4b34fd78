"""Step 4 on the command line: may this run's model ship?"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table
from labkit.texts import say


@app.command()
def gate(
    directory: SceneDir,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run over test rows; the beginning of its id is enough.")],
    champion: Annotated[
        str | None, typer.Option(metavar="RUN", help="The run of what is in production, for no_label_worse_by.")
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Hold a run against the scene's gate.yaml; exit code 1 when it says no."""
    from labkit.costs import run_cost
    from labkit.decision import gate as hold
    from labkit.records import examples_sha256
    from labkit.workspace import open_scene
    from labkit.workspace.gate_file import GATE_FILE

    scene = open_scene(directory)
    candidate = scene.store.load_run(run)
    rival = scene.store.load_run(champion) if champion else None
    if not (scene.path / GATE_FILE).exists():
        note(say("gate.from_bar", file=GATE_FILE))
    rules = scene.gate()
    task = replace(scene.task, test_sha256=examples_sha256(scene.examples("test")))  # all of them, as they are now
    result = hold(rules, task, candidate, rival, run_cost(candidate, scene.prices().prices))
    if json_:
        lines = [asdict(line) for line in result.lines]
        print_json({"run": candidate.id, "passed": result.passed, "gate": asdict(rules), "lines": lines})
    else:
        marks = {True: say("gate.yes"), False: say("gate.no")}
        head = (say("head.rule"), say("head.wanted"), say("head.measured"), "")
        print_table(head, [(line.rule, line.wanted, line.measured, marks[line.passed]) for line in result.lines])
        typer.echo(say("gate.passed" if result.passed else "gate.refused", run=candidate.id))
    raise typer.Exit(0 if result.passed else 1)
