"""Reading errors leaves decisions behind: why a row went wrong, and gold labels that are corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from labkit.diagnosis.triage import GoldFix, check_tag, corrected, tags_of
from labkit.errors import BadData, UnknownName
from labkit.tables.examples_file import check_against_task
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.workspace.scene import Scene


def fix_gold(scene: Scene, row: str, labels: Sequence[str] | None, reason: str) -> GoldFix:
    """Put other gold labels in the place of a row's; from then on every run of the scene is scored by them.

    The file of examples stays as it is: the correction is a line in decisions.jsonl, with who, when and why.

    Args:
        scene: the scene.
        row: the example's id.
        labels: the right labels, () for none of them; None takes the row's labels away.
        reason: why, in a few words; whoever doubts it later reads this.

    Returns:
        What was found, and what was put in its place.

    Raises:
        UnknownName: there is no such row.
        BadData: labels that the task does not allow, or that stand there already; no reason.
    """
    found = scene.row(row)
    now = corrected(found, scene.gold_fixes())
    named = None if labels is None else tuple(dict.fromkeys(labels))
    check_against_task(replace(now, labels=named), scene.task, say("where.row", row=row[:40]))
    if _as_set(now.labels) == _as_set(named):
        raise BadData.told("error.gold.same", row=row[:40])
    if not reason.strip():
        raise BadData.told("error.gold.no_reason")
    before, after = (None if part is None else list(part) for part in (now.labels, named))
    scene.record_decision("gold", **{"id": row, "from": before, "to": after, "reason": reason.strip()})
    return GoldFix(row, now.labels, named, reason.strip())


def tag_row(scene: Scene, run: str, row: str, tag: str | None) -> str | None:
    """Say why a row of a run went wrong; a row has one tag at most.

    Args:
        scene: the scene.
        run: the run's whole id.
        row: the example's id.
        tag: one of `labkit.diagnosis.TAGS`; None takes a tag away.

    Returns:
        The tag that it had before, or None.

    Raises:
        UnknownName: no such tag or row.
    """
    wanted = None if tag is None else check_tag(tag)
    scene.row(row)
    before = tags_of(scene.decisions(), run).get(row)
    if before != wanted:
        scene.record_decision("tag", **{"id": row, "run": run, "from": before, "to": wanted})
    return before


def unknown_row(row: str) -> UnknownName:
    """The error for an id that no row of a scene has; a hundred thousand ids are not offered."""
    return UnknownName("row", row, (), say("find.row"))


def _as_set(labels: Sequence[str] | None) -> frozenset[str] | None:
    return None if labels is None else frozenset(labels)
