"""Step 1 on the command line: what in a prompt is likely to cost answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_lines, print_table
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.errors import BadInput
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.prompts.lint import LintFinding
    from labkit.records import Prompt, Run
    from labkit.workspace import Scene

_ROWS_NAMED = 5


@app.command()
def lint(
    directory: SceneDir,
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="A prompt of the scene, such as v1.")],
    run: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Whose confusions are looked at too; else the prompt's newest on dev."),
    ] = None,
    ablate: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Ask a model without each sentence of this definition instead.")
    ] = None,
    model: Annotated[str | None, typer.Option(metavar="MODEL", help="Who is asked, with --ablate.")] = None,
    rows: Annotated[int, typer.Option(help="Rows that are asked, with --ablate.")] = 40,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what --ablate would take.")] = False,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Look a prompt through before anything is sent; exit 1 when something in it is certainly wrong."""
    from labkit.prompts.lint import lint as look_through
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    if ablate is not None:
        wishes = {"rows": rows, "max_cost": max_cost}
        return _ablate(scene, prompt, ablate, model, wishes, personal_data, json_=json_, dry_run=dry_run)
    written = scene.prompt(prompt)
    answered = scene.store.load_run(run) if run else _newest(scene, written)
    found = look_through(written, scene.task, scene.examples(), answered.rows if answered else ())
    if json_:
        print_json([asdict(finding) for finding in found])
    else:
        _print(found, prompt)
        note(say("lint.confusions_of", run=answered.id) if answered else say("lint.no_run"))
    raise typer.Exit(any(finding.severity == "error" for finding in found))


def _newest(scene: Scene, prompt: Prompt) -> Run | None:
    """The newest run of a prompt over today's dev rows, as the workbench takes it."""
    from labkit.evaluation.split_runs import runs_over
    from labkit.prompts import prompt_sha256

    asked = prompt_sha256(prompt)
    return next(runs_over(scene, "dev", lambda header: header.prompt_sha256 == asked), None)


def _ablate(
    scene: Scene,
    prompt: str,
    label: str,
    model: str | None,
    wishes: dict[str, Any],
    personal_data: str | None,
    *,
    json_: bool,
    dry_run: bool,
) -> None:
    """Say what it takes, then ask, and print what each sentence does."""
    from labkit.evaluation import forecast_ablation
    from labkit.models import get_model
    from labkit.views.ablation import ablate_definition

    if model is None:
        raise BadInput.told("error.cli.ablate")
    chosen = get_model(model, scene)
    before = forecast_ablation(scene, prompt, label, chosen, rows=wishes["rows"])
    if dry_run:
        print_json(asdict(before)) if json_ else typer.echo(plain(str(before)))
        return
    note(plain(str(before)))
    found = with_consent(
        lambda answer: ablate_definition(scene, prompt, label, chosen, personal_data=answer, **wishes),
        personal_data,
        json_,
    )
    if json_:
        print_json(found.as_json())
        return
    print_lines(found)
    typer.echo()
    print_table(*found.table())


def _print(found: list[LintFinding], prompt: str) -> None:
    for group in _alike(found):
        first, labels = group[0], [finding.label or "" for finding in group]
        whose = first.label if len(group) == 1 else say("lint.labels", count=len(group))
        place = " · ".join(filter(None, (say(f"lint.section.{first.section}"), whose)))
        typer.echo(f"{say(f'lint.{first.severity}')} · {plain(place)} · {first.rule}")
        others = [say("lint.the_same_of", labels=listed(labels[1:]))] if len(group) > 1 else []
        for text in (first.reason, *others, first.fix, *_rows(group), say("lint.source", source=first.source)):
            typer.echo(f"  {plain(text)}")
        typer.echo()
    count = Counter(finding.severity for finding in found)
    typer.echo(say("lint.counts", prompt=prompt, errors=count["error"], warnings=count["warning"], notes=count["note"]))


def _alike(found: list[LintFinding]) -> list[list[LintFinding]]:
    """Findings of one rule that differ in the label alone, together; all others alone, in their order."""
    groups: dict[object, list[LintFinding]] = {}
    for finding in found:
        nameless = finding.reason.replace(finding.label, "") if finding.label else finding.reason
        groups.setdefault((finding.rule, finding.section, finding.severity, nameless, finding.fix), []).append(finding)
    return list(groups.values())


def _rows(group: list[LintFinding]) -> list[str]:
    rows = list(dict.fromkeys(row for finding in group for row in finding.rows))
    if not rows:
        return []
    named = listed(rows[:_ROWS_NAMED]) + (" …" if len(rows) > _ROWS_NAMED else "")
    return [say("lint.rows", count=len(rows), named=named)]
