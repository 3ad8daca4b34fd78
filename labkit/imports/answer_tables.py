"""Answers in a table: one row each, the labels in one column, a reason in another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from labkit.errors import BadData, UnknownName
from labkit.imports.answers import RATIONALE, Answer, AnswerFile, Wanted
from labkit.imports.known_labels import labels_only
from labkit.records import Task
from labkit.tables import Table, read_table
from labkit.tables.building import Cell
from labkit.tables.columns import Columns, settle_columns
from labkit.tables.labels import guess_separator, read_cells
from labkit.texts import WORDS, Where, listed, say

_REPLIES = ("{", "｛", "```", "<think>")  # how a whole reply begins, and a label of a task hardly ever


def read_answer_table(path: Path, wanted: Wanted, task: Task) -> AnswerFile:
    """Read a .csv, .tsv, .json, .jsonl, .xlsx or .parquet file.

    Args:
        path: the file.
        wanted: its columns; the one of ids and the one of rationales need not exist unless they are named.
        task: its labels need no guess at what parts them.

    Raises:
        UnknownName: there is no such column.
        BadData: the file cannot be read.
    """
    table = read_table(path, encoding=wanted.encoding)
    wanted = _in_its_words(wanted, table)
    _check_columns(wanted, table)
    column = wanted.id_field if wanted.id_field in table.columns else None
    text = None if column else settle_columns([table], Columns()).text
    cells = [row[wanted.predicted] for row in table.rows]
    separator = guess_separator(cell for cell in cells if not labels_only(_text(cell), task.labels))
    return AnswerFile(tuple(_answer(table, k, column, text, wanted, task, separator) for k in range(len(table.rows))))


def _check_columns(wanted: Wanted, table: Table) -> None:
    """Raise UnknownName for a column that is not there, with the way to name another."""
    needed = {"id": wanted.id, "predicted": wanted.predicted, "rationale": wanted.rationale}
    if wanted.rationale == RATIONALE:  # which a table may do without
        del needed["rationale"]
    for part, name in needed.items():
        if name and name not in table.columns:
            fix = say("find.column", columns=listed(table.columns), part=part)
            raise UnknownName("column of", name, table.columns, fix, where=table.path.name)


def _in_its_words(wanted: Wanted, table: Table) -> Wanted:
    """The columns as `share --to` calls them in another language, where the table has these instead."""
    words = {part: WORDS[f"handover.{part}"] for part in ("id", "predicted", "rationale")}
    found = {part: next((name for name in names if name in table.columns), None) for part, names in words.items()}
    return replace(
        wanted,
        id=wanted.id or (None if "id" in table.columns else found["id"]),
        predicted=_else(wanted.predicted, words["predicted"][0], found["predicted"]),
        rationale=_else(wanted.rationale, words["rationale"][0], found["rationale"]),
    )


def _else(wanted: str, default: str, found: str | None) -> str:
    return found if found and wanted == default else wanted


def _answer(
    table: Table, number: int, id_: str | None, text: str | None, wanted: Wanted, task: Task, separator: str | None
) -> Answer:
    row, place = table.rows[number], table.where(number)
    predicted = row[wanted.predicted]
    return Answer(
        place=place,
        id=(_text(row[id_]) or None) if id_ else None,
        texts=(_post(row[text]),) if text else (),
        text=_text(predicted),
        labels=_labels(predicted, wanted.predicted, task, separator, place),
        rationale=_text(row.get(wanted.rationale, "")),
    )


def _labels(cell: Cell, name: str, task: Task, separator: str | None, place: Where) -> tuple[str, ...] | None:
    """The labels in a cell; None when it is empty, or holds a whole reply instead, be it cut off or fenced."""
    known = labels_only(_text(cell), task.labels)
    if known is not None or _text(cell).lstrip().startswith(_REPLIES):
        return known
    try:
        found = read_cells({name: cell}, [name], separator, place)
    except BadData:  # an object, or too long for a label: the reply itself, to be read as one
        return None
    return None if found is None else tuple(dict.fromkeys(label.strip() for label in found))


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)


def _post(cell: Cell) -> str:
    return "\n".join(map(str, cell)) if isinstance(cell, list) else str(cell)
