"""Annotators' labels in a table: a row per vote, or a column per annotator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from labkit.curation.annotator_agreement import Vote
from labkit.errors import BadData
from labkit.tables.building import Table, column_key
from labkit.tables.columns import Columns
from labkit.tables.label_reading import read_labels
from labkit.tables.reading import read_table
from labkit.tables.source_rows import SourceRow, refuse_rounded, rows_of, spoilt
from labkit.tables.spoilt_ids import cut_ids
from labkit.texts import listed

_ANNOTATOR = ("annotator", "annotatorid", "rater", "coder", "who", "标注人", "标注员")
_ID = ("id", "rowid", "row", "exampleid", "编号", "微博id")
_LABELS = ("labels", "label", "标签", "标注结果", "类别")


def read_votes(
    path: str | Path, *, id: str | None = None, annotator: str | None = None, labels: Sequence[str] = ()
) -> tuple[Vote, ...]:
    """Read votes.

    Args:
        path: any table.
        id: the column of row ids; guessed when None.
        annotator: the column of names, in a table with a row per vote; guessed when None.
        labels: the column of labels; or, without annotators, one column per annotator, called by their names.

    Raises:
        BadData: it is not clear which column is which, or a spreadsheet rounded or cut the ids.
    """
    table = read_table(path)
    row_id, who = id or _named(table, _ID), annotator or _named(table, _ANNOTATOR)
    if row_id is None or row_id not in table.columns:
        raise BadData.told("error.votes.no_id", file=table.path.name, columns=_listed(table))
    rows = rows_of([table])
    _refuse_spoilt(rows, row_id, who)
    if who is not None:
        column = labels[0] if labels else _named(table, _LABELS)
        if column is None:
            raise BadData.told("error.votes.no_labels", file=table.path.name)
        return _long(rows, row_id, who, column)
    if len(labels) < 2:
        raise BadData.told("error.votes.no_annotator", file=table.path.name)
    return tuple(vote for name in labels for vote in _long(rows, row_id, None, name))


def _long(rows: Sequence[SourceRow], row_id: str, who: str | None, column: str) -> tuple[Vote, ...]:
    gold = read_labels(rows, Columns(labels=(column,)), empty_labels="unlabelled").gold  # empty: not asked yet
    return tuple(
        Vote(row.text(row_id) or str(row.place), (row.text(who) or "") if who else column, frozenset(labels))
        for row, labels in zip(rows, gold, strict=True)
        if labels is not None
    )


def _refuse_spoilt(rows: Sequence[SourceRow], row_id: str, who: str | None) -> None:
    """Ids that a spreadsheet rounded or cut throw the votes on several rows together: one person then voted twice."""
    ids = [row.text(row_id) for row in rows]
    refuse_rounded(rows, ids)
    votes = Counter((id.strip(), row.text(who) if who else None) for row, id in zip(rows, ids, strict=True) if id)
    twice = {id for (id, _), count in votes.items() if count > 1}
    cut = dict.fromkeys(id for id in cut_ids(id for id, _ in votes) if id in twice)
    if cut:
        raise spoilt([row for row, id in zip(rows, ids, strict=True) if id and id.strip() in cut], next(iter(cut)))


def _named(table: Table, names: Sequence[str]) -> str | None:
    keys = {column_key(name): name for name in table.columns}
    return next((keys[name] for name in names if name in keys), None)


def _listed(table: Table) -> str:
    return listed(map(repr, table.columns[:10]))
