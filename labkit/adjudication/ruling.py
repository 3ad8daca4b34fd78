"""Decisions about items as lines of decisions.jsonl: read strictly, since people edit them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args

from labkit.adjudication.item import KINDS, Kind
from labkit.errors import BadData
from labkit.records import Task
from labkit.texts import listed, say

Action = Literal["relabel", "keep", "drop", "skip", "undo"]
ACTIONS: tuple[Action, ...] = get_args(Action)
Labels = tuple[str, ...] | None
DECISION = "adjudicate"  # its kind in decisions.jsonl
_Word = TypeVar("_Word", bound=str)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody decided about an item.

    Args:
        item: the item's id.
        about: its kind at that time.
        rows: its rows.
        action: other labels, the labels as they are, out with it, not now, or the last word taken back.
        labels: what a relabelled row is to carry.
        found: the labels that each row carried.
        who, at: by whom, and when (UTC).
        reason: why, in that person's words.
        needed: how many people must say the same before it counts.
        settles: whether it ends a disagreement.
        changed: row -> gold before and after, where the line changed gold; see `diagnosis.triage.gold_fixes`.
        order: its place among all rulings.
    """

    item: str
    about: Kind
    rows: tuple[str, ...]
    action: Action
    labels: tuple[str, ...] = ()
    found: tuple[Labels, ...] = ()
    who: str = ""
    at: str = ""
    reason: str = ""
    needed: int = 1
    settles: bool = False
    changed: Mapping[str, tuple[Labels, Labels]] = field(default_factory=dict)
    order: int = 0

    @property
    def said(self) -> tuple[str, tuple[frozenset[str] | None, ...]]:
        """What two people must have in common to agree: to keep labels is to hold those that were found for right."""
        if self.action not in ("keep", "relabel"):
            return self.action, ()
        held = (self.labels_of(row) for row in self.rows)
        return "labels", tuple(None if labels is None else frozenset(labels) for labels in held)

    def labels_of(self, row: str) -> Labels:
        """What the ruling holds to be right for one of its rows."""
        return self.labels if self.action == "relabel" else dict(zip(self.rows, self.found, strict=True))[row]


def ruling_to_json(ruling: Ruling) -> dict[str, Any]:
    """A ruling as the fields of a decision; who and when are filled in by whoever writes it."""
    said: dict[str, Any] = {"item": ruling.item, "about": ruling.about, "ids": list(ruling.rows)}
    said["action"] = ruling.action
    if ruling.action != "undo":
        said["from"] = [_as_list(labels) for labels in ruling.found]
        said["to"] = list(ruling.labels) if ruling.action == "relabel" else None
        said["needed"] = ruling.needed
    if ruling.settles:
        said["settles"] = True
    if ruling.changed:
        pairs = ruling.changed.items()
        said["gold"] = [{"id": row, "from": _as_list(before), "to": _as_list(after)} for row, (before, after) in pairs]
    return {**said, "reason": ruling.reason}


def read_rulings(decisions: Iterable[Mapping[str, Any]], task: Task) -> tuple[Ruling, ...]:
    """The rulings among decisions, oldest first.

    Args:
        decisions: lines of decisions.jsonl.
        task: whose labels they may name.

    Raises:
        BadData: a line that somebody wrote by hand and that cannot be a ruling.
    """
    lines = [line for line in decisions if line.get("kind") == DECISION]
    return tuple(_read(line, order, task) for order, line in enumerate(lines))


def _read(line: Mapping[str, Any], order: int, task: Task) -> Ruling:
    reader = _Line(line, task)
    action, rows = reader.one_of("action", ACTIONS), reader.rows()
    return Ruling(
        item=reader.text("item"),
        about=reader.one_of("about", KINDS),
        rows=rows,
        action=action,
        labels=(reader.labels(line.get("to")) or ()) if action == "relabel" else (),
        found=reader.found(len(rows)) if action != "undo" else (None,) * len(rows),
        who=reader.text("who"),
        at=str(line.get("at") or ""),
        reason=str(line.get("reason") or ""),
        needed=reader.needed(),
        settles=line.get("settles") is True,
        changed=reader.changed(),
        order=order,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may hold anything."""

    line: Mapping[str, Any]
    task: Task

    def refuse(self, problem: str) -> BadData:
        """The error for this line."""
        at, item = self.line.get("at") or say("where.no_time"), str(self.line.get("item"))[:40]
        return BadData.told("error.ruling.unusable", where=say("where.ruling", at=at, item=item), problem=problem)

    def text(self, name: str) -> str:
        value = self.line.get(name)
        if not isinstance(value, str) or not value:
            raise self.refuse(say("ruling.lacks", name=name))
        return value

    def one_of(self, name: str, known: tuple[_Word, ...]) -> _Word:
        value = self.line.get(name)
        found = next((word for word in known if word == value), None)
        if found is None:
            raise self.refuse(say("ruling.none_of", name=name, value=str(value)[:40], known=listed(known)))
        return found

    def rows(self) -> tuple[str, ...]:
        value = self.line.get("ids")
        if not isinstance(value, list) or not value or any(not isinstance(row, str) for row in value):
            raise self.refuse(say("ruling.no_rows"))
        return tuple(value)

    def labels(self, value: object) -> Labels:
        if value is None:
            return None
        if not isinstance(value, list) or any(label not in self.task.labels for label in value):
            raise self.refuse(say("ruling.other_labels"))
        return tuple(value)

    def found(self, rows: int) -> tuple[Labels, ...]:
        value = self.line.get("from")
        if not isinstance(value, list) or len(value) != rows:
            raise self.refuse(say("ruling.no_found"))
        return tuple(self.labels(labels) for labels in value)

    def needed(self) -> int:
        value = self.line.get("needed", 1)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.refuse(say("ruling.needed", value=str(value)[:40]))
        return value

    def changed(self) -> dict[str, tuple[Labels, Labels]]:
        value = self.line.get("gold") or []
        if not isinstance(value, list) or any(
            not isinstance(c, dict) or not isinstance(c.get("id"), str) for c in value
        ):
            raise self.refuse(say("ruling.no_change"))
        return {change["id"]: (self.labels(change.get("from")), self.labels(change.get("to"))) for change in value}


def _as_list(labels: Labels) -> list[str] | None:
    return None if labels is None else list(labels)
