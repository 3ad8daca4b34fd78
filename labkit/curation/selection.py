"""Choose a few rows to train on: quotas per label and difficulty, and inside each the rows that cover most."""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from labkit.curation.candidates import NO_WISHES, Candidates, Wishes, find_candidates, hold_back_unconfirmed
from labkit.curation.coverage import by_coverage, vectors
from labkit.curation.difficulty import Committee, rate_difficulty
from labkit.curation.left_out import LeftOut, nearest_left_out
from labkit.curation.quotas import Cell, Filling, check_mix, check_quotas
from labkit.curation.watched import Progress, Steps, stretch, unwatched_steps
from labkit.errors import BadData, BadInput
from labkit.records import Example, Run, Task
from labkit.texts import say

_CELL_ROWS = 2000  # of a larger cell a random sample is looked at: its similarities take 16 MB
_UNRATED = Committee((), None, {})


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
    confirmed: Collection[str] = (),
) -> tuple[Selected, ...]:
    """Choose training rows.

    Labels take turns, the one with the fewest chosen rows first (the rarest of equals), so that the quotas fill like
    water: rare labels are taken whole, common ones share the rest. Within a label the difficulties keep to the mix.
    A row with several labels stands for its rarest one and counts for all. Hard rows wait for a person.

    Args:
        examples: all rows of the scene: the pool to choose from, dev and test rows to keep away from.
        task: its labels; each subtask has a budget of its own.
        budget: at most so many rows per subtask.
        runs: runs over pool rows; from two on they tell easy, boundary and hard rows apart (see `rate_difficulty`).
        seed: chooses the sample that stands for a cell of more than 2,000 rows.
        wishes: rows that must be taken and rows that must not, quotas of single cells, another mix.
        confirmed: ids of rows whose labels a person has confirmed; other hard rows are not taken.

    Returns:
        The rows in the order they were chosen; without quotas of single cells every beginning of it is balanced too.

    Raises:
        BadInput: a budget below 1, or below the number of pinned rows and rows of single cells.
        BadData: no labelled pool row, none that may be taken, or a pin that cannot be taken.
    """
    found = find_candidates(examples, wishes=wishes, confirmed=confirmed)
    committee = rate_difficulty(found.rows, runs)
    candidates = hold_back_unconfirmed(found, committee, confirmed, wishes.pins)
    return Selector(candidates, task, committee, seed).choose(budget, wishes)


class Selector:
    """Chooses among candidates, again and again: what does not depend on budget and quotas is worked out once.

    Args:
        candidates: the sifted pool.
        task: its labels.
        committee: what tells easy, boundary and hard rows apart.
        seed: chooses the sample that stands for a large cell.
        steps: told how far it is with the candidates' "vectors".

    Raises:
        BadData: there is no candidate.
    """

    def __init__(
        self,
        candidates: Candidates,
        task: Task,
        committee: Committee = _UNRATED,
        seed: int = 0,
        steps: Steps = unwatched_steps,
    ) -> None:
        _check_candidates(candidates, task)
        self.task = task
        subtasks = _subtasks(candidates)
        parts = _parts(steps, len(subtasks))
        self._pools = {
            subtask: _Pool(candidates, subtask, committee, seed, part)
            for subtask, part in zip(subtasks, parts, strict=True)
        }

    @property
    def subtasks(self) -> tuple[str | None, ...]:
        """The subtasks of the candidates, None where the task has none."""
        return tuple(self._pools)

    def available(self, subtask: str | None) -> dict[Cell, int]:
        """Cell -> candidates of a subtask."""
        cells = self._pools[subtask].cells if subtask in self._pools else {}
        return {cell: len(members) for cell, members in cells.items()}

    def choose(
        self,
        budget: int,
        wishes: Wishes = NO_WISHES,
        *,
        neighbours: bool = True,
        steps: Steps = unwatched_steps,
    ) -> tuple[Selected, ...]:
        """Choose rows; see `select_rows`.

        Args:
            budget: at most so many rows per subtask.
            wishes: those that the candidates were sifted with, with any quotas and mix.
            neighbours: whether each chosen row is told the nearest one left out.
            steps: told how far it is with "choosing", then with the "nearest" rows left out, of each subtask.
        """
        check_wishes(budget, wishes, self.task)
        parts = zip(self._pools.values(), _parts(steps, len(self._pools)), strict=True)
        return tuple(row for pool, part in parts for row in pool.choose(budget, wishes, neighbours, part))


def check_wishes(budget: int, wishes: Wishes, task: Task) -> None:
    """Raise BadInput or UnknownName for what can be seen to be wrong before any row is looked at.

    Where each subtask has a budget of its own, which of them a pin belongs to is seen only in its row.
    """
    if budget < 1:
        raise BadInput.told("error.selection.budget", budget=budget)
    if len(wishes.pins) > budget and not task.subtasks:
        raise BadInput.told("error.selection.pins_over_budget", pinned=len(wishes.pins), budget=budget)
    check_mix(wishes.mix)
    check_quotas(wishes.quotas, task)


def _parts(steps: Steps, number: int) -> list[Steps]:
    """The same steps of so many parts, one after another."""

    def part(k: int) -> Steps:
        return lambda step, share: stretch(partial(steps, step), k / number, (k + 1) / number)(share)

    return [part(k) for k in range(number)]


def _subtasks(candidates: Candidates) -> tuple[str | None, ...]:
    return tuple(dict.fromkeys(example.subtask for example in candidates.rows))


def _check_candidates(candidates: Candidates, task: Task) -> None:
    if candidates.rows:
        return
    if candidates.waiting:
        raise BadData.told("error.selection.only_hard", waiting=len(candidates.waiting), task=task.name)
    if candidates.leaking:
        raise BadData.told("error.selection.only_near_copies", task=task.name)
    raise BadData.told("error.selection.nothing_labelled", task=task.name)


class _Pool:
    """The candidates of one subtask, with the rows that wait for a person after them."""

    def __init__(
        self, candidates: Candidates, subtask: str | None, committee: Committee, seed: int, steps: Steps
    ) -> None:
        able = [row for row in candidates.rows if row.subtask == subtask]
        self.rows = [*able, *(row for row in candidates.waiting if row.subtask == subtask)]
        self.candidates, self.seed, self.able = candidates, seed, len(able)
        self.available = Counter(label for row in able for label in _labels(row))
        self.matrix = vectors([row.text for row in self.rows], partial(steps, "vectors"))
        self.cells = _cells(able, Filling(self.available, {}), committee)
        self._orders: dict[tuple[Cell, int, frozenset[int]], _Order] = {}

    def choose(self, budget: int, wishes: Wishes, neighbours: bool, steps: Steps) -> list[Selected]:
        """Pinned rows first, then quotas of single cells; then the neediest cell until budget or cells are used up."""
        pinned = frozenset(place for place, row in enumerate(self.rows) if row.id in wishes.pins)
        if len(pinned) > budget:
            raise BadInput.told("error.selection.pins_over_budget", pinned=len(pinned), budget=budget)
        due = self._due(pinned, wishes.quotas)
        if len(due) > budget:
            raise BadInput.told("error.selection.due_over_budget", due=len(due), budget=budget)
        filling = Filling(self.available, wishes.mix)
        orders = {cell: iter(self._order(cell, pinned, budget)) for cell in self.cells}
        taken: dict[int, Selected] = {}
        for cell, (place, gain) in _serve(orders, due, filling, wishes.quotas):
            steps("choosing", len(taken) / budget)
            filling.count(cell, _labels(self.rows[place]))
            taken[place] = Selected(self.rows[place], cell, gain, self._reason(place, cell, filling, gain, wishes))
            if len(taken) == budget:
                break
        return self._beside_the_nearest(taken, partial(steps, "nearest")) if neighbours else list(taken.values())

    def _due(self, pinned: Collection[int], quotas: Mapping[Cell, int]) -> deque[Cell]:
        """The cells of pinned rows, and each cell with a quota of its own as often as that says."""
        pins = [cell for cell, members in self.cells.items() for place in members if place in pinned]
        of_pins = Counter(pins)
        asked = {cell: min(quotas.get(cell, 0), len(members)) - of_pins[cell] for cell, members in self.cells.items()}
        return deque([*pins, *(cell for cell, rows in asked.items() for _ in range(rows))])

    def _order(self, cell: Cell, pinned: frozenset[int], budget: int) -> _Order:
        """A cell's rows: pinned ones, then those that cover most of it; of a large cell a sample."""
        most = max(_CELL_ROWS, budget)
        members = self.cells[cell]
        wanted = [place for place in members if place in pinned]
        if (cell, most, frozenset(wanted)) not in self._orders:
            if len(members) > most:
                others = [place for place in members if place not in pinned]
                drawn = random.Random(self.seed).sample(others, most - len(wanted))  # noqa: S311 - a sample
                members = sorted([*wanted, *drawn])
            self._orders[cell, most, frozenset(wanted)] = _Order(self.matrix, members, wanted)
        return self._orders[cell, most, frozenset(wanted)]

    def _beside_the_nearest(self, taken: Mapping[int, Selected], progress: Progress) -> list[Selected]:
        """Each chosen row with the row left out that resembles it most."""
        cell_of = {place: cell for cell, members in self.cells.items() for place in members}
        used = Counter(cell_of[place] for place in taken)

        def why_not(place: int) -> str:
            if place >= self.able:
                return say("choice.unconfirmed")
            cell = cell_of[place]
            return say("choice.cell_full", cell=cell.told, used=used[cell], rows=len(self.cells[cell]))

        ids = [row.id for row in self.rows]
        found = nearest_left_out(list(taken), ids, self.matrix, self.candidates.copies, why_not, progress)
        return [replace(chosen, nearest=found.get(place)) for place, chosen in taken.items()]

    def _reason(self, place: int, cell: Cell, filling: Filling, gain: float, wishes: Wishes) -> str:
        label, id = cell.label or say("choice.no_label"), self.rows[place].id
        number, available = filling.chosen[cell.label], self.available[cell.label]
        words = say("choice.row", number=number, label=label, available=available)
        if cell.difficulty != "unrated":
            words += say("choice.rated", difficulty=say(f"choice.{cell.difficulty}"))
        if cell.difficulty == "hard" and id in self.candidates.confirmed:
            words += say("choice.confirmed")
        words += say("choice.gain", gain=f"{gain:.1%}")
        if id in wishes.pins:
            return say("choice.pinned", why=wishes.pins[id] or say("choice.no_reason"), words=words)
        return words


class _Order:
    """A cell's rows in the order in which they cover most, worked out as far as somebody asked."""

    def __init__(self, matrix: Any, members: Sequence[int], first: Sequence[int]) -> None:
        self.members, self.first, self.matrix = members, first, matrix
        self._known: list[tuple[int, float]] = []
        self._more: Iterator[tuple[int, float]] | None = None

    def __iter__(self) -> Iterator[tuple[int, float]]:
        yield from self._known
        if self._more is None:
            first = [self.members.index(place) for place in self.first]
            self._more = by_coverage(self.matrix[self.members], first)
        for place, gain in self._more:
            self._known.append((self.members[place], gain))
            yield self._known[-1]


def _serve(
    orders: Mapping[Cell, Iterator[tuple[int, float]]], due: deque[Cell], filling: Filling, quotas: Mapping[Cell, int]
) -> Iterator[tuple[Cell, tuple[int, float]]]:
    """The next row and the cell it is taken from, until every cell is empty."""
    while due:
        cell = due.popleft()
        yield cell, next(orders[cell])
    open_cells = {cell: order for cell, order in orders.items() if cell not in quotas}
    while open_cells:
        cell = filling.next_cell(open_cells)
        found = next(open_cells[cell], None)
        if found is None:
            del open_cells[cell]
        else:
            yield cell, found


def _cells(rows: Sequence[Example], filling: Filling, committee: Committee) -> dict[Cell, list[int]]:
    cells: dict[Cell, list[int]] = defaultdict(list)
    for place, example in enumerate(rows):
        cells[Cell(filling.rarest(_labels(example)), committee.rating(example.id))].append(place)
    return dict(cells)


def _labels(example: Example) -> Sequence[str | None]:
    return tuple(example.labels or ()) or (None,)
