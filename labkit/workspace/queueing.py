"""Rows that somebody, or the making of a dataset, sent to the queue of what a person must decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from labkit.errors import BadInput, UnknownName
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.workspace.scene import Scene

_KIND = "queue"
COMMENT_KIND = "comment"  # what import_comments records


def enqueue(scene: Scene, ids: str | Iterable[str], reason: str = "") -> tuple[str, ...]:
    """Send rows to the queue of what a person must decide; each is a line in decisions.jsonl.

    Args:
        scene: the scene.
        ids: one row's id, or several; of pool or dev rows.
        reason: why, for whoever decides.

    Returns:
        The rows that had not been sent before.

    Raises:
        UnknownName: no row has that id.
        BadInput: a row of test or traffic.
    """
    return enqueue_each(scene, dict.fromkeys([ids] if isinstance(ids, str) else ids, reason))


def enqueue_each(scene: Scene, reasons: Mapping[str, str]) -> tuple[str, ...]:
    """Send rows to the queue, each for a reason of its own (row -> why); otherwise like `enqueue`."""
    rows = {row.id: row for row in scene.rows}
    for row in reasons:
        if row not in rows:
            raise UnknownName("row", row, rows, say("find.rows"))
        if rows[row].split not in ("pool", "dev"):
            raise BadInput.told("error.queue.split", row=row, split=rows[row].split)
    known = {str(line.get("id")) for line in scene.decisions() if line.get("kind") == _KIND}
    fresh = tuple(row for row in reasons if row not in known)
    for row in fresh:
        scene.record_decision(_KIND, id=row, reason=reasons[row].strip())
    return fresh


def comment_words(text: str, by: str) -> str:
    """A comment on a row, with who made it where that is known."""
    return f"{by}: {text}" if by else text


def sent_rows(scene: Scene) -> dict[str, str]:
    """Row -> why it is in the queue, in words: what people sent, then what datasets left to a person.

    A dataset's manifest names the rows whose answer could not be taught. Rows that have left the file are left out.
    """
    known = {row.id for row in scene.rows}
    found = {row: words for row, words in _sent_by_people(scene).items() if row in known}
    for name in scene.dataset_names():
        for row in scene.dataset(name).manifest.get("queue") or ():
            if row in known:
                found.setdefault(row, say("adjudication.reason.dataset", name=name))
    return found


def _sent_by_people(scene: Scene) -> dict[str, str]:
    """Row -> the first reason for which it was sent, and what was commented later, a line each."""
    found: dict[str, str] = {}
    for line in scene.decisions():
        row = str(line.get("id"))
        if line.get("kind") == _KIND:
            key = "adjudication.reason.sent_why" if line.get("reason") else "adjudication.reason.sent"
            found.setdefault(row, say(key, who=line.get("who"), reason=line.get("reason")))
        elif line.get("kind") == COMMENT_KIND and row in found:
            found[row] += "\n" + comment_words(str(line.get("text", "")), str(line.get("by", "")))
    return found
