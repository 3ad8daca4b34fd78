"""From the tables a business team hands over to examples: what was understood, and nothing dropped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.errors import BadData, UnknownName
from labkit.records import Example, Split, Task
from labkit.tables.building import Table
from labkit.tables.columns import Columns, require, settle_columns
from labkit.tables.joining import Joined, join_rows
from labkit.tables.label_reading import Gold, LabelReading, label_names, read_labels
from labkit.tables.language import default_item, guess_language
from labkit.tables.row_splits import (
    FRACTIONS,
    Repetitions,
    assign,
    count_repetitions,
    read_split_column,
    with_dev,
)
from labkit.tables.source_rows import RowIds, SourceRow, read_posts, refuse_blank, rows_of, settle_ids
from labkit.texts import Line


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user said about a table; None and empty mean: guess.

    Args:
        columns: which column is what.
        separator: parts several labels in a cell.
        empty_labels: "none" (an empty cell means no label applies) or "unlabelled" (nobody has looked yet).
        name: the task's name.
        language: "zh" or "en".
        labels: names of labels that are the task's whether or not a row carries them; they come first.
        merge_labels: whether names that look alike are one; None: not decided, they are kept apart.
        duplicate_ids: "refuse", or "suffix" to put -2, -3, … behind an id that stands again.
        blank_posts: "refuse", or "skip" to leave out rows without text, which are counted.
        items_by: a column whose equal values join rows into one example, posts in time order.
        multi_label, allow_none: said of the task, when the rows need not show it.
        draw_splits: whether dev and test rows are drawn where the files name none.
    """

    columns: Columns = field(default_factory=Columns)
    separator: str | None = None
    empty_labels: str | None = None
    name: str = "scene"
    language: str | None = None
    labels: tuple[str, ...] = ()
    merge_labels: bool | None = None
    duplicate_ids: str = "refuse"
    blank_posts: str = "refuse"
    items_by: str | None = None
    multi_label: bool | None = None
    allow_none: bool | None = None
    draw_splits: bool = True


@dataclass(frozen=True, slots=True)
class Import:
    """Examples read from tables, and all that should be said about how.

    Args:
        task, examples: what a scene is made of.
        columns: which column was taken for what.
        labels: how labels were read.
        label_counts: label -> rows.
        ids: how ids were found.
        repetitions: the same text in several rows.
        splits_from: "column", "test file" or "assigned".
        dev_drawn: rows that were drawn from the pool to be dev, since the files name no dev row.
        skipped: places of rows without text that were left out.
        joined: how rows became examples of several posts, or None.
        near: example id -> the first example that says nearly the same.
    """

    task: Task
    examples: tuple[Example, ...]
    columns: Columns
    labels: LabelReading
    label_counts: Mapping[str, int]
    ids: RowIds
    repetitions: Repetitions
    splits_from: str
    skipped: tuple[Line, ...] = ()
    joined: Joined | None = None
    dev_drawn: int = 0
    near: Mapping[str, str] = field(default_factory=dict)

    @property
    def near_labels(self) -> tuple[tuple[str, ...], ...]:
        """Labels that look alike and are kept apart."""
        return self.labels.near


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
    columns = _settled(everything, choices)
    rows, posts, skipped = _rows_with_text(everything, columns, choices)
    ids = settle_ids(rows, columns.id, choices.duplicate_ids == "suffix")
    labels = read_labels(rows, columns, choices.separator, choices.empty_labels, bool(choices.merge_labels))
    splits_from, splits = _given_splits(rows, columns, test)
    examples = [
        _example(row, columns, id, texts, given, split)
        for row, id, texts, given, split in zip(rows, ids.values, posts, labels.gold, splits, strict=True)
    ]
    joined = None
    if choices.items_by:
        values, places = [row.text(choices.items_by) for row in rows], [row.place for row in rows]
        examples, joined = join_rows(examples, values, choices.items_by, places)
    task = _task(rows, columns, choices, labels.gold, examples)
    near = near_duplicate_groups(examples)
    parted = _with_splits(examples, task, splits_from, near) if choices.draw_splits else tuple(examples)
    counts = Counter(label for example in parted for label in example.labels or ())
    return Import(
        task=task,
        examples=parted,
        columns=columns,
        labels=labels,
        label_counts={label: counts[label] for label in task.labels},
        ids=ids,
        repetitions=count_repetitions(parted),
        splits_from=splits_from,
        skipped=tuple(row.place for row in skipped),
        joined=joined,
        dev_drawn=0 if splits_from == "assigned" else _newly_dev(examples, parted),
        near=near,
    )


def _with_splits(
    examples: Sequence[Example], task: Task, splits_from: str, near: Mapping[str, str]
) -> tuple[Example, ...]:
    if splits_from == "assigned":
        return assign(examples, task, FRACTIONS, near)
    return with_dev(examples, task, near)


def _newly_dev(before: Sequence[Example], after: Sequence[Example]) -> int:
    return sum(old.split != "dev" and new.split == "dev" for old, new in zip(before, after, strict=True))


def labels_in(tables: Sequence[Table], choices: Choices) -> tuple[str, ...]:
    """The labels that rows carry, as `import_tables` would read them; () when no column holds labels."""
    columns = settle_columns(tables, choices.columns) if tables else Columns()
    rows = rows_of(tables) if columns.labels else []
    gold = read_labels(rows, columns, choices.separator, choices.empty_labels, bool(choices.merge_labels)).gold
    return tuple(dict.fromkeys(label for labels in gold for label in labels or ()))


def _settled(tables: Sequence[Table], choices: Choices) -> Columns:
    """The columns, once text and, where no label is named otherwise, labels are clear."""
    columns = settle_columns(tables, choices.columns)
    by = choices.items_by
    if by and not all(by in table.columns for table in tables):
        raise UnknownName("column", by, tables[0].columns)
    if by and by == columns.id:
        columns = replace(columns, id=None)  # the user's id: it names the joined example, not a row
    require(columns, tables, labels=not choices.labels)
    return columns


def _rows_with_text(
    tables: Sequence[Table], columns: Columns, choices: Choices
) -> tuple[list[SourceRow], list[tuple[str, ...]], list[SourceRow]]:
    """The rows that have posts, their posts, and the rows without that the user lets go."""
    rows = rows_of(tables)
    posts = read_posts(rows, columns.texts)
    blank = [row for row, texts in zip(rows, posts, strict=True) if not texts]
    if choices.blank_posts != "skip" or len(blank) == len(rows):
        refuse_blank(blank, str(columns.text))
    filled = [(row, texts) for row, texts in zip(rows, posts, strict=True) if texts]
    return [row for row, _ in filled], [texts for _, texts in filled], blank


def _task(
    rows: Sequence[SourceRow], columns: Columns, choices: Choices, gold: Gold, examples: Sequence[Example]
) -> Task:
    language = choices.language or guess_language(text for example in examples for text in example.items)
    several = any(len(example.labels or ()) > 1 for example in examples)
    none = any(example.labels == () for example in examples)
    return Task(
        name=choices.name,
        labels=label_names(columns, gold, choices.labels),
        language=language,
        item=default_item(language),
        multi_label=several or bool(choices.multi_label),
        allow_none=none or bool(choices.allow_none),
        subtasks=_subtasks(rows, columns, gold),
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
                raise BadData.told("error.subtasks.shared", label=label, first=home[label], second=name)
    return {name: tuple(labels_of) for name, labels_of in found.items()}


def _example(
    row: SourceRow, columns: Columns, id: str, posts: tuple[str, ...], gold: tuple[str, ...] | None, split: Split
) -> Example:
    return Example(
        id=id,
        items=posts,
        labels=gold,
        split=split,
        group=row.text(columns.group),
        time=row.text(columns.time),
        subtask=row.text(columns.subtask),
        note=row.text(columns.note),
        meta={name: cell for name, cell in row.cells.items() if name not in columns.used and cell != ""},
    )


def _given_splits(rows: Sequence[SourceRow], columns: Columns, test: Table | None) -> tuple[str, list[Split]]:
    """Where the splits come from, and the split the files give each row (pool where they give none)."""
    said = read_split_column([row for row in rows if row.table is not test], columns.split)
    given = iter(said or ())
    splits: list[Split] = ["test" if row.table is test else next(given, "pool") for row in rows]
    source = "test file" if test else "assigned" if said is None else "column"
    return source, splits
