"""A run as a table for the people it was made for: posts, labels, answers and reasons, in their language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from labkit.errors import BadData
from labkit.records import Evidence, Run, RunRow, Status, Task
from labkit.tables import workbook_bytes, write_table
from labkit.tables.own_files import refuse_existing
from labkit.texts import language, say

MACHINE = ".jsonl"  # its names stay English and its lists lists; the other formats are for people
COMMENTING = ("comment", "commenter")  # columns for those who read the table
_SEPARATOR = ";"


def hand_over(
    run: Run,
    target: str | Path,
    *,
    errors_only: bool = False,
    earlier: Sequence[RunRow] = (),
    comments: bool = False,
) -> tuple[str, ...]:
    """Write a run for the business team: one line a row, as text that no spreadsheet runs as a formula.

    Args:
        run: a run; a row that was asked several times has a line for each.
        target: .xlsx, .csv or .jsonl. In the first two names and statuses are in the language of the interface.
        errors_only: only rows with gold labels that were not answered with exactly these.
        earlier: what another run answered to the same rows, in their order; it stands in columns of its own.
        comments: whether two empty columns follow, for a reader's comment and name; `import_comments` takes them in.
            Then an existing file is not replaced: what people wrote into it stands nowhere else.

    Returns:
        The cells that were cut at Excel's limit; to be said aloud.

    Raises:
        BadData: the file cannot be written, or no row is left to write.
        BadInput: a scene reads from there, or with `comments` the file exists.
    """
    if comments:
        refuse_existing(target)
    pairs = [(row, earlier[k] if earlier else None) for k, row in enumerate(run.rows)]
    pairs = [(row, before) for row, before in pairs if not errors_only or row.correct is False]
    if not pairs:
        raise BadData.told(f"error.handover.{'no_error' if errors_only else 'no_row'}", run=run.id)
    target = Path(target)
    return write_table(target, *_table(pairs, run.task, target.suffix.lower() == MACHINE, comments))


def commented_workbook(rows: Sequence[RunRow], task: Task) -> bytes:
    """Rows as the .xlsx that `hand_over` writes with `comments`, made without touching a disk.

    Args:
        rows: of one run; at least one.
        task: of that run.
    """
    return workbook_bytes(*_table([(row, None) for row in rows], task, machine=False, comments=True))


Lines = Iterator[tuple[object, ...]]


def _table(
    pairs: Sequence[tuple[RunRow, RunRow | None]], task: Task, machine: bool, comments: bool
) -> tuple[tuple[str, ...], Lines]:
    """Column names and lines: rows, each beside what another run answered, where there is one."""
    posts = max(len(row.example.items) for row, _ in pairs)
    two = any(before is not None for _, before in pairs)
    lang, empty = "en" if machine else language(), ("", "") if comments else ()
    head = (*_head(posts, two, lang), *(say(f"handover.{name}", lang) for name in COMMENTING if comments))
    lines = ((*_cells(row, task, posts, machine), *_before(before, task, machine), *empty) for row, before in pairs)
    return head, lines


def column_name(name: str, target: Path) -> str:
    """A column's name in a file: English for machines, the interface's language for people."""
    return say(f"handover.{name}", "en" if target.suffix.lower() == MACHINE else None)


def label_cell(labels: tuple[str, ...], task: Task, machine: bool) -> object:
    """Labels in one cell: a list for machines, else parted by semicolons where no label holds one."""
    if machine or any(_SEPARATOR in label for label in task.labels):
        return list(labels)
    return _SEPARATOR.join(labels)


def status_cell(status: Status, machine: bool) -> str:
    """A status as labkit writes it everywhere; in Chinese where a person with a Chinese interface reads it."""
    return status.value if machine or language() == "en" else say(f"status.{status.value}")


def _head(posts: int, two: bool, lang: str) -> tuple[str, ...]:
    texts = (
        [say("handover.text_n", lang, n=n) for n in range(1, posts + 1)] if posts > 1 else [say("handover.text", lang)]
    )
    names = ["gold", "predicted", "right", "status", "rationale", "evidence", "definition", "reason", "note"]
    names += ["earlier_predicted", "earlier_right", "earlier_rationale"] if two else []
    return (say("handover.id", lang), *texts, *(say(f"handover.{name}", lang) for name in names))


def _cells(row: RunRow, task: Task, posts: int, machine: bool) -> Iterator[object]:
    example, found = row.example, row.prediction
    yield example.id
    yield from example.items
    yield from ("" for _ in range(posts - len(example.items)))
    yield "" if example.labels is None else label_cell(example.labels, task, machine)
    yield label_cell(found.labels, task, machine)
    yield _right(row, machine)
    yield status_cell(found.status, machine)
    yield found.rationale
    yield "\n".join(_quote(evidence, task) for evidence in found.evidence)
    yield found.definition or ""
    yield found.reason or row.error or ""
    yield example.note or ""


def _before(row: RunRow | None, task: Task, machine: bool) -> tuple[object, ...]:
    if row is None:
        return ()
    return label_cell(row.prediction.labels, task, machine), _right(row, machine), row.prediction.rationale


def _right(row: RunRow, machine: bool) -> object:
    if machine or row.correct is None:
        return row.correct
    return say("handover.yes" if row.correct else "handover.no")


def _quote(evidence: Evidence, task: Task) -> str:
    return f"{task.item} {evidence.post}: {evidence.quote}"
