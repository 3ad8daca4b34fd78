"""The rows of one run, or of two runs side by side, ready to be searched."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

from labkit.diagnosis.decisions import Decisions, LabelSets, decisions, label_sets
from labkit.records import Example, Run, RunRow, Task

Key = tuple[str, int]  # example and repeat


@dataclass(frozen=True, eq=False)
class RowTable:
    """Rows in the order of the run that is read.

    Args:
        labels: the task's, then any other that a row carries or answers.
        rows: of the run that is read.
        earlier: of the run it is held against, row by row the same questions; () when there is none.
        left_out: why -> rows that cannot be held against each other: "missing" in one of the two runs, "changed"
            posts or gold.
        gold: of each row, the same in both runs.
        answers: of each row in the run that is read, and in the earlier one.
    """

    labels: tuple[str, ...]
    rows: tuple[RunRow, ...]
    earlier: tuple[RunRow, ...]
    left_out: dict[str, int]
    gold: LabelSets
    answers: tuple[LabelSets, ...]

    @cached_property
    def read(self) -> Decisions:
        """The decisions of the run that is read."""
        return decisions(self.rows, self.gold, self.answers[0], self.labels)

    @cached_property
    def before(self) -> Decisions | None:
        """The decisions of the earlier run."""
        if not self.earlier:
            return None
        return decisions(self.earlier, self.gold, self.answers[1], self.labels)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where the rows of an example stand: one position, or one for each repeat."""
        found: dict[str, list[int]] = {}
        for position, row in enumerate(self.rows):
            found.setdefault(row.example.id, []).append(position)
        return found

    @cached_property
    def searchable(self) -> list[str]:
        """What a search looks in: id, posts and rationales, upper and lower case alike."""
        if not self.earlier:
            return [_words(row, "") for row in self.rows]
        pairs = zip(self.rows, self.earlier, strict=True)
        return [_words(row, before.prediction.rationale) for row, before in pairs]


def row_table(run: Run, against: Run | None = None) -> RowTable:
    """Lay out a run, or the rows that two runs share.

    Args:
        run: the run to read; any status, with or without gold, with repeats or without.
        against: an earlier run, or another model's, whose answers stand beside.

    Returns:
        Every row of the run; with `against` those that both asked, repeat by repeat, and the count of the others.
        Unlike `common_rows` it keeps rows without gold and rows not asked yet: they can be read, if not scored.
    """
    if against is None:
        return _laid_out(run.task, run.rows, (), {})
    if _same_questions(run, against):
        return _laid_out(run.task, run.rows, against.rows, {})
    mine, theirs, missing = _shared(run, against)
    same = [_same_question(a.example, b.example) for a, b in zip(mine, theirs, strict=True)]
    left_out = Counter({"missing": missing, "changed": len(same) - sum(same)})
    return _laid_out(run.task, tuple(compress(mine, same)), tuple(compress(theirs, same)), dict(+left_out))


def _laid_out(task: Task, rows: tuple[RunRow, ...], earlier: tuple[RunRow, ...], left_out: dict[str, int]) -> RowTable:
    gold = label_sets([row.example.labels for row in rows])
    answers = tuple(label_sets([row.prediction.labels for row in part]) for part in (rows, earlier))
    return RowTable(_labels(task, gold, *answers), rows, earlier, left_out, gold, answers)


def _same_questions(run: Run, against: Run) -> bool:
    """Whether both asked the same in the same order, as a rule so; looking each row up takes several times as long."""
    pairs = zip(run.rows, against.rows, strict=False)
    return len(run.rows) == len(against.rows) and all(
        a.repeat == b.repeat and a.example.id == b.example.id and _same_question(a.example, b.example) for a, b in pairs
    )


def _shared(run: Run, against: Run) -> tuple[tuple[RunRow, ...], tuple[RunRow, ...], int]:
    """The askings of both runs, row by row, and how many only one of them has."""
    mine, theirs = _by_key(run), _by_key(against)
    shared = [key for key in mine if key in theirs]
    missing = len(mine.keys() ^ theirs.keys())
    return tuple(mine[key] for key in shared), tuple(theirs[key] for key in shared), missing


def _labels(task: Task, *found: LabelSets) -> tuple[str, ...]:
    """The task's labels in its order; a row of another task may bring more, and shows them rather than fail."""
    carried = (labels or () for part in found for labels in part.distinct)
    return (*task.labels, *sorted(set().union(*carried).difference(task.labels)))


def _by_key(run: Run) -> dict[Key, RunRow]:
    return {(row.example.id, row.repeat): row for row in run.rows}


def _same_question(one: Example, other: Example) -> bool:
    if one is other:
        return True
    if one.items != other.items or one.subtask != other.subtask:
        return False
    if one.labels == other.labels:  # nearly always; the order of gold labels means nothing
        return True
    return None not in (one.labels, other.labels) and set(one.labels or ()) == set(other.labels or ())


def _words(row: RunRow, more: str) -> str:
    return "\n".join((row.example.id, *row.example.items, row.prediction.rationale, more)).casefold()
