"""The entries of live traffic that were drawn to be judged: lines of online.jsonl, which outlive the traffic log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labkit.diagnosis.triage import corrected
from labkit.errors import BadData
from labkit.records import Example, Status
from labkit.texts import Phrase, say

if TYPE_CHECKING:
    from labkit.workspace.scene import Scene


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry that was drawn, with what was answered: the row beside it shows none of that to whoever judges it.

    Args:
        week: the ISO week it came in, such as "2026-W48".
        row: the scene's row that holds its posts; entries with the same posts share one.
        entry: its id in the traffic log.
        answered: when it was answered (UTC, ISO 8601).
        release: the id of the release that answered.
        status: how it ended.
        labels: what was answered.
        rationale: the reason given.
        seen: the row of the scene that its posts repeat, or nearly; None when they are new.
    """

    week: str
    row: str
    entry: str
    answered: str
    release: str
    status: Status
    labels: tuple[str, ...]
    rationale: str = ""
    seen: str | None = None


def read_drawn(scene: Scene) -> tuple[Drawn, ...]:
    """All entries that were drawn, in the order in which they were; BadData for a line that cannot be one."""
    return tuple(
        _read(line, Phrase("where.entry", {"file": "online.jsonl", "number": k}))
        for k, line in enumerate(scene.online_lines(), start=1)
    )


def drawn_rows(scene: Scene) -> tuple[tuple[Example, str], ...]:
    """The rows that were drawn and are not in the test split yet, each with why it is asked about, in words."""
    week_of = {drawn.row: drawn.week for drawn in reversed(read_drawn(scene))}
    rows = [row for row in judged_rows(scene).values() if row.split == "traffic"]
    return tuple((row, say("adjudication.reason.online", week=week_of[row.id])) for row in rows)


def judged_rows(scene: Scene) -> dict[str, Example]:
    """Id -> each row that was drawn, in the test split or not yet, with the labels that people gave it so far."""
    drawn, fixes = {one.row for one in read_drawn(scene)}, scene.gold_fixes()
    return {row.id: corrected(row, fixes) for row in scene.rows if row.id in drawn}


def _read(line: Mapping[str, Any], where: Phrase) -> Drawn:
    texts = {name: line[name] for name in ("week", "row", "entry", "answered", "release", "rationale")}
    labels, seen = line.get("labels"), line.get("seen")
    if (
        line["status"] not in tuple(Status)
        or not isinstance(labels, list)
        or not all(isinstance(x, str) for x in labels)
    ):
        raise BadData.told("error.online.status", where=where)
    if seen is not None and not isinstance(seen, str):
        raise BadData.told("error.online.seen", where=where, seen=seen)
    return Drawn(status=Status(line["status"]), labels=tuple(labels), seen=seen, **texts)
