"""Step 3 on the command line: choosing the rows to train on."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table
from labkit.errors import BadInput
from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.curation.difficulty import Committee
    from labkit.curation.selection import Candidates, Selected
    from labkit.records import Run
    from labkit.workspace import Scene


@app.command()
def select(
    directory: SceneDir,
    budget: Annotated[int, typer.Option(metavar="N", help="At most so many rows per subtask; 1,000 is plenty.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="The new dataset: a folder under datasets/.")],
    seed: Annotated[int, typer.Option(help="Another seed samples large cells differently.")] = 0,
    json_: JsonFlag = False,
) -> None:
    """Choose training rows from the pool: balanced over labels and difficulty, diverse, apart from dev and test."""
    from labkit.curation.difficulty import rate_difficulty
    from labkit.curation.selection import find_candidates, select_rows
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    if name in scene.dataset_names():
        raise BadInput(f"The dataset {name!r} exists already", "Choose another name")
    examples, runs = scene.examples("all"), _pool_runs(scene)
    chosen = select_rows(examples, scene.task, budget, runs, seed)
    candidates = find_candidates(examples)
    committee = rate_difficulty(candidates.rows, runs)
    manifest = _manifest({"budget": budget, "seed": seed}, candidates, committee)
    path = scene.save_dataset(name, [_row(row) for row in chosen], manifest)
    if json_:
        print_json({"dataset": name, "path": str(path), "rows": len(chosen), "labels": _counts(chosen), **manifest})
        return
    _print(chosen, candidates, committee)
    note(say("select.written", rows=len(chosen), path=path))


def _pool_runs(scene: Scene) -> list[Run]:
    """The newest finished run over pool rows of each prompt and model."""
    newest: dict[tuple[str, str], Run] = {}
    for header in scene.store.runs():
        asked = (header.prompt_sha256, header.model)
        if header.split in ("pool", "all") and asked not in newest:
            run = scene.store.load_run(header.run)
            if run.complete:
                newest[asked] = run
    return list(newest.values())


def _row(chosen: Selected) -> dict[str, Any]:
    from labkit.records import example_to_json

    return {
        **example_to_json(chosen.example),
        "target": {"labels": list(chosen.example.labels or ())},
        "why": {"cell": str(chosen.cell), "gain": round(chosen.gain, 6), "reason": chosen.reason},
    }


def _manifest(asked: dict[str, Any], candidates: Candidates, committee: Committee) -> dict[str, Any]:
    from labkit.curation.selection import MIX

    sifted = {name: len(ids) for name, ids in asdict(candidates).items()}
    voted = {"runs": list(committee.runs), "accuracy": committee.accuracy, "used": bool(committee.ratings)}
    parameters = {**asked, "mix": dict(MIX), "candidates": sifted, "committee": voted}
    return {"parent": None, "prompt_sha256": None, "targets": "labels", "teacher": None, "parameters": parameters}


def _counts(chosen: Sequence[Selected]) -> dict[str, dict[str, int]]:
    """Label -> difficulty -> rows; a row counts for each of its labels, one without any for the empty word."""
    found: dict[str, Counter[str]] = {}
    for row in chosen:
        for label in row.example.labels or ("",):
            found.setdefault(label, Counter())[row.cell.difficulty] += 1
    return {label: dict(counts) for label, counts in found.items()}


def _print(chosen: Sequence[Selected], candidates: Candidates, committee: Committee) -> None:
    from labkit.curation.difficulty import DIFFICULTIES

    counts = _counts(chosen)
    used = [name for name in DIFFICULTIES if any(name in of_label for of_label in counts.values())]
    head = (say("head.label"), *(say(f"select.{name}") for name in used), say("head.total"))
    rows = [
        (label or say("select.no_label"), *(of_label.get(name, 0) for name in used), sum(of_label.values()))
        for label, of_label in sorted(counts.items())
    ]
    print_table(head, rows)
    for why in ("leaking", "duplicates", "unlabelled"):
        if count := len(getattr(candidates, why)):
            note(say(f"select.{why}", count=count))
    if not committee.ratings:
        weak = committee.accuracy is not None
        note(say("select.weak" if weak else "select.no_committee", accuracy=f"{committee.accuracy or 0:.2f}"))
