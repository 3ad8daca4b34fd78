"""What an edit did to the rows it can affect, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli.output import plain, print_json, print_table
from labkit.cli.spending import cost_json, leave_when_open, print_cost, with_consent
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.diagnosis import ScoreEstimate
    from labkit.evaluation import AffectedRun
    from labkit.workspace import Scene

AffectedBy = Annotated[
    str | None,
    typer.Option(
        "--affected-by",
        metavar="RUN|PROMPT",
        help="Only rows that an edit since this run or prompt can affect, and a random sample; gives an estimate.",
    ),
]
Control = Annotated[
    int | None, typer.Option("--control", metavar="ROWS", help="With --affected-by: the random sample's size.")
]


def run_affected(
    scene: Scene,
    asked: tuple[str, str, str],
    before: str,
    control: int | None,
    wishes: dict[str, Any],
    personal_data: str | None,
    as_json: bool,
) -> None:
    """Ask the rows that an edit can affect, and print the estimate.

    Args:
        scene: where rows, prompts and runs are.
        asked: prompt, model and split.
        before: a run, or the name of the prompt before the edit.
        control: the random sample's size, or None for the usual one.
        wishes: further arguments of `evaluate_affected`.
        personal_data: what becomes of it, or None.
        as_json: print JSON.
    """
    from labkit.evaluation import evaluate_affected

    prompt, model, split = asked
    sample: dict[str, Any] = {} if control is None else {"control": control}
    found = with_consent(
        lambda answer: evaluate_affected(scene, prompt, before, model, split, **sample, **wishes, personal_data=answer),
        personal_data,
        as_json,
    )
    if as_json:
        print_json(_json(found, scene))
    else:
        _print(found)
        print_cost(found.asked, scene)
    leave_when_open(found.asked)


def _json(found: AffectedRun, scene: Scene) -> dict[str, Any]:
    rows = found.rows
    return {
        "run": found.asked.id,
        "before": found.before.id,
        "counts": found.asked.counts,
        "cost": cost_json(found.asked, scene),
        "changed_labels": rows.diff.changed_labels,
        "shared": rows.diff.shared,
        "affected": rows.affected,
        "control": rows.control,
        "rest": len(rows.rest),
        "untouched": len(rows.untouched),
        "reasons": rows.reasons,
        "calls_saved": found.calls_saved,
        "fixed": found.fixed,
        "regressed": found.regressed,
        "estimate": asdict(found.estimate) if found.estimate else None,
    }


def _print(found: AffectedRun) -> None:
    rows, header = found.rows, found.before.header
    named: dict[str, Any] = {"after": rows.diff.after, "before": header.prompt_name, "run": found.before.id}
    typer.echo(plain(say("affected.edited", labels=listed(rows.diff.changed_labels) or "–", **named)))
    if rows.diff.shared:
        typer.echo(say("affected.shared", parts=listed(rows.diff.shared)))
    reasons = listed(say(f"affected.reason.{reason}", n=n) for reason, n in rows.reasons.items() if n)
    counts: dict[str, Any] = {"affected": len(rows.affected), "control": len(rows.control), "reasons": reasons or "–"}
    others = len(rows.control) + len(rows.rest)
    of: dict[str, Any] = {"asked": len(found.asked.rows), "rows": len(found.before.rows), "saved": found.calls_saved}
    typer.echo(say("affected.asked", others=others, **counts, **of))
    if rows.untouched:
        typer.echo(say("affected.untouched", untouched=len(rows.untouched)))
    if found.estimate is None:
        typer.echo(say("affected.open"))
        return
    _print_estimate(found, found.estimate)


def _print_estimate(found: AffectedRun, estimate: ScoreEstimate) -> None:
    moved: dict[str, Any] = {"changed": estimate.control_changed, "control": estimate.control}
    typer.echo(say("affected.moved", fixed=len(found.fixed), regressed=len(found.regressed), **moved))
    typer.echo()
    head = (say("head.score"), say("affected.before"), say("affected.estimate"), say("head.interval"))
    cells = [
        (name, f"{estimate.before[name]:.3f}", f"{value.value:.3f}", f"{value.low:.3f} – {value.high:.3f}")
        for name, value in estimate.values.items()
    ]
    print_table(head, cells)
    typer.echo()
    if estimate.exact:
        typer.echo(say("affected.exact"))
    else:
        typer.echo(say("affected.is_estimate", rows=estimate.rows, asked=len(found.asked.rows)))
