"""`evaluate … --model A --model B`: several models asked the same, their runs one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from labkit.cli.output import note, plain, print_json
from labkit.cli.spending import with_consent
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.records import Prompt
    from labkit.workspace import Scene


def run_side_by_side(
    scene: Scene,
    question: tuple[str | Prompt, Sequence[str], str],
    wishes: dict[str, Any],
    personal_data: str | None,
    as_json: bool,
) -> None:
    """Ask several models and print their runs; exit 1 when one was stopped or rows were left open.

    Args:
        scene: the scene.
        question: prompt, models and split.
        wishes: further words of `evaluate_models`.
        personal_data: as on the command line.
        as_json: print one JSON value.
    """
    from labkit.cli.evaluate import print_run_and_standing, run_json
    from labkit.evaluation import evaluate_models

    found = with_consent(
        lambda answer: evaluate_models(scene, *question, **wishes, personal_data=answer), personal_data, as_json
    )
    if as_json:
        stopped = {model: str(error) for model, error in found.stopped.items()}
        print_json({"runs": [run_json(run, scene) for run in found.runs], "stopped": stopped})
    else:
        for run in found.runs:
            print_run_and_standing(run, scene)
            typer.echo()
        for model, error in found.stopped.items():
            note(plain(say("side_by_side.stopped", model=model, problem=str(error))))
    if found.stopped or any(run.counts["pending"] for run in found.runs):
        raise typer.Exit(1)
