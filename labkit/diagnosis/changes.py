"""Two runs on the same rows: what was fixed, broken, left wrong, or answered otherwise; whole rows and per label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.diagnosis.decisions import Decisions, marked_rows
from labkit.diagnosis.row_table import RowTable
from labkit.errors import BadInput

if TYPE_CHECKING:
    from labkit.diagnosis.decisions import Mask


@dataclass(frozen=True, eq=False)
class Changes:
    """Which rows changed how, each of shape (rows,); rows without gold can only differ.

    Args:
        fixed, regressed: right only in the run that is read, right only in the earlier one.
        still_wrong, still_right: in both.
        differ: the answers are not the same, whatever gold says.
    """

    fixed: Mask
    regressed: Mask
    still_wrong: Mask
    still_right: Mask
    differ: Mask


@dataclass(frozen=True, slots=True)
class LabelChanges:
    """How many rows changed how; `label` is "" for whole rows."""

    label: str
    fixed: int
    regressed: int
    still_wrong: int
    differ: int


def changes_of(table: RowTable, label: str = "") -> Changes:
    """What changed from the earlier run to the one that is read.

    Args:
        table: rows of two runs.
        label: judge only the decision about this label, in rows where it plays a part; "" for the whole answer.

    Raises:
        BadInput: the table holds one run.
    """
    if table.before is None:
        raise BadInput.told("error.changes.one_run")
    if not label:
        return _changes(table.before.right, table.read.right, table.read.labelled, _differ(table.before, table.read))
    column = table.labels.index(label)
    before, now, gold = (part[:, column] for part in (table.before.answered, table.read.answered, table.read.gold))
    involved = (before | now | gold) & table.read.labelled
    return _changes((before == gold) & involved, (now == gold) & involved, involved, before != now)


def change_counts(table: RowTable) -> tuple[LabelChanges, ...]:
    """Whole rows first, then one entry per label."""
    return tuple(_count(label, changes_of(table, label)) for label in ("", *table.labels))


def _changes(before: Mask, now: Mask, judged: Mask, differ: Mask) -> Changes:
    return Changes(
        fixed=now & ~before,
        regressed=before & ~now,
        still_wrong=judged & ~before & ~now,
        still_right=before & now,
        differ=differ,
    )


def _differ(before: Decisions, now: Decisions) -> Mask:
    others: Mask = before.has_answer != now.has_answer
    return others | marked_rows(before.answered != now.answered)


def _count(label: str, found: Changes) -> LabelChanges:
    parts = (found.fixed, found.regressed, found.still_wrong, found.differ)
    return LabelChanges(label, *(int(part.sum()) for part in parts))
