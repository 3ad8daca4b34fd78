"""From the tables a business team hands over to examples: what was understood, and nothing dropped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from labkit.errors import BadData
from labkit.records import Example, Task
from labkit.tables.building import Table
from labkit.tables.columns import Columns, is_flags, require, settle_columns
from labkit.tables.labels import guess_separator, near_equal, read_cells, read_flags, tidy
from labkit.tables.language import default_item, guess_language
from labkit.tables.row_splits import (
    FRACTIONS,
    Repetitions,
    assign,
    count_repetitions,
    read_split_column,
    with_dev,
)
from labkit.tables.source_rows import RowIds, SourceRow, read_posts, rows_of, settle_ids

_MOSTLY_LABELLED = 0.5  # from here on, an empty cell among rows of several labels means "none", not "not yet"
_MOST_LABELS = 1_000

Gold = list[tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user said about a table; None and empty mean: guess.

    Args:
        columns: which column is what.
        separator: parts several labels in a cell.
        empty_labels: "none" (an empty cell means no label applies) or "unlabelled" (nobody has looked yet).
        name: the task's name.
        language: "zh" or "en".
    """

    columns: Columns = field(default_factory=Columns)
    separator: str | None = None
    empty_labels: str | None = None
    name: str = "scene"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LabelReading:
    """The gold labels of all rows, and how they were read.

    Args:
        gold: one entry per row; None is unlabelled, () is labelled with none.
        separator: what parted several labels in a cell, or None.
        empty: rows whose label cells are empty.
        empty_means: "none" or "unlabelled": how those were read.
        stripped: label with outer spaces -> rows; the spaces were taken off.
    """

    gold: Gold
    separator: str | None
    empty: int
    empty_means: str
    stripped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Import:
    """Examples read from tables, and all that should be said about how.

    Args:
        task, examples: what a scene is made of.
        columns: which column was taken for what.
        labels: how labels were read.
        label_counts: label -> rows.
        near_labels: labels that look alike and are kept apart.
        ids: how ids were found.
        repetitions: the same text in several rows.
        splits_from: "column", "test file" or "assigned".
    """

    task: Task
    examples: tuple[Example, ...]
    columns: Columns
    labels: LabelReading
    label_counts: Mapping[str, int]
    near_labels: tuple[tuple[str, ...], ...]
    ids: RowIds
    repetitions: Repetitions
    splits_from: str


def import_tables(tables: Sequence[Table], choices: Choices, test: Table | None = None) -> Import:
    """Turn tables into examples and a task.

    Args:
        tables: the files, read one after the other as one table.
        choices: what the user said; the rest is guessed.
        test: a file of its own whose rows become the test split.

    Returns:
        The examples in the files' order, and what was understood.

    Raises:
        UnknownName: a chosen column does not exist.
        BadData: a part is unclear, a post is blank, an id stands twice, a split is unknown, or there is no label.
    """
    everything = [*tables, test] if test else list(tables)
    columns = settle_columns(everything, choices.columns)
    require(columns, everything)
    rows = rows_of(everything)
    posts = read_posts(rows, str(columns.text))
    ids = settle_ids(rows, columns.id)
    labels = _read_labels(rows, columns, choices)
    task = _task(rows, columns, choices, labels.gold, posts)
    examples = [
        _example(row, columns, id, texts, given)
        for row, id, texts, given in zip(rows, ids.values, posts, labels.gold, strict=True)
    ]
    splits_from, parted = _split(rows, columns, examples, task, test)
    counts = Counter(label for example in parted for label in example.labels or ())
    return Import(
        task=task,
        examples=parted,
        columns=columns,
        labels=labels,
        label_counts={label: counts[label] for label in task.labels},
        near_labels=near_equal(task.labels),
        ids=ids,
        repetitions=count_repetitions(parted),
        splits_from=splits_from,
    )


def _read_labels(rows: Sequence[SourceRow], columns: Columns, choices: Choices) -> LabelReading:
    tables = list({id(row.table): row.table for row in rows}.values())
    separator, said_no = None, False
    if len(columns.labels) > 1 and all(is_flags(tables, name) for name in columns.labels):
        written = [read_flags(row.cells, columns.labels) for row in rows]
        said_no = () in written
    else:
        cells = (row.cells[name] for row in rows for name in columns.labels)
        separator = choices.separator or guess_separator(cells)
        written = [read_cells(row.cells, columns.labels, separator, row.place) for row in rows]
    tidied, stripped = tidy(written)
    means = choices.empty_labels or ("unlabelled" if said_no else _empty_means(tidied))
    gold = [() if labels is None and means == "none" else labels for labels in tidied]
    return LabelReading(gold, separator, tidied.count(None), means, stripped)


def _empty_means(gold: Gold) -> str:
    """How an empty label cell is read when the user did not say: "not yet", unless nearly all rows have labels."""
    several = any(len(labels or ()) > 1 for labels in gold)
    labelled = sum(labels is not None for labels in gold)
    return "none" if several and labelled >= _MOSTLY_LABELLED * len(gold) else "unlabelled"


def _task(
    rows: Sequence[SourceRow], columns: Columns, choices: Choices, gold: Gold, posts: Sequence[tuple[str, ...]]
) -> Task:
    labels = _label_names(columns, gold)
    _check_number_of_labels(labels, columns, gold)
    language = choices.language or guess_language(text for texts in posts for text in texts)
    return Task(
        name=choices.name,
        labels=labels,
        language=language,
        item=default_item(language),
        multi_label=any(len(row or ()) > 1 for row in gold),
        allow_none=any(row == () for row in gold),
        subtasks=_subtasks(rows, columns, gold),
    )


def _label_names(columns: Columns, gold: Gold) -> tuple[str, ...]:
    """All labels: 0/1 columns in their order, others as they first appear."""
    used = dict.fromkeys(label for row in gold for label in row or ())
    return tuple(sorted(used, key=columns.labels.index)) if set(used) <= set(columns.labels) else tuple(used)


def _check_number_of_labels(labels: Sequence[str], columns: Columns, gold: Gold) -> None:
    where = ", ".join(repr(name[:60]) for name in columns.labels[:5])
    if not labels:
        raise BadData(f"No row has a label in column {where}", "Name the column of labels with --labels COLUMN")
    labelled = sum(bool(row) for row in gold)
    if len(labels) > _MOST_LABELS or (labelled >= 20 and len(labels) > labelled / 2):
        raise BadData(
            f"Column {where} holds {len(labels):,} different labels in {labelled:,} rows",
            "Name the column of labels with --labels, or what parts them with --separator",
        )


def _subtasks(rows: Sequence[SourceRow], columns: Columns, gold: Gold) -> dict[str, tuple[str, ...]]:
    """Subtask -> its labels, which no other subtask may use."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row, labels in zip(rows, gold, strict=True):
        name = row.text(columns.subtask)
        if name is not None:
            found[name].update(dict.fromkeys(labels or ()))
    home: dict[str, str] = {}
    for name, labels_of in found.items():
        for label in labels_of:
            if home.setdefault(label, name) != name:
                raise BadData(
                    f"The label {label!r} stands in the subtasks {home[label]!r} and {name!r}",
                    "Give each subtask labels of its own, or rename the column",
                )
    return {name: tuple(labels_of) for name, labels_of in found.items()}


def _example(
    row: SourceRow, columns: Columns, id: str, posts: tuple[str, ...], gold: tuple[str, ...] | None
) -> Example:
    return Example(
        id=id,
        items=posts,
        labels=gold,
        group=row.text(columns.group),
        time=row.text(columns.time),
        subtask=row.text(columns.subtask),
        note=row.text(columns.note),
        meta={name: cell for name, cell in row.cells.items() if name not in columns.used and cell != ""},
    )


def _split(
    rows: Sequence[SourceRow], columns: Columns, examples: Sequence[Example], task: Task, test: Table | None
) -> tuple[str, tuple[Example, ...]]:
    """Where the splits come from, and the examples with them."""
    said = read_split_column([row for row in rows if row.table is not test], columns.split)
    if said is None and test is None:
        return "assigned", assign(examples, task, FRACTIONS)
    given = iter(said or ())
    parted = [
        replace(example, split="test" if row.table is test else next(given, "pool"))
        for row, example in zip(rows, examples, strict=True)
    ]
    return "test file" if test else "column", with_dev(parted, task)
