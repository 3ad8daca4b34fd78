"""Step 4 on the command line: has production drifted away from what its release was measured on?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_lines, print_table, working_on
from labkit.cli.traffic import Since, Until
from labkit.errors import BadInput
from labkit.texts import say
from labkit.views.sentences import drift_words

if TYPE_CHECKING:
    from labkit.comparison.drift import Drift, DriftLine

_LEAST_P = 0.001  # what is smaller is told by saying so


@app.command()
def drift(
    directory: SceneDir,
    since: Since = None,
    until: Until = None,
    against: Annotated[
        str | None, typer.Option(metavar="RUN", help="The reference, by default the run that passed the gate.")
    ] = None,
    run: Annotated[
        str | None, typer.Option(metavar="RUN", help="Instead of traffic: a run over later posts, as of classify.")
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """Compare traffic, or a file that was classified, with what its release was measured on; exit code 1 on drift.

    Labels, missing answers, confidence, length and new wording, each with a test, adjusted for their number.
    """
    from labkit.traffic import drift as measure
    from labkit.traffic import read_traffic
    from labkit.workspace import open_scene

    if run and (since or until):
        raise BadInput.told("error.cli.run_and_time")
    scene = open_scene(directory)
    with working_on(say("drift.working")):
        reference = scene.store.load_run(against) if against else None
        now = scene.store.load_run(run) if run else read_traffic(scene, since, until)
        found = measure(scene, now, reference)
    if json_:
        print_json(_as_json(found))
    else:
        _print(found)
    raise typer.Exit(1 if found.drifted else 0)


def _as_json(found: Drift) -> dict[str, Any]:
    lines = [{**asdict(line), "drifted": line.drifted} for line in found.lines]
    grams = [{"gram": gram, "rows": rows} for gram, rows in found.new_grams]
    return {
        "drifted": found.drifted,
        "lines": lines,
        "new_grams": grams,
        "left_out": found.left_out,
        "no_reply": found.no_reply,
    }


def _print(found: Drift) -> None:
    head = tuple(say(f"drift.{key}") for key in ("what", "before", "now", "effect", "p", "drifted"))
    print_table(head, [_cells(line) for line in found.lines])
    replies = next(line for line in found.lines if line.what == "unanswered")
    print_lines(say("drift.rows", before=replies.rows_before, now=replies.rows_now))
    if found.new_grams:
        print_lines(say("drift.grams", grams=", ".join(f"{gram} ({rows})" for gram, rows in found.new_grams)))
    if found.left_out:
        note(say("drift.left_out", entries=found.left_out))
    if found.no_reply:
        note(say("drift.no_reply", rows=found.no_reply))


def _cells(line: DriftLine) -> tuple[str, ...]:
    values = [f"{value:.0f}" if line.what == "length" else f"{value:.2f}" for value in (line.before, line.now)]
    p = f"{line.p:.3f}" if line.p >= _LEAST_P else f"< {_LEAST_P:g}"  # no test gives 0
    return drift_words(line), *values, f"{line.effect:.2f}", p, say("drift.yes") if line.drifted else ""
