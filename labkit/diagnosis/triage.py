"""What people decided about errors: why a row went wrong, and which gold labels were. Laid over, never written in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from labkit.diagnosis.row_table import RowTable
from labkit.errors import BadData, UnknownName
from labkit.records import Example, Run, RunRow, Status, Task
from labkit.texts import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from labkit.diagnosis.decisions import Mask

Tag = Literal[
    "gold_wrong",
    "definition_unclear",
    "definition_ignored",
    "knowledge_missing",
    "unparsed",
    "truncated",
    "injection",
    "model_limit",
]
Remedy = Literal["gold", "prompt", "training"]
TAGS: tuple[Tag, ...] = get_args(Tag)
UNTAGGED = "untagged"  # as a tag that is looked for: errors without a cause
REMEDIES: tuple[Remedy, ...] = get_args(Remedy)
REMEDY_OF: Mapping[Tag, Remedy] = {
    "gold_wrong": "gold",
    "definition_unclear": "prompt",
    "definition_ignored": "training",  # the sentence is clear and is not followed: another one will hardly help
    "knowledge_missing": "training",
    "unparsed": "prompt",  # the answer contract belongs to the prompt
    "truncated": "prompt",
    "injection": "prompt",
    "model_limit": "training",
}
_BY_STATUS: Mapping[Status, Tag] = {
    Status.UNPARSED: "unparsed",
    Status.OFF_LIST: "unparsed",
    Status.BLANK: "unparsed",
    Status.TRUNCATED: "truncated",
}
Labels = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class GoldFix:
    """Gold labels that somebody corrected.

    Args:
        row: the example's id.
        before, after: the labels found and the labels put in their place; None is unlabelled.
        reason: why, in that person's words.
        who, at: by whom, and when (UTC).
    """

    row: str
    before: Labels
    after: Labels
    reason: str = ""
    who: str = ""
    at: str = ""


@dataclass(frozen=True, eq=False)
class Causes:
    """Why rows went wrong, as far as it is known.

    Args:
        places: shape (rows,): the cause's place in TAGS, -1 where there is none.
        wrong: shape (rows,): rows that are wrong.
    """

    places: NDArray[np.int8]
    wrong: Mask

    def of(self, position: int) -> Tag | None:
        """A row's cause."""
        place = int(self.places[position])
        return TAGS[place] if place >= 0 else None

    def rows_of(self, tag: str) -> Mask:
        """The rows of a cause, or with `UNTAGGED` the errors without one."""
        found: Mask = self.wrong & (self.places < 0) if tag == UNTAGGED else self.places == TAGS.index(tag)
        return found

    def counts(self) -> TagCounts:
        """How many rows have which cause, and what that asks for."""
        counts = {tag: int(self.rows_of(tag).sum()) for tag in TAGS}
        remedies = {remedy: sum(counts[tag] for tag in TAGS if REMEDY_OF[tag] == remedy) for remedy in REMEDIES}
        return TagCounts(counts, remedies, int(self.rows_of(UNTAGGED).sum()))


@dataclass(frozen=True, slots=True)
class TagCounts:
    """What the errors of a run are due to, as far as somebody has said or their status says.

    Args:
        tags: tag -> rows; every tag is there.
        remedies: gold, prompt or training -> rows that ask for it.
        untagged: errors of which nothing is known yet.
    """

    tags: Mapping[Tag, int]
    remedies: Mapping[Remedy, int]
    untagged: int


def gold_fixes(decisions: Iterable[Mapping[str, Any]], task: Task) -> dict[str, tuple[GoldFix, ...]]:
    """The gold fixes among decisions: row -> its fixes, oldest first.

    A line of the kind "gold" is one fix; one of the kind "adjudicate" makes those that stand under its `gold`.

    Args:
        decisions: lines of decisions.jsonl, oldest first.
        task: whose labels they may name.

    Raises:
        BadData: a line that somebody wrote by hand and that cannot be such a fix.
    """
    found: dict[str, list[GoldFix]] = {}
    for line in decisions:
        for change in _changes(line):
            fix = _read_fix(change, task)
            found.setdefault(fix.row, []).append(fix)
    return {row: tuple(fixes) for row, fixes in found.items()}


def corrected(example: Example, fixes: Mapping[str, Sequence[GoldFix]]) -> Example:
    """The example with its gold fixes laid over it.

    A fix holds where gold still is what the person found; so one that was taken back, or that the file has overtaken,
    changes nothing, whichever of these states a run has recorded.
    """
    labels = example.labels
    for fix in fixes.get(example.id, ()):
        if _same(labels, fix.before):
            labels = fix.after
    return example if labels == example.labels else replace(example, labels=labels)


def corrected_run(run: Run, fixes: Mapping[str, Sequence[GoldFix]], rows: Mapping[str, Example]) -> Run:
    """A run scored by corrected gold; the same answers, no model is asked.

    Args:
        run: as it was asked.
        fixes: see `gold_fixes`.
        rows: the scene's rows by id; a row of a run over some other file may bear an id of the scene's.
    """
    if not fixes:
        return run
    return replace(run, rows=tuple(_corrected_row(row, fixes, rows) for row in run.rows))


def tags_of(decisions: Iterable[Mapping[str, Any]], run: str) -> dict[str, Tag]:
    """The tags that people gave rows of a run and have not taken back: row -> tag; BadData for a line without a row."""
    found: dict[str, Tag] = {}
    for line in decisions:
        if line.get("kind") == "tag" and line.get("run") == run:
            row = line.get("id")
            if not isinstance(row, str):
                raise BadData.told(
                    "error.triage.tag_names_no_row", line=line.get("at") or say("where.no_time"), run=run
                )
            found.pop(row, None)
            if line.get("to") in TAGS:
                found[row] = line["to"]
    return found


def causes_of(table: RowTable, tags: Mapping[str, Tag]) -> Causes:
    """Why the rows of the run that is read went wrong: what a person said, else what their status says.

    Args:
        table: the rows.
        tags: see `tags_of`; a row that is right counts, too, once somebody has tagged it.
    """
    import numpy as np

    places = np.full(len(table.rows), -1, np.int8)
    wrong = table.read.wrong
    for status, tag in _BY_STATUS.items():
        places[wrong & table.read.of_status(status)] = TAGS.index(tag)
    for row, tag in tags.items():
        places[list(table.places.get(row, ()))] = TAGS.index(tag)
    return Causes(places, wrong)


def check_tag(tag: str) -> Tag:
    """The tag of that name, or UnknownName."""
    if tag not in TAGS:
        raise UnknownName("tag", tag, TAGS)
    return tag


def _corrected_row(row: RunRow, fixes: Mapping[str, Sequence[GoldFix]], rows: Mapping[str, Example]) -> RunRow:
    ours = rows.get(row.example.id) if row.example.id in fixes else None
    if ours is None or ours.items != row.example.items:
        return row
    return replace(row, example=corrected(row.example, fixes))


def _same(one: Labels, other: Labels) -> bool:
    if one is None or other is None:
        return one is other
    return set(one) == set(other)


def _changes(line: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if line.get("kind") == "gold":
        return [line]
    changes = line.get("gold") if line.get("kind") == "adjudicate" else None
    listed = changes if isinstance(changes, list) else []
    return [{**line, **change} if isinstance(change, dict) else line for change in listed]


def _read_fix(line: Mapping[str, Any], task: Task) -> GoldFix:
    row = line.get("id")
    named = {key: str(line.get(key) or "") for key in ("reason", "who", "at")}
    where = say("where.gold_fix", at=named["at"] or say("where.no_time"), row=str(row)[:40])
    if not isinstance(row, str):
        raise BadData.told("error.triage.names_no_row", where=where)
    before, after = (_read_labels(line.get(key), task, where) for key in ("from", "to"))
    return GoldFix(row, before, after, **named)


def _read_labels(value: object, task: Task, where: str) -> Labels:
    if value is None:
        return None
    if not isinstance(value, list) or any(not isinstance(label, str) or label not in task.labels for label in value):
        raise BadData.told("error.triage.unknown_labels", where=where)
    return tuple(value)
