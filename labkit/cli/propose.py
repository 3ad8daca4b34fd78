"""Step 3 on the command line: which rows without labels to label next."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.curation.proposals import Proposals


@app.command()
def propose(
    directory: SceneDir,
    count: Annotated[int, typer.Option(metavar="N", help="At most so many rows.")] = 50,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new .xlsx, .csv or .jsonl to label them in.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws other random rows.")] = 0,
    json_: JsonFlag = False,
) -> None:
    """Say which pool rows to label next: where models disagree, what stands for many others, and a random part."""
    from labkit import datasets
    from labkit.workspace import open_scene

    found = datasets.propose(open_scene(directory), count, to=output, seed=seed)
    if json_:
        print_json(_as_json(found))
        return
    counts = Counter(row.kind for row in found.rows)
    rows = [(say(f"propose.{kind}"), counts[kind]) for kind in ("boundary", "coverage", "random")]
    print_table((say("propose.kind"), say("propose.rows")), rows)
    _print_notes(found)
    if output:
        note(say("propose.written", rows=len(found.rows), path=output))


def _as_json(found: Proposals) -> dict[str, Any]:
    rows = [{"id": r.example.id, "kind": r.kind, "value": r.value, "reason": r.reason} for r in found.rows]
    return {"rows": rows, "leaking": list(found.leaking), "copies": list(found.copies), "runs": list(found.votes)}


def _print_notes(found: Proposals) -> None:
    if len(found.votes) < 2:
        note(say("propose.no_runs"))
    if found.leaking or found.copies:
        note(say("propose.sifted", leaking=len(found.leaking), copies=len(found.copies)))
