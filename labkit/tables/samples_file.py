"""A file to be audited: posts with labels, or training data of any form; nothing is refused that can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labkit.auditing.samples import Sample
from labkit.errors import BadData, UnknownName
from labkit.records import Split
from labkit.tables.building import Table, column_key
from labkit.tables.columns import Columns, require, settle_columns
from labkit.tables.confined import read_confined
from labkit.tables.label_reading import read_labels
from labkit.tables.row_splits import read_split_column
from labkit.tables.source_rows import RowIds, SourceRow, read_posts, rows_of, settle_ids
from labkit.tables.training_rows import CONTENT, FORMS, Exchange, form_of, read_exchange
from labkit.texts import Line

_LABEL_COLUMNS = ("labels", "label", "category", "标签", "类别")


@dataclass(frozen=True, slots=True)
class SamplesFile:
    """What was read of files to audit.

    Args:
        samples: the rows that can be looked at.
        columns: which column was taken for what.
        forms: form of training data -> rows; "unreadable" counts rows without question or answer. Empty for posts.
        skipped: places of rows that are blank or unreadable.
        left_out: how many these are, with those that hold nothing at all.
        repeated_ids: how many rows repeated an id of their file and got a number behind it.
    """

    samples: tuple[Sample, ...]
    columns: Columns
    forms: Mapping[str, int]
    skipped: tuple[Line, ...]
    left_out: int
    repeated_ids: int


def read_samples(
    path: Path,
    test: Path | None = None,
    chosen: Columns | None = None,
    *,
    separator: str | None = None,
    form: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> SamplesFile:
    """Read a file, and one of test rows, as rows to audit; columns are guessed as for a new scene.

    Args:
        path: any table, or a Hugging Face dataset folder.
        test: its rows become the test split.
        chosen: columns the user named.
        separator: parts several labels in a cell; guessed when None.
        form: how its rows are written, "labels" (posts, with or without) or one of training data (`FORMS`), others
            being unreadable then; guessed when None.
        sheet: of Excel files; see `read_table`.
        encoding: of text files; see `read_table`.

    Raises:
        BadData: a file cannot be read, or it is not clear which column holds the text.
        UnknownName: a named column or form does not exist.
    """
    if form not in (None, "labels", *FORMS):
        raise UnknownName("format", str(form), ("labels", *FORMS))
    tables = list(read_confined(path, sheet, encoding))
    held = list(read_confined(test, sheet, encoding)) if test else []
    rows = rows_of([*tables, *held])
    if form in FORMS or (form is None and _is_training_data(rows)):
        found = [read_exchange(row.cells, form) for row in rows]
        if form and not any(found):
            raise BadData.told("error.samples.form", file=path.name, form=form)
        return _training_data(rows, found, [*tables, *held], held, chosen or Columns(), separator)
    return _posts(rows, [*tables, *held], held, chosen or Columns(), separator)


def _is_training_data(rows: Sequence[SourceRow]) -> bool:
    return 2 * sum(form_of(row.cells) is not None for row in rows) > len(rows)


def _posts(
    rows: Sequence[SourceRow], tables: Sequence[Table], held: Sequence[Table], chosen: Columns, separator: str | None
) -> SamplesFile:
    columns = settle_columns(tables, chosen)
    require(columns, tables, labels=False)
    posts = read_posts(rows, columns.texts)
    ids = settle_ids(rows, columns.id, suffix_repeated=True)
    samples = _samples(rows, ids, columns, held, separator)
    kept = [replace(s, question="\n".join(texts)) for s, texts in zip(samples, posts, strict=True) if texts]
    blank = tuple(row.place for row, texts in zip(rows, posts, strict=True) if not texts)
    if not kept:
        raise BadData.told("error.samples.no_text", file=tables[0].path.name)
    return SamplesFile(tuple(kept), columns, {}, blank, len(blank), ids.suffixed)


def _training_data(
    rows: Sequence[SourceRow],
    found: Sequence[Exchange | None],
    tables: Sequence[Table],
    held: Sequence[Table],
    chosen: Columns,
    separator: str | None,
) -> SamplesFile:
    names = rows[0].table.columns
    labels = chosen.labels or tuple(name for name in names if column_key(name) in _LABEL_COLUMNS)[:1]
    content = next((name for name in CONTENT if name in names), None)
    settled = settle_columns([rows[0].table], replace(chosen, text=content, labels=labels, without=("labels",)))
    # an object with nothing in it, such as {"messages": []}, was meant as a row; a blank line of a table was not
    empty = sum(table.blank_rows for table in tables if table.path.suffix.lower() in (".json", ".jsonl"))
    kept, forms = [], Counter({"unreadable": empty} if empty else {})
    ids = settle_ids(rows, settled.id, suffix_repeated=True)
    for sample, exchange in zip(_samples(rows, ids, settled, held, separator), found, strict=True):
        forms[exchange.form if exchange else "unreadable"] += 1
        if exchange:
            told = replace(sample, question=exchange.question, answer=exchange.answer)
            kept.append(replace(told, form=exchange.form, context=exchange.context, system=exchange.system))
    unread = tuple(row.place for row, exchange in zip(rows, found, strict=True) if exchange is None)
    return SamplesFile(tuple(kept), settled, dict(forms), unread, forms["unreadable"], ids.suffixed)


def _samples(
    rows: Sequence[SourceRow], ids: RowIds, columns: Columns, held: Sequence[Table], separator: str | None
) -> list[Sample]:
    """All rows with everything but their text."""
    gold = read_labels(rows, columns, separator).gold
    return [
        Sample(
            id=id,
            question="",
            labels=labels,
            split=split,
            group=row.text(columns.group),
            time=row.text(columns.time),
            subtask=row.text(columns.subtask),
            meta={name: cell for name, cell in row.cells.items() if name not in columns.used and cell},
        )
        for row, id, labels, split in zip(rows, ids.values, gold, _splits(rows, columns, held), strict=True)
    ]


def _splits(rows: Sequence[SourceRow], columns: Columns, held: Sequence[Table]) -> list[Split]:
    tests = {id(table) for table in held}
    said = read_split_column([row for row in rows if id(row.table) not in tests], columns.split)
    given = iter(said or ())
    return ["test" if id(row.table) in tests else next(given, "pool") for row in rows]
