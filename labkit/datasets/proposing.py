"""What to label next in a scene whose pool has rows without labels."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from labkit.curation.proposals import Proposals, propose_rows
from labkit.curation.watched import Steps
from labkit.datasets.sifting import pool_runs
from labkit.evaluation.steps import telling
from labkit.workspace.annotation import write_queue

if TYPE_CHECKING:
    from pathlib import Path

    from labkit.workspace import Scene


def propose(
    scene: Scene, count: int, *, to: str | Path | None = None, seed: int = 0, progress: Steps | None = None
) -> Proposals:
    """Propose rows of the pool for labelling: where models disagree, what stands for many others, and a random part.

    Args:
        scene: whose pool; complete runs over it, the newest of each prompt and model, are the models that disagree.
        count: at most so many rows.
        to: a table (.xlsx, .csv or .jsonl) to label them in, each with the reason as its note; `labkit add` takes it
            back.
        seed: of the random part.
        progress: told what the work is at and how far, and may end it; see `select`.

    Raises:
        BadInput: a count below 1.
        BadData: no row of the pool waits for labels, or the table cannot be written.
    """
    with telling(progress) as steps:
        runs = pool_runs(scene, partial(steps, "runs"))
        found = propose_rows(scene.examples("all"), count, runs, seed, steps)
    if to is not None:
        write_queue(scene, to, rows=[replace(one.example, note=f"{one.kind}: {one.reason}") for one in found.rows])
    return found
