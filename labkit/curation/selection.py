"""Choose a few rows to train on: quotas per label and difficulty, and inside each the rows that cover most."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from labkit.curation.candidates import NO_WISHES, Candidates, Wishes, find_candidates
from labkit.curation.coverage import by_coverage, vectors
from labkit.curation.difficulty import Committee, Difficulty, rate_difficulty
from labkit.curation.left_out import LeftOut, nearest_left_out
from labkit.errors import BadData, BadInput
from labkit.records import Example, Run, Task

MIX: dict[Difficulty, float] = {"easy": 0.40, "boundary": 0.45, "hard": 0.15, "unrated": 0.0}
"""Shares of a label's rows. Measured: mixes near this one do as well as any, and hardest first is worse than random."""
_CELL_ROWS = 2000  # of a larger cell a random sample is looked at: its similarities take 16 MB


@dataclass(frozen=True, slots=True)
class Cell:
    """A quota: a label (None for rows labelled with none) and a difficulty."""

    label: str | None
    difficulty: Difficulty

    def __str__(self) -> str:
        return f"{self.label or 'no label'} / {self.difficulty}"


@dataclass(frozen=True, slots=True)
class Selected:
    """A chosen row.

    Args:
        example: the row.
        cell: the quota it was chosen for: the rarest of its labels, and its difficulty.
        gain: how much it adds to the coverage of its cell, 0 to 1.
        reason: why, in a sentence.
        nearest: the row left out that resembles it most, and why it was; None when none was left.
    """

    example: Example
    cell: Cell
    gain: float
    reason: str
    nearest: LeftOut | None = None


def select_rows(
    examples: Sequence[Example],
    task: Task,
    budget: int,
    runs: Sequence[Run] = (),
    seed: int = 0,
    wishes: Wishes = NO_WISHES,
) -> tuple[Selected, ...]:
    """Choose training rows.

    Labels take turns, the one with the fewest chosen rows first (the rarest of equals), so that the quotas fill like
    water: rare labels are taken whole, common ones share the rest. Within a label the difficulties keep to `MIX`.
    A row with several labels stands for its rarest one and counts for all.

    Args:
        examples: all rows of the scene: the pool to choose from, dev and test rows to keep away from.
        task: its labels; each subtask has a budget of its own.
        budget: at most so many rows per subtask.
        runs: runs over pool rows; from two on they tell easy, boundary and hard rows apart (see `rate_difficulty`).
        seed: chooses the sample that stands for a cell of more than 2,000 rows.
        wishes: rows that must be taken, and rows that must not.

    Returns:
        The rows in the order they were chosen; every beginning of it is balanced too.

    Raises:
        BadInput: a budget below 1, or below the number of pinned rows.
        BadData: no labelled pool row, none that keeps away from dev and test rows, or a pin that cannot be taken.
    """
    return select_candidates(find_candidates(examples, wishes=wishes), task, budget, runs, seed, wishes)


def select_candidates(
    candidates: Candidates,
    task: Task,
    budget: int,
    runs: Sequence[Run] = (),
    seed: int = 0,
    wishes: Wishes = NO_WISHES,
) -> tuple[Selected, ...]:
    """Choose among candidates that have been found already; see `select_rows`."""
    if budget < 1:
        raise BadInput(f"The budget is {budget}", "Give at least 1 row")
    _check_candidates(candidates, task)
    committee = rate_difficulty(candidates.rows, runs)
    by_subtask: dict[str | None, list[Example]] = defaultdict(list)
    for example in candidates.rows:
        by_subtask[example.subtask].append(example)
    plan = _Plan(budget, committee, seed, wishes, candidates.copies)
    return tuple(row for rows in by_subtask.values() for row in _select(rows, plan))


def _check_candidates(candidates: Candidates, task: Task) -> None:
    if candidates.rows:
        return
    if candidates.leaking:
        raise BadData(
            f"All labelled pool rows of {task.name!r} are near duplicates of dev or test rows",
            "Split the examples anew, or add other rows",
        )
    raise BadData(
        f"The pool of {task.name!r} has no row with gold labels",
        "Label some rows whose split is pool; propose says which",
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a choice goes by."""

    budget: int
    committee: Committee
    seed: int
    wishes: Wishes
    copies: Mapping[str, str]


@dataclass(slots=True)
class _Quotas:
    """What has been chosen so far, and which cell is to be served next."""

    available: Mapping[str | None, int]
    chosen: Counter[str | None] = field(default_factory=Counter)
    taken: Counter[Cell] = field(default_factory=Counter)

    def next_cell(self, open_cells: Mapping[Cell, object]) -> Cell:
        """The cell furthest below its share, of the label with the fewest rows."""
        label = min({cell.label for cell in open_cells}, key=lambda name: (self.chosen[name], *self._rarity(name)))
        return max((cell for cell in open_cells if cell.label == label), key=self._deficit)

    def count(self, cell: Cell, labels: Sequence[str | None]) -> None:
        """Note a chosen row: its cell, and every label it carries."""
        self.taken[cell] += 1
        self.chosen.update(labels)

    def rarest(self, labels: Sequence[str | None]) -> str | None:
        """The label that fewest candidates carry."""
        return min(labels, key=self._rarity)

    def _rarity(self, label: str | None) -> tuple[int, str]:
        return self.available[label], label or ""

    def _deficit(self, cell: Cell) -> tuple[float, str]:
        of_label = sum(n for other, n in self.taken.items() if other.label == cell.label)
        return MIX[cell.difficulty] * (of_label + 1) - self.taken[cell], cell.difficulty


def _select(rows: Sequence[Example], plan: _Plan) -> list[Selected]:
    """Pinned rows first; then serve the neediest cell until the budget is spent or every cell is empty."""
    quotas = _Quotas(Counter(label for example in rows for label in _labels(example)))
    cells = _cells(rows, quotas, plan.committee)
    matrix = vectors([example.text for example in rows])
    pinned = {position for position, example in enumerate(rows) if example.id in plan.wishes.pins}
    if len(pinned) > plan.budget:
        raise BadInput(f"{len(pinned)} rows are pinned, and the budget is {plan.budget}", "Raise it, or pin fewer")
    open_cells = {cell: _in_order(members, pinned, matrix, plan) for cell, members in cells.items()}
    due = [cell for cell, members in cells.items() for position in members if position in pinned]
    taken: dict[int, Selected] = {}
    while open_cells and len(taken) < plan.budget:
        cell = due.pop(0) if due else quotas.next_cell(open_cells)
        found = next(open_cells[cell], None)
        if found is None:
            del open_cells[cell]
            continue
        position, gain = found
        quotas.count(cell, _labels(rows[position]))
        reason = _reason(rows[position], cell, quotas, gain, plan.wishes)
        taken[position] = Selected(rows[position], cell, gain, reason)
    return _beside_the_nearest(taken, rows, matrix, cells, plan.copies)


def _cells(rows: Sequence[Example], quotas: _Quotas, committee: Committee) -> dict[Cell, list[int]]:
    cells: dict[Cell, list[int]] = defaultdict(list)
    for position, example in enumerate(rows):
        cells[Cell(quotas.rarest(_labels(example)), committee.rating(example.id))].append(position)
    return cells


def _in_order(members: Sequence[int], pinned: set[int], matrix: Any, plan: _Plan) -> Iterator[tuple[int, float]]:
    """A cell's rows: pinned ones, then those that cover most of it; of a large cell a sample."""
    wanted = [member for member in members if member in pinned]
    most = max(_CELL_ROWS, plan.budget)
    if len(members) > most:
        others = [member for member in members if member not in pinned]
        members = sorted([*wanted, *random.Random(plan.seed).sample(others, most - len(wanted))])  # noqa: S311 - a sample
    for place, gain in by_coverage(matrix[members], [members.index(member) for member in wanted]):
        yield members[place], gain


def _beside_the_nearest(
    taken: Mapping[int, Selected],
    rows: Sequence[Example],
    matrix: Any,
    cells: Mapping[Cell, Sequence[int]],
    copies: Mapping[str, str],
) -> list[Selected]:
    """Each chosen row with the row left out that resembles it most."""
    cell_of = {position: cell for cell, members in cells.items() for position in members}
    used = Counter(cell_of[position] for position in taken)

    def why_not(position: int) -> str:
        cell = cell_of[position]
        return f"{cell} gave {used[cell]} of its {len(cells[cell])} rows; others there stand for more"

    found = nearest_left_out(list(taken), [row.id for row in rows], matrix, copies, why_not)
    return [replace(chosen, nearest=found.get(position)) for position, chosen in taken.items()]


def _labels(example: Example) -> Sequence[str | None]:
    return tuple(example.labels or ()) or (None,)


def _reason(example: Example, cell: Cell, quotas: _Quotas, gain: float, wishes: Wishes) -> str:
    label = cell.label or "no label"
    words = f"row {quotas.chosen[cell.label]} of {label} ({quotas.available[cell.label]} in the pool)"
    if cell.difficulty != "unrated":
        words += f", {cell.difficulty} for the models asked"
    words += f"; stands for {gain:.1%} more of such rows"
    if example.id in wishes.pins:
        return f"pinned ({wishes.pins[example.id] or 'no reason given'}); {words}"
    return words
