"""Step 1 on the command line: what in a prompt is likely to cost answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.prompts.lint import LintFinding

_ROWS_NAMED = 5


@app.command()
def lint(
    directory: SceneDir,
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="A prompt of the scene, such as v1.")],
    run: Annotated[str | None, typer.Option(metavar="RUN", help="A run whose confusions are looked at too.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Look a prompt through before anything is sent; exit 1 when something in it is certainly wrong."""
    from labkit.prompts.lint import lint as look_through
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    answers = scene.store.load_run(run).rows if run else ()
    found = look_through(scene.prompt(prompt), scene.task, scene.examples(), answers)
    if json_:
        print_json([asdict(finding) for finding in found])
    else:
        _print(found, prompt)
    raise typer.Exit(any(finding.severity == "error" for finding in found))


def _print(found: list[LintFinding], prompt: str) -> None:
    for finding in found:
        place = " · ".join(filter(None, (say(f"lint.section.{finding.section}"), finding.label)))
        typer.echo(f"{say(f'lint.{finding.severity}')} · {plain(place)} · {finding.rule}")
        for text in (finding.reason, finding.fix, *_rows(finding), say("lint.source", source=finding.source)):
            typer.echo(f"  {plain(text)}")
        typer.echo()
    count = Counter(finding.severity for finding in found)
    typer.echo(say("lint.counts", prompt=prompt, errors=count["error"], warnings=count["warning"], notes=count["note"]))


def _rows(finding: LintFinding) -> list[str]:
    if not finding.rows:
        return []
    named = ", ".join(finding.rows[:_ROWS_NAMED]) + (" …" if len(finding.rows) > _ROWS_NAMED else "")
    return [say("lint.rows", count=len(finding.rows), named=named)]
