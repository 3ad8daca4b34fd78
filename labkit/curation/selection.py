"""Choose a few rows to train on: quotas per label and difficulty, and inside each the rows that cover most."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labkit.curation.coverage import by_coverage, vectors
from labkit.curation.difficulty import Committee, Difficulty, rate_difficulty
from labkit.curation.near_duplicates import near_duplicate_groups
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
    """

    example: Example
    cell: Cell
    gain: float
    reason: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pool, sifted.

    Args:
        rows: labelled pool rows, no two of them near duplicates.
        leaking: ids refused because they are near duplicates of a dev or test row.
        duplicates: ids left out because an earlier pool row says nearly the same.
        unlabelled: ids of pool rows without gold labels.
    """

    rows: tuple[Example, ...]
    leaking: tuple[str, ...]
    duplicates: tuple[str, ...]
    unlabelled: tuple[str, ...]


def select_rows(
    examples: Sequence[Example], task: Task, budget: int, runs: Sequence[Run] = (), seed: int = 0
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

    Returns:
        The rows in the order they were chosen; every beginning of it is balanced too.

    Raises:
        BadInput: a budget below 1.
        BadData: no labelled pool row, or none that keeps away from dev and test rows.
    """
    return select_candidates(find_candidates(examples), task, budget, runs, seed)


def select_candidates(
    candidates: Candidates, task: Task, budget: int, runs: Sequence[Run] = (), seed: int = 0
) -> tuple[Selected, ...]:
    """Choose among candidates that have been found already; see `select_rows`."""
    if budget < 1:
        raise BadInput(f"The budget is {budget}", "Give at least 1 row")
    _check_candidates(candidates, task)
    committee = rate_difficulty(candidates.rows, runs)
    by_subtask: dict[str | None, list[Example]] = defaultdict(list)
    for example in candidates.rows:
        by_subtask[example.subtask].append(example)
    return tuple(row for rows in by_subtask.values() for row in _select(rows, task, budget, committee, seed))


def find_candidates(examples: Sequence[Example], near: Mapping[str, str] | None = None) -> Candidates:
    """Sift the pool: labelled rows that are near duplicates neither of a dev or test row nor of each other.

    Args:
        examples: all rows of the scene.
        near: what `near_duplicate_groups` says of them; worked out when None.
    """
    group = near or near_duplicate_groups([example for example in examples if example.split != "traffic"])
    held_out = {group[example.id] for example in examples if example.split in ("dev", "test")}
    rows: dict[str, Example] = {}
    leaking, duplicates, unlabelled = [], [], []
    for example in (example for example in examples if example.split == "pool"):
        if example.labels is None:
            unlabelled.append(example.id)
        elif group[example.id] in held_out:
            leaking.append(example.id)
        elif rows.setdefault(group[example.id], example) is not example:
            duplicates.append(example.id)
    return Candidates(tuple(rows.values()), tuple(leaking), tuple(duplicates), tuple(unlabelled))


def _check_candidates(candidates: Candidates, task: Task) -> None:
    if candidates.rows:
        return
    if candidates.leaking:
        raise BadData(
            f"All labelled pool rows of {task.name!r} are near duplicates of dev or test rows",
            "Split the examples anew, or add other rows",
        )
    raise BadData(f"The pool of {task.name!r} has no row with gold labels", "Label some rows whose split is pool")


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


def _select(rows: Sequence[Example], task: Task, budget: int, committee: Committee, seed: int) -> Iterator[Selected]:
    """Serve the neediest cell until the budget is spent or every cell is empty."""
    quotas = _Quotas(Counter(label for example in rows for label in _labels(example)))
    cells = _cells(rows, quotas, committee)
    matrix = vectors([example.text for example in rows])
    most = max(_CELL_ROWS, budget)
    open_cells = {cell: _in_order(members, matrix, most, seed) for cell, members in cells.items()}
    spent = 0
    while open_cells and spent < budget:
        cell = quotas.next_cell(open_cells)
        found = next(open_cells[cell], None)
        if found is None:
            del open_cells[cell]
            continue
        position, gain = found
        quotas.count(cell, _labels(rows[position]))
        spent += 1
        yield Selected(rows[position], cell, gain, _reason(cell, quotas, gain))


def _cells(rows: Sequence[Example], quotas: _Quotas, committee: Committee) -> dict[Cell, list[int]]:
    cells: dict[Cell, list[int]] = defaultdict(list)
    for position, example in enumerate(rows):
        cells[Cell(quotas.rarest(_labels(example)), committee.rating(example.id))].append(position)
    return cells


def _in_order(members: Sequence[int], matrix: Any, most: int, seed: int) -> Iterator[tuple[int, float]]:
    """A cell's rows, those that cover most of it first; of a large cell a sample."""
    if len(members) > most:
        members = sorted(random.Random(seed).sample(members, most))  # noqa: S311 - sampling, not secrets
    for place, gain in by_coverage(matrix[members]):
        yield members[place], gain


def _labels(example: Example) -> Sequence[str | None]:
    return tuple(example.labels or ()) or (None,)


def _reason(cell: Cell, quotas: _Quotas, gain: float) -> str:
    label = cell.label or "no label"
    words = f"row {quotas.chosen[cell.label]} of {label} ({quotas.available[cell.label]} in the pool)"
    if cell.difficulty != "unrated":
        words += f", {cell.difficulty} for the models asked"
    return f"{words}; stands for {gain:.1%} more of such rows"
