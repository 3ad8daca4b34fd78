"""Which rows to read: filters that combine, the same for the browser and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from labkit.diagnosis.changes import changes_of
from labkit.diagnosis.decisions import Decisions, marked_rows
from labkit.diagnosis.row_table import RowTable
from labkit.diagnosis.triage import TAGS, UNTAGGED, Causes, causes_of
from labkit.errors import UnknownName
from labkit.records import Status

if TYPE_CHECKING:
    from labkit.diagnosis.decisions import Mask

Outcome = Literal["any", "wrong", "right"]
Change = Literal["", "fixed", "regressed", "still_wrong", "still_right", "differ"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
CHANGES: tuple[Change, ...] = get_args(Change)
UNANSWERED = "unanswered"  # as a status: every status but answered
QUERY_LIMIT = 200  # characters of a search; what a page sends is not trusted to be short


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Rows that fit all that is asked; the defaults ask for nothing.

    Args:
        outcome: "wrong", "right" (exactly the gold labels), or "any".
        label: a label that gold or the answer carries; outcome and change are then about this label's decision alone.
        missed: a label that gold carries and the answer does not.
        spurious: a label that the answer carries and gold does not.
        alone: the other side is empty: nothing was answered in the missed label's place, or nothing missed.
        status: how the row ended; "unanswered" for all but answered, "" for any.
        change: from the earlier run to this one; "" for any. It needs a second run.
        tag: why the row went wrong, as `triage.Causes` says; "untagged" for errors of which that is not known.
        group: the key of one of the groups of rows that `find_rows` is given.
        query: words that stand in the id, a post or a rationale, upper and lower case alike.
        earlier: ask about the earlier run's answers instead of this one's (`change` is about both).
    """

    outcome: Outcome = "any"
    label: str = ""
    missed: str = ""
    spurious: str = ""
    alone: bool = False
    status: str = ""
    change: Change = ""
    tag: str = ""
    group: str = ""
    query: str = ""
    earlier: bool = False


def find_rows(
    table: RowTable, wanted: RowFilter, causes: Causes | None = None, groups: Mapping[str, Mask] | None = None
) -> list[int]:
    """The positions of the rows that fit, in order.

    Args:
        table: what to search.
        wanted: what must hold.
        causes: why rows went wrong; worked out from their status alone when it is asked for and not given.
        groups: key -> its rows, each of shape (rows,): rows with odd rationales, with a theme, moved by an edit.

    Raises:
        UnknownName: a label, status, outcome, change, tag or group that there is not.
        BadInput: a change is asked for and there is one run.
    """
    import numpy as np

    _check(table, wanted)
    found = table.before if wanted.earlier and table.before else table.read
    mask = np.ones(len(table.rows), bool)
    for part in _parts(table, found, wanted):
        mask &= part
    if wanted.group:
        mask &= _of_group(wanted.group, groups or {})
    if wanted.tag:
        mask &= (causes or causes_of(table, {})).rows_of(wanted.tag)
    positions: list[int] = np.flatnonzero(mask).tolist()
    words = wanted.query[:QUERY_LIMIT].casefold().strip()
    return [k for k in positions if words in table.searchable[k]] if words else positions


def _of_group(key: str, groups: Mapping[str, Mask]) -> Mask:
    if key not in groups:
        raise UnknownName("group of rows", key, groups)
    return groups[key]


def _check(table: RowTable, wanted: RowFilter) -> None:
    for label in (wanted.label, wanted.missed, wanted.spurious):
        if label and label not in table.labels:
            raise UnknownName("label", label, table.labels)
    for what, value, known in (
        ("status", wanted.status, ("", UNANSWERED, *Status)),
        ("outcome", wanted.outcome, OUTCOMES),
        ("change", wanted.change, CHANGES),
        ("tag", wanted.tag, ("", UNTAGGED, *TAGS)),
    ):
        if value not in known:
            raise UnknownName(what, str(value), [name for name in known if name])


def _parts(table: RowTable, found: Decisions, wanted: RowFilter) -> list[Mask]:
    """One mask for each thing that is asked."""
    parts = [_of_outcome(table, found, wanted)] if wanted.outcome != "any" else []
    column = {label: k for k, label in enumerate(table.labels)}
    if wanted.label and not wanted.change:  # a change of this label says already that it plays a part
        parts.append(found.gold[:, column[wanted.label]] | found.answered[:, column[wanted.label]])
    if wanted.missed:
        parts.append(found.missed[:, column[wanted.missed]])
    if wanted.spurious:
        parts.append(found.spurious[:, column[wanted.spurious]])
    if wanted.alone:
        parts.append(~marked_rows(found.missed) | ~marked_rows(found.spurious))
    if wanted.status:
        answered = found.has_answer
        parts.append(~answered if wanted.status == UNANSWERED else found.of_status(Status(wanted.status)))
    if wanted.change:
        parts.append(getattr(changes_of(table, wanted.label), wanted.change))
    return parts


def _of_outcome(table: RowTable, found: Decisions, wanted: RowFilter) -> Mask:
    if not wanted.label:
        return found.right if wanted.outcome == "right" else found.wrong
    column = table.labels.index(wanted.label)
    same: Mask = found.gold[:, column] == found.answered[:, column]
    return (same if wanted.outcome == "right" else ~same) & found.labelled
