"""The gold labels of all rows: how the cells were read, which names are one, and what an empty cell means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from labkit.errors import BadData
from labkit.tables.columns import Columns, are_flags
from labkit.tables.labels import (
    guess_separator,
    merge_near_equal,
    near_equal,
    read_cells,
    read_flags,
    tidy,
)
from labkit.tables.source_rows import SourceRow
from labkit.texts import listed

_MOSTLY_LABELLED = 0.5  # from here on, an empty cell among rows of several labels means "none", not "not yet"
_MOST_LABELS = 1_000

Gold = list[tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class LabelReading:
    """The gold labels of all rows, and how they were read.

    Args:
        gold: one entry per row; None is unlabelled, () is labelled with none.
        separator: what parted several labels in a cell, or None.
        empty: rows whose label cells are empty.
        empty_means: "none" or "unlabelled": how those were read.
        stripped: label with outer spaces -> rows; the spaces were taken off.
        flags: whether every label was a column of yes and no.
        merged: a name that looked like another -> the name it got.
        near: groups of names that look alike and were kept apart.
    """

    gold: Gold
    separator: str | None = None
    empty: int = 0
    empty_means: str = "unlabelled"
    stripped: Mapping[str, int] = field(default_factory=dict)
    flags: bool = False
    merged: Mapping[str, str] = field(default_factory=dict)
    near: tuple[tuple[str, ...], ...] = ()


def read_labels(
    rows: Sequence[SourceRow],
    columns: Columns,
    separator: str | None = None,
    empty_labels: str | None = None,
    merge: bool = False,
) -> LabelReading:
    """Read the labels of every row.

    Args:
        rows: the rows.
        columns: says which columns hold labels; with none, every row is unlabelled.
        separator: parts several labels in a cell; guessed when None.
        empty_labels: "none" or "unlabelled"; guessed when None.
        merge: whether names that look alike are one.

    Raises:
        BadData: a cell that cannot be labels.
    """
    if not columns.labels:
        return LabelReading([None] * len(rows), empty=len(rows))
    tables = list({id(row.table): row.table for row in rows}.values())
    flags = are_flags(tables, columns.labels)
    if flags:
        written = [read_flags(row.cells, columns.labels, row.place) for row in rows]
    else:
        cells = (row.cells[name] for row in rows for name in columns.labels)
        separator = separator or guess_separator(cells)
        written = [read_cells(row.cells, columns.labels, separator, row.place) for row in rows]
    tidied, stripped = tidy(written)
    merged, renamed = merge_near_equal(tidied) if merge else (tidied, {})
    means = empty_labels or ("unlabelled" if flags and () in written else _empty_means(merged))
    return LabelReading(
        gold=[() if labels is None and means == "none" else labels for labels in merged],
        separator=None if flags else separator,
        empty=merged.count(None),
        empty_means=means,
        stripped=stripped,
        flags=flags,
        merged=renamed,
        near=near_equal(_used(merged)),
    )


def label_names(columns: Columns, gold: Gold, named: Sequence[str] = ()) -> tuple[str, ...]:
    """All labels: those the user named first; 0/1 columns in their order, others as they first appear.

    Raises:
        BadData: there is none, or so many that the column can hardly hold labels.
    """
    used = _used(gold)
    names = sorted(used, key=columns.labels.index) if set(used) <= set(columns.labels) else list(used)
    labels = tuple(dict.fromkeys((*named, *names)))
    names_of = listed(repr(name[:60]) for name in columns.labels[:5])
    if not labels:
        raise BadData.told("error.labels.none", columns=names_of)
    labelled = sum(bool(row) for row in gold)
    if len(labels) > _MOST_LABELS or (labelled >= 20 and len(used) > labelled / 2):
        raise BadData.told("error.labels.many", columns=names_of, labels=len(used), rows=labelled)
    return labels


def _used(gold: Iterable[tuple[str, ...] | None]) -> dict[str, None]:
    return dict.fromkeys(label for row in gold for label in row or ())


def _empty_means(gold: Gold) -> str:
    """How an empty label cell is read when the user did not say: "not yet", unless nearly all rows have labels."""
    several = any(len(labels or ()) > 1 for labels in gold)
    labelled = sum(labels is not None for labels in gold)
    return "none" if several and labelled >= _MOSTLY_LABELLED * len(gold) else "unlabelled"
