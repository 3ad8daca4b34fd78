"""Quotas: how many rows of each label and difficulty a choice is to hold, and which of them is served next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose

from labkit.curation.difficulty import DIFFICULTIES, Difficulty
from labkit.errors import BadInput, UnknownName
from labkit.records import Task
from labkit.texts import say

MIX: Mapping[Difficulty, float] = {"easy": 0.40, "boundary": 0.45, "hard": 0.15, "unrated": 0.0}
"""Shares of a label's rows. Measured: mixes near this one do as well as any, and hardest first is worse than random."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A quota: a label (None for rows labelled with none) and a difficulty."""

    label: str | None
    difficulty: Difficulty

    def __str__(self) -> str:
        return f"{self.label or 'no label'} / {self.difficulty}"

    @property
    def told(self) -> str:
        """The cell in the language of the interface."""
        return f"{self.label or say('choice.no_label')} / {say(f'choice.{self.difficulty}')}"


@dataclass(slots=True)
class Filling:
    """How far the quotas are filled.

    Args:
        available: label -> candidates that carry it.
        mix: the shares of a label's rows.
        chosen: label -> chosen rows that carry it.
        taken: cell -> chosen rows.
    """

    available: Mapping[str | None, int]
    mix: Mapping[Difficulty, float]
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

    def _deficit(self, cell: Cell) -> tuple[bool, float, str]:
        """How far a cell is below its share; one that has none comes when the others are used up."""
        of_label = sum(n for other, n in self.taken.items() if other.label == cell.label)
        share = self.mix.get(cell.difficulty, 0.0)
        return share > 0, share * (of_label + 1) - self.taken[cell], cell.difficulty


def check_mix(mix: Mapping[Difficulty, float]) -> None:
    """Raise BadInput for shares that are none, or UnknownName for a difficulty that there is not."""
    for name in mix:
        if name not in DIFFICULTIES:
            raise UnknownName("difficulty", name, DIFFICULTIES)
    if any(not share >= 0 for share in mix.values()) or not isclose(sum(mix.values()), 1, abs_tol=0.001):
        said = ", ".join(f"{name} {share}" for name, share in mix.items())
        raise BadInput.told("error.quotas.mix", said=said)


def check_quotas(quotas: Mapping[Cell, int], task: Task) -> None:
    """Raise UnknownName for a quota of a label that the task does not have, or BadInput for a negative one."""
    for cell, rows in quotas.items():
        if cell.label is not None and cell.label not in task.labels:
            raise UnknownName("label", cell.label, task.labels)
        if rows < 0:
            raise BadInput.told("error.quotas.rows", cell=cell, rows=rows)
