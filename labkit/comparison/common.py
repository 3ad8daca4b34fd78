"""The rows that several runs share: the same posts, the same gold, asked in every one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labkit.errors import BadData
from labkit.records import Run, RunRow, Status


@dataclass(frozen=True, slots=True)
class CommonRows:
    """Rows that can be compared.

    Args:
        rows: for each run its rows, in the same order of ids.
        left_out: why -> how many ids: "missing" in some run, "changed" posts or gold, "unlabelled", "pending" in some
            run. They and the common rows add up to all ids.
    """

    rows: tuple[tuple[RunRow, ...], ...]
    left_out: dict[str, int]


def common_rows(runs: Sequence[Run]) -> CommonRows:
    """Find the rows that runs can be compared on.

    Args:
        runs: at least one; all of tasks with the same labels.

    Returns:
        The rows, ordered by id, and the count of those left out.

    Raises:
        BadData: the tasks' labels differ, or no row is left.
    """
    _check_tasks(runs)
    by_id = [{row.example.id: row for row in run.rows} for run in runs]
    ids = sorted(set().union(*by_id))
    fates = {row_id: _fate(row_id, by_id) for row_id in ids}
    left_out = Counter(fate for fate in fates.values() if fate)
    kept = [row_id for row_id in ids if not fates[row_id]]
    if not kept:
        why = ", ".join(f"{n} {fate}" for fate, n in sorted(left_out.items())) or "they are empty"
        raise BadData(f"The runs {_names(runs)} have no labelled row in common ({why})", "Evaluate them on one split")
    return CommonRows(tuple(tuple(rows[row_id] for row_id in kept) for rows in by_id), dict(left_out))


def _fate(row_id: str, by_id: Sequence[Mapping[str, RunRow]]) -> str:
    """Why a row cannot be compared, or "" when it can."""
    if not all(row_id in rows for rows in by_id):
        return "missing"
    rows = [rows[row_id] for rows in by_id]
    if len({_question(row) for row in rows}) > 1:
        return "changed"
    if rows[0].example.labels is None:
        return "unlabelled"
    return "pending" if any(row.prediction.status is Status.PENDING for row in rows) else ""


def _question(row: RunRow) -> tuple[object, ...]:
    example = row.example
    gold = None if example.labels is None else frozenset(example.labels)
    return example.items, gold, example.subtask


def _check_tasks(runs: Sequence[Run]) -> None:
    first = runs[0].task
    for run in runs[1:]:
        differing = sorted(set(first.labels) ^ set(run.task.labels))
        if differing or dict(first.subtasks) != dict(run.task.subtasks):
            what = f"label {differing[0]!r} is only in one" if differing else "their subtasks differ"
            raise BadData(
                f"The runs {_names((runs[0], run))} answer different tasks: {what}", "Compare runs of one scene"
            )


def _names(runs: Sequence[Run]) -> str:
    return ", ".join(run.id for run in runs)
