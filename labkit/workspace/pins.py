"""Rows that must not break: pinned by people, checked whenever a prompt is about to change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from labkit.errors import BadInput, UnknownName
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.workspace.scene import Scene

_KIND = "pin"


def pin(scene: Scene, ids: str | Iterable[str], reason: str = "", *, remove: bool = False) -> tuple[str, ...]:
    """Pin rows that no change may break, or take pins off; each is a line in decisions.jsonl.

    Args:
        scene: the scene.
        ids: one row's id, or several; of pool or dev rows with gold labels.
        reason: why, for colleagues.
        remove: take the pins off instead.

    Returns:
        All rows that are pinned now, in the order of the scene's rows.

    Raises:
        UnknownName: no row has that id.
        BadInput: a test row, which must guide no work, or a row without gold labels.
    """
    wanted = tuple(dict.fromkeys([ids] if isinstance(ids, str) else ids))
    rows = {row.id: row for row in scene.rows}
    for row_id in wanted:
        if row_id not in rows:
            raise UnknownName("row", row_id, rows, say("find.rows"))
        if rows[row_id].split == "test":
            raise BadInput.told("error.pins.test_row", row=row_id)
        if rows[row_id].labels is None and not remove:
            raise BadInput.told("error.pins.no_gold", row=row_id)
    now = pinned(scene)
    for row_id in wanted:
        if (row_id in now) == remove:
            scene.record_decision(_KIND, id=row_id, to=not remove, reason=reason)
    return pinned(scene)


def pinned(scene: Scene) -> tuple[str, ...]:
    """The ids of pinned rows, in the order of the scene's rows; a row that is no longer there is no longer pinned."""
    said = {str(line.get("id")): line.get("to", True) for line in scene.decisions() if line.get("kind") == _KIND}
    return tuple(row.id for row in scene.rows if said.get(row.id))
