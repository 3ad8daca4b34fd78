"""`job DIR NAME --compare`: the verdict on a training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from labkit.cli.output import plain, print_json, print_table, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.hosted import HostedTuning
    from labkit.training import TrainingJob
    from labkit.workspace import Scene


def judge(scene: Scene, job: TrainingJob | HostedTuning, split: str, as_json: bool, **wishes: Any) -> None:
    """Print what a training changed; exit 1 unless it is PASS.

    Args:
        scene: the scene.
        job: the training, here or at a provider.
        split: whose rows.
        as_json: print one JSON value.
        wishes: further words of `compare_tuned`.
    """
    from labkit.views.tuned import compare_tuned

    with working_on(say("tuning.asking")):
        shown = compare_tuned(scene, job, split, **wishes)
    if as_json:
        print_json(shown.as_json())
    else:
        for line in (shown.title(), *shown.sentences()):
            typer.echo(plain(line))
        tables = ((say("tuning.models"), shown.models(), ""), (say("tuning.parts"), shown.parts(), ""))
        for heading, (heads, lines), left in (*tables, *shown.changes()):
            typer.echo(f"\n{heading}")
            if lines:
                print_table(heads, lines)
            if left:
                typer.echo(left)
    raise typer.Exit(0 if shown.found.outcome == "PASS" else 1)
