"""Rows of a user's file: labelled by a model, and written out again with what was answered beside each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.evaluation.evaluate import classify
from labkit.evaluation.handover import MACHINE, column_name, label_cell, status_cell
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.models.base import Model
from labkit.records import Example, Prediction, Prompt, Run, RunRow, Status, Task
from labkit.tables import Table, read_table, write_table
from labkit.tables.columns import Columns, settle_columns
from labkit.tables.own_files import refuse_own
from labkit.workspace import Scene

ANSWER_COLUMNS = ("predicted", "status", "rationale", "reason")
_TAKEN = "labkit_"  # set before an answer's column name that the file already has


def classify_file(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    source: str | Path,
    target: str | Path,
    *,
    text: str | None = None,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Run:
    """Label every row of a file; an interrupted call goes on when it is made again.

    Args:
        scene: its task says which labels there are, its store keeps the run.
        prompt: a prompt, or the name of one of the scene's.
        model: a model, or a name that `get_model` knows.
        source: CSV, TSV, JSON, JSONL, Excel or Parquet.
        target: .csv, .jsonl or .xlsx: the same rows and columns, with `predicted`, `status`, `rationale` and `reason`
            (why there is no answer) behind them; in .csv and .xlsx these are named in the language of the interface.
            A row without text is written too, with status blank.
        text: the column of the posts; guessed when None.
        max_cost: as in `evaluate`; rows that stay open when it is used up are written with status pending.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Returns:
        The run over the rows that have text.

    Raises:
        BadData: a file cannot be read or written, the column of the posts is not clear, or no row has text.
        UnknownName: there is no such column.
        ModelError: the model cannot be asked; what was answered is kept, and the target is not written.
    """
    source, target = Path(source), Path(target)
    _check_target(source, target)
    table = read_table(source)
    examples = tuple(_examples(table, _text_column(table, text), scene.task))
    if not examples:
        raise BadData.told("error.file_rows.no_text", source=source.name)
    wishes: dict[str, Any] = {"max_cost": max_cost, "personal_data": personal_data}
    run = classify(scene, prompt, model, examples, **wishes, progress=progress, retry=retry)
    names = [column_name(name, target) for name in ANSWER_COLUMNS]
    head = (*table.columns, *(f"{_TAKEN}{name}" if name in table.columns else name for name in names))
    write_table(target, head, _written_rows(table, run, machine=target.suffix.lower() == MACHINE))
    return run


def _check_target(source: Path, target: Path) -> None:
    """Find before anything is paid that the result could not be written."""
    refuse_own(target)
    if target.suffix.lower() not in (".csv", ".jsonl", ".xlsx"):
        raise BadData.told("error.file_rows.suffix", target=target.name, suffix=target.suffix)
    if not target.absolute().parent.is_dir():
        raise BadData.told("error.file_rows.no_folder", parent=target.parent, target=target.name)
    if target.is_dir() or (target.exists() and target.samefile(source)):
        raise BadData.told("error.file_rows.over_input", target=target)


def _text_column(table: Table, chosen: str | None) -> str:
    found = settle_columns([table], Columns(text=chosen)).text
    if not found:
        listed = ", ".join(repr(name) for name in table.columns[:20])
        raise BadData.told("error.file_rows.which_column", table=table.path.name, listed=listed)
    return found


def _examples(table: Table, column: str, task: Task) -> Iterator[Example]:
    """The rows that have text, known by their place in the file: its own ids need not be unique."""
    for number, row in enumerate(table.rows):
        items = tuple(text for text in _posts(row[column]) if text.strip())
        if items:
            yield Example(_row_id(number), items, split="traffic", subtask=_subtask(row, task))


def _posts(cell: object) -> Sequence[str]:
    """One post in a cell, or a list of them."""
    return [str(part) for part in cell] if isinstance(cell, list) else [str(cell)]


def _subtask(row: Mapping[str, object], task: Task) -> str | None:
    """A column of that name, where the task has subtasks and the cell is one of them."""
    named = str(row.get("subtask") or "")
    return named if named in task.subtasks else None


def _row_id(number: int) -> str:
    return f"row{number + 1:05d}"


def _written_rows(table: Table, run: Run, machine: bool) -> Iterator[tuple[object, ...]]:
    answers = {row.example.id: row for row in run.rows}
    for number, row in enumerate(table.rows):
        cells = tuple(row[name] for name in table.columns)
        yield (*cells, *_answer_cells(answers.get(_row_id(number)), run.task, machine))


def _answer_cells(row: RunRow | None, task: Task, machine: bool) -> tuple[object, ...]:
    found = row.prediction if row else Prediction(Status.BLANK, reason="the row has no text")
    status = status_cell(found.status, machine)
    return (label_cell(found.labels, task, machine), status, found.rationale, found.reason)
