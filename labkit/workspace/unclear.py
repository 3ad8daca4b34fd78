"""Definitions that nobody could decide by: flags on the board, tags on errors, gathered label by label for step 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from labkit.diagnosis.triage import corrected
from labkit.errors import BadData, BadInput, UnknownName
from labkit.texts import say
from labkit.workspace.scene import Scene, current_user

_KIND = "unclear"
_TAG = "definition_unclear"  # of an error that was read


@dataclass(frozen=True, slots=True)
class UnclearFlag:
    """Somebody could not tell by the definitions whether they hold.

    Args:
        rows: the rows they were looking at.
        labels: whose definitions.
        reason: what is unclear, in their words.
        who, at: by whom, and when (UTC).
    """

    rows: tuple[str, ...]
    labels: tuple[str, ...]
    reason: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class UnclearDefinition:
    """A label whose definition people could not decide by.

    Args:
        label: its name.
        flags: who said so, of which rows, and why; oldest first.
    """

    label: str
    flags: tuple[UnclearFlag, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that somebody could not decide, each once."""
        return tuple(dict.fromkeys(row for flag in self.flags for row in flag.rows))


def flag_unclear(
    scene: Scene,
    rows: Sequence[str],
    labels: Sequence[str],
    reason: str = "",
    *,
    who: str | None = None,
    remove: bool = False,
) -> bool:
    """Say that rows cannot be decided by the definitions of labels, or take that back; a line in decisions.jsonl.

    Args:
        scene: the scene.
        rows: their ids; of dev or pool, or of traffic that was drawn.
        labels: whose definitions are unclear.
        reason: what is unclear.
        who: who says so; the user of this machine by default.
        remove: take back what the same person said of the same rows.

    Returns:
        Whether anything changed.

    Raises:
        UnknownName: no such row or label.
        BadInput: no row, or no label; a test row, which guides no work.
    """
    _check(scene, rows, labels, remove=remove)
    who = who or current_user()
    before = _standing(scene).get((tuple(rows), who))
    if (before is None and remove) or (before and not remove and set(before.labels) == set(labels)):
        return False
    said = {"ids": list(rows), "labels": [] if remove else list(dict.fromkeys(labels)), "reason": reason.strip()}
    scene.record_decision(_KIND, **{"who": who, **said})
    return True


def flagged_by(scene: Scene, rows: Sequence[str], who: str) -> tuple[str, ...]:
    """The labels whose definitions somebody called unclear when they looked at these rows."""
    found = _standing(scene).get((tuple(rows), who))
    return found.labels if found else ()


def unclear_definitions(scene: Scene) -> tuple[UnclearDefinition, ...]:
    """The labels whose definitions people could not decide by, the most rows first: what step 1 should say better.

    Flags come from the board and from `flag_unclear`; errors that were tagged "definition unclear" count for the labels
    that gold and the model's answer differ in.

    Raises:
        BadData: a line of decisions.jsonl that cannot be such a flag.
    """
    flags = sorted([*_standing(scene).values(), *_tagged(scene)], key=lambda flag: flag.at)
    labels = scene.task.labels
    found = [UnclearDefinition(label, tuple(f for f in flags if label in f.labels)) for label in labels]
    return tuple(sorted((one for one in found if one.flags), key=lambda one: -len(one.rows)))


def _check(scene: Scene, rows: Sequence[str], labels: Sequence[str], *, remove: bool) -> None:
    known = {row.id: row.split for row in scene.rows}
    for row in rows:
        if row not in known:
            raise UnknownName("row", row, (), say("find.rows"))
        if known[row] == "test":
            raise BadInput.told("error.unclear.test_row", row=row)
    for label in labels:
        if label not in scene.task.labels:
            raise UnknownName("label", label, scene.task.labels)
    if not rows or not (labels or remove):
        raise BadInput.told("error.unclear.no_label" if rows else "error.unclear.no_row")


def _standing(scene: Scene) -> dict[tuple[tuple[str, ...], str], UnclearFlag]:
    """Rows and who -> what that person last said of them, without what was taken back."""
    found: dict[tuple[tuple[str, ...], str], UnclearFlag] = {}
    for line in scene.decisions():
        if line.get("kind") == _KIND:
            flag = _read(line, scene.task.labels)
            found.pop((flag.rows, flag.who), None)
            if flag.labels:
                found[flag.rows, flag.who] = flag
    return found


def _read(line: Mapping[str, Any], known: Iterable[str]) -> UnclearFlag:
    rows, labels = line.get("ids"), line.get("labels")
    if not (_texts(rows) and rows and _texts(labels) and set(labels).issubset(known)):
        at = line.get("at") or say("where.no_time")
        raise BadData.told("error.unclear.line", at=at)
    return UnclearFlag(tuple(rows), tuple(labels), *(str(line.get(key) or "") for key in ("reason", "who", "at")))


def _texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _tagged(scene: Scene) -> Iterator[UnclearFlag]:
    """Errors that were read and tagged: of each row and run what was said last."""
    tags = [line for line in scene.decisions() if line.get("kind") == "tag"]
    last = {(str(line.get("run")), str(line.get("id"))): line for line in tags}
    standing = {place: line for place, line in last.items() if line.get("to") == _TAG}
    if not standing:
        return
    rows, fixes = {row.id: row for row in scene.rows}, scene.gold_fixes()
    answers = {run: _answers(scene, run) for run in {run for run, _ in standing}}
    for (run, row), line in standing.items():
        if row in rows and rows[row].split != "test":
            gold = set(corrected(rows[row], fixes).labels or ())
            labels = gold ^ answers[run].get(row, set()) or gold
            named = tuple(label for label in scene.task.labels if label in labels)
            yield UnclearFlag((row,), named, "", str(line.get("who") or ""), str(line.get("at") or ""))


def _answers(scene: Scene, run: str) -> dict[str, set[str]]:
    """Row -> what a run answered; nothing of a run that this store does not hold."""
    try:
        return {row.example.id: set(row.prediction.labels) for row in scene.store.load_run(run).rows}
    except UnknownName:
        return {}
