"""The rows that several runs share: the same posts, the same gold, asked in every one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labkit.errors import BadData
from labkit.records import Run, RunRow, Status, Task
from labkit.scoring.repeats import askings_of
from labkit.texts import listed, say

Askings = Mapping[str, Sequence[RunRow]]  # example id -> its rows


@dataclass(frozen=True, slots=True)
class CommonRows:
    """Rows that can be compared.

    Args:
        rows: for each run its rows, in the same order of ids; several in a row for an example asked several times.
        left_out: why -> how many ids: "missing" in some run, "changed" posts or gold, "unlabelled", "pending" in some
            run. They and the common rows add up to all ids.
        task: the task they are scored by: the first run's, with the labels that only later runs have at its end.
        ids: the ids of the common rows, in their order.
    """

    rows: tuple[tuple[RunRow, ...], ...]
    left_out: dict[str, int]
    task: Task
    ids: tuple[str, ...]

    def askings(self, run: int) -> Askings:
        """Id -> rows of one of the runs, in the order of ids."""
        return askings_of(self.rows[run])


def common_rows(runs: Sequence[Run]) -> CommonRows:
    """Find the rows that runs can be compared on.

    Args:
        runs: at least one; all of tasks that share labels.

    Returns:
        The rows, ordered by id, and the count of those left out. Of an example asked several times the askings that
        are still pending are left out when another one has ended.

    Raises:
        BadData: the tasks have no label in common or other subtasks, or no row is left.
    """
    task = common_task(runs)
    by_id = [askings_of(run.rows) for run in runs]
    ids = sorted(set().union(*by_id))
    fates = {row_id: _fate(row_id, by_id) for row_id in ids}
    left_out = Counter(fate for fate in fates.values() if fate)
    kept = tuple(row_id for row_id in ids if not fates[row_id])
    if not kept:
        fates_told = [say(f"error.fate.{fate}", rows=rows) for fate, rows in sorted(left_out.items())]
        why = listed(fates_told) or say("error.fate.empty")
        raise BadData.told("error.runs.no_common_row", runs=_names(runs), why=why)
    rows = tuple(tuple(row for row_id in kept for row in _ended(askings[row_id])) for askings in by_id)
    return CommonRows(rows, dict(left_out), task, kept)


def common_task(runs: Sequence[Run]) -> Task:
    """The first run's task, with the labels that only later runs have at its end.

    Raises:
        BadData: a task has no label in common with the first, or a label lies in different subtasks.
    """
    first = runs[0].task
    for run in runs[1:]:
        if not set(first.labels) & set(run.task.labels):
            raise BadData.told("error.runs.other_labels", runs=_names((runs[0], run)), label=run.task.labels[0])
    homes: dict[str, set[str | None]] = {}
    for run in runs:
        for label in run.task.labels:
            homes.setdefault(label, set()).add(_subtask_of(label, run.task))
    if any(len(found) > 1 for found in homes.values()):
        raise BadData.told("error.runs.other_subtasks", runs=_names(runs))
    names = dict.fromkeys(name for run in runs for name in run.task.subtasks)
    subtasks = {name: tuple(label for label, home in homes.items() if home == {name}) for name in names}
    return replace(first, labels=tuple(homes), subtasks=subtasks)


def _subtask_of(label: str, task: Task) -> str | None:
    return next((name for name, labels in task.subtasks.items() if label in labels), None)


def _fate(row_id: str, by_id: Sequence[Askings]) -> str:
    """Why a row cannot be compared, or "" when it can."""
    if not all(row_id in askings for askings in by_id):
        return "missing"
    first = [askings[row_id][0] for askings in by_id]
    if len({_question(row) for row in first}) > 1:
        return "changed"
    if first[0].example.labels is None:
        return "unlabelled"
    return "" if all(_ended(askings[row_id]) for askings in by_id) else "pending"


def _ended(askings: Sequence[RunRow]) -> list[RunRow]:
    return [row for row in askings if row.prediction.status is not Status.PENDING]


def _question(row: RunRow) -> tuple[object, ...]:
    example = row.example
    gold = None if example.labels is None else frozenset(example.labels)
    return example.items, gold, example.subtask


def _names(runs: Sequence[Run]) -> str:
    return listed(run.id for run in runs)
