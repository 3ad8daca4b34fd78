"""A scene's rows are parted afresh into pool, dev and test; what was measured on the old ones is said to be past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.curation.splits import assign_splits, check_fractions
from labkit.curation.time_split import split_by_time
from labkit.errors import BadInput, NeedsReason
from labkit.records import Split
from labkit.workspace.annotation import write_examples
from labkit.workspace.online import read_drawn
from labkit.workspace.opening import open_scene
from labkit.workspace.scene import Scene


def split_scene(
    scene: Scene, fractions: Mapping[Split, float], *, by_time: bool = False, seed: int = 0, reason: str | None = None
) -> Scene:
    """Part a scene's rows anew: groups stay whole, labels keep their shares, and the test rows are frozen.

    Args:
        scene: its rows of pool, dev and test; traffic stays traffic, and so do test rows that were drawn from it:
            they tell how good production is, and must never be learnt.
        fractions: the shares of pool, dev and test; they add up to 1.
        by_time: the newest rows become the test split.
        seed: another seed parts otherwise.
        reason: why, once there are test rows: every score on them belongs to the past then. It is kept as a decision.

    Returns:
        The scene, opened anew.

    Raises:
        NeedsReason: the scene has test rows, and nobody says why they should change.
        BadInput: a share is missing.
        BadData: shares that do not add up to 1, too few groups, or with `by_time` a row without a time.
    """
    if {"pool", "dev", "test"} - fractions.keys():
        raise BadInput.told("error.parts.shares")
    check_fractions(fractions)  # first: a reason for shares that cannot be is asked for in vain
    part = split_by_time if by_time else assign_splits
    with scene.locked("examples"):
        now = open_scene(scene.path)
        if now.examples("test") and not reason:
            raise NeedsReason.told("error.parts.frozen", scene=scene.path.name)
        online = {drawn.row for drawn in read_drawn(now)}
        rows = tuple(row for row in now.examples("all") if row.id not in online)
        parted = part(rows, now.task, fractions, seed, near_duplicate_groups(rows))
        split_of = {row.id: row.split for row in parted}
        if reason:  # before the rows move: a crash leaves a reason without a split, never test rows without a reason
            now.record_decision("split", reason=reason, to=dict(fractions))
        write_examples(now, [replace(row, split=split_of.get(row.id, row.split)) for row in now.rows])
    return open_scene(scene.path)
