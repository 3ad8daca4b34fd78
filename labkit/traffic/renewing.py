"""The test set grows by what was judged online: posts of today, whose labels no model and no vote had a part in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labkit.adjudication.standing import dropped_rows
from labkit.curation.leaks import SERIOUS, find_leaks
from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.errors import NeedsReason
from labkit.privacy import mask_texts
from labkit.records import Example
from labkit.workspace.annotation import write_examples
from labkit.workspace.online import drawn_rows
from labkit.workspace.opening import open_scene

if TYPE_CHECKING:
    from labkit.workspace import Scene

RENEW = "renew"  # its kind in decisions.jsonl


@dataclass(frozen=True, slots=True)
class Renewed:
    """What `renew_test` did.

    Args:
        scene: the scene, opened anew.
        rows: the rows that joined the test rows.
        repeated: judged rows left out because they repeat a row of pool, dev or test, or each other.
        waiting: rows that were drawn and that nobody has judged yet.
        test_rows: how many test rows there are now.
    """

    scene: Scene
    rows: tuple[str, ...]
    repeated: tuple[str, ...]
    waiting: int
    test_rows: int


def renew_test(scene: Scene, reason: str) -> Renewed:
    """Move judged rows of the weekly samples into the test split, and freeze it anew.

    Runs over the old test rows say nothing about all of the new ones: the gate asks for a run over every row, in which
    what was answered before is taken over and only the new rows are asked.

    Args:
        scene: whose samples.
        reason: why the test rows change now; it is kept as a decision.

    Returns:
        What was moved; nothing is written where no row can be.

    Raises:
        NeedsReason: nobody says why.
    """
    if not reason.strip():
        raise NeedsReason.told("error.online.reason")
    with scene.locked("examples"):
        now = open_scene(scene.path)
        drawn = [row for row, _ in drawn_rows(now)]
        dropped = dropped_rows(now.standings())
        judged = [row for row in drawn if row.labels is not None and row.id not in dropped]
        fresh = _new(now, judged)
        if fresh:
            now.record_decision(RENEW, reason=reason.strip(), ids=[row.id for row in fresh])
            moved = {row.id: replace(row, split="test") for row in fresh}
            write_examples(now, [moved.get(row.id, row) for row in now.rows])
    after, kept = open_scene(scene.path), {row.id for row in fresh}
    repeated = tuple(row.id for row in judged if row.id not in kept)
    waiting = sum(row.labels is None and row.id not in dropped for row in drawn)
    return Renewed(after, tuple(row.id for row in fresh), repeated, waiting, len(after.examples("test")))


def _new(scene: Scene, judged: Sequence[Example]) -> list[Example]:
    """The rows that repeat no row of pool, dev or test as they are now, one of each group of near copies."""
    language = scene.task.language
    known = ["\n".join(mask_texts(row.items, language)) for row in scene.examples("all")]
    leaked = find_leaks(known, [row.text for row in judged]).held(*SERIOUS)
    new = [row for k, row in enumerate(judged) if k not in leaked]
    first = near_duplicate_groups(new)
    return [row for row in new if first[row.id] == row.id]
