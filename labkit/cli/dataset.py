"""Step 3 on the command line: choosing the rows to train on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, print_table, typed
from labkit.cli.wishes import BanOption, MixOption, PinOption, QuotaOption, read_mix, read_quota, wished
from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.curation.selection import Selected
    from labkit.datasets import Selection
    from labkit.workspace import Scene


@app.command()
def select(
    directory: SceneDir,
    budget: Annotated[
        int, typer.Option(metavar="N", help="At most so many rows per subtask; 1,000, the default, is plenty.")
    ] = 1_000,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The new dataset: a folder under datasets/; dataset-1 and so on by default."),
    ] = None,
    prompt: Annotated[
        str | None, typer.Option(metavar="NAME", help="The prompt that the tuned model will be asked with.")
    ] = None,
    teacher: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="A run over the pool whose reasons are taught where it is right."),
    ] = None,
    parent: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The dataset that this one follows: the manifest says what changed."),
    ] = None,
    pin: PinOption = None,
    ban: BanOption = None,
    quota: QuotaOption = None,
    mix: MixOption = "",
    dynamics: Annotated[
        list[str] | None,
        typer.Option(metavar="RUN", help="Runs at points of one training, which then rate the difficulty; may repeat."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed samples large cells differently.")] = 0,
    json_: JsonFlag = False,
) -> None:
    """Choose training rows from the pool: balanced over labels and difficulty, diverse, apart from dev and test."""
    from labkit import datasets
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    known = {row.id for row in scene.rows}
    made = datasets.select(
        scene,
        budget,
        name,
        prompt=prompt,
        teacher=teacher,
        parent=parent,
        pins=wished(pin or (), known),
        bans=wished(ban or (), known),
        quotas=dict(map(read_quota, quota or ())),
        mix=read_mix(mix),
        dynamics=dynamics or (),
        seed=seed,
    )
    bare = _without_a_row(scene, made)
    if json_:
        about = {
            "dataset": made.dataset.id,
            "path": str(made.dataset.path),
            "rows": len(made.rows),
            "labels": _counts(made.rows),
            "labels_without_a_row": bare,
        }
        print_json({**about, **made.dataset.manifest})
        return
    _print(made, bare)
    note(say("select.written", rows=len(made.rows), path=made.dataset.path))


def _counts(chosen: Sequence[Selected]) -> dict[str, dict[str, int]]:
    """Label -> difficulty -> rows; a row counts for each of its labels, one without any for the empty word."""
    found: dict[str, Counter[str]] = {}
    for row in chosen:
        for label in row.example.labels or ("",):
            found.setdefault(label, Counter())[row.cell.difficulty] += 1
    return {label: dict(counts) for label, counts in found.items()}


def _without_a_row(scene: Scene, made: Selection) -> list[str]:
    """Labels that pool rows carry and no chosen row does."""
    had = {label for row in scene.examples("pool") for label in row.labels or ()}
    return sorted(had - {label for row in made.rows for label in row.example.labels or ()})


def _print(made: Selection, bare: Sequence[str]) -> None:
    from labkit.curation.difficulty import DIFFICULTIES

    counts = _counts(made.rows)
    used = [name for name in DIFFICULTIES if any(name in of_label for of_label in counts.values())]
    head = (say("head.label"), *(say(f"select.{name}") for name in used), say("head.total"))
    rows = [
        (label or say("select.no_label"), *(of_label.get(name, 0) for name in used), sum(of_label.values()))
        for label, of_label in sorted(counts.items())
    ]
    print_table(head, rows)
    for why in ("leaking", "duplicates", "unlabelled", "banned"):
        if count := len(getattr(made.candidates, why)):
            note(say(f"select.{why}", count=count))
    if waiting := len(made.candidates.waiting):
        key = "select.waiting" if made.candidates.confirmed else "select.nobody_confirmed"
        command = typed("adjudicate", made.dataset.path.parents[1], "--kind hard")
        note(say(key, count=waiting, command=command))
    if bare:
        note(say("select.bare_labels", labels=", ".join(bare)))
    if made.targets:
        _print_teacher(made)
    if not made.committee.ratings:
        accuracy = made.committee.accuracy
        note(say("select.no_committee" if accuracy is None else "select.weak", accuracy=f"{accuracy or 0:.2f}"))


def _print_teacher(made: Selection) -> None:
    teacher = made.dataset.manifest["teacher"]
    note(say("select.teacher", model=teacher["model"], training=say(f"select.training.{teacher['training']}")))
    for why, count in made.dataset.manifest["refused"].items():
        note(say("select.refused", why=say(f"select.refused.{why}"), count=count))
