"""Step 4 on the command line: does a candidate still know what it knew outside the scene?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, print_json, print_lines, print_table
from labkit.cli.release import RunArgument
from labkit.cli.spending import MaxCost, PersonalData, leave_when_open, print_cost, with_consent
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.records import Run, RunRow


@app.command()
def canaries(
    directory: SceneDir,
    run: RunArgument,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Ask the model behind a run a few questions of general ability, for the gate's rule `canaries`."""
    from labkit.releases import ask_canaries
    from labkit.workspace import open_scene
    from labkit.workspace.canaries import canary_scene

    scene = open_scene(directory)
    asked = with_consent(
        lambda said: ask_canaries(scene, run, max_cost=max_cost, personal_data=said), personal_data, json_
    )
    if json_:
        print_json(_as_json(asked))
    else:
        _print(asked)
        print_cost(asked, canary_scene(scene))
    leave_when_open(asked)


def _as_json(asked: Run) -> dict[str, Any]:
    from labkit.scoring import score

    found = score(asked).values.get("accuracy")
    share = None if found is None else {"value": found.value, "low": found.low, "high": found.high}
    rows = [{"id": row.example.id, **_said(row), "right": row.correct} for row in asked.rows]
    return {"run": asked.id, "model": asked.header.model, "right": share, "questions": rows}


def _print(asked: Run) -> None:
    from labkit.scoring import score

    wrong = [row for row in asked.rows if row.correct is not True]
    head = [say(f"canaries.{key}") for key in ("question", "gold", "answer")]
    if wrong:
        cells = [(row.example.items[0].splitlines()[0], *_said(row).values()) for row in wrong]
        print_table(head, cells)
    found = score(asked).values.get("accuracy")
    if found is not None:
        shares: dict[str, Any] = {"value": found.value, "low": found.low, "high": found.high}
        right = len(asked.rows) - len(wrong)
        print_lines(say("canaries.share", model=asked.header.model, right=right, rows=len(asked.rows), **shares))


def _said(row: RunRow) -> dict[str, str]:
    said = row.prediction
    return {"gold": "".join(row.example.labels or ()), "answer": "".join(said.labels) or said.reason}
