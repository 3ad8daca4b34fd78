"""What a choice covers of the pool and what it leaves bare: a flat map of both, region by region."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.curation.coverage import fitted_vectors
from labkit.curation.pool_layout import Layout
from labkit.curation.watched import Progress, stretch, unwatched
from labkit.errors import BadData
from labkit.records import Example

DRAWN_ROWS = 5_000  # of a larger pool a sample is drawn: a browser can show it, and a choice is laid over it at once


@dataclass(frozen=True, slots=True)
class MappedRow:
    """A row's place on the map.

    Args:
        id: the row's.
        x, y: its place, 0 to 1; near rows mostly resemble each other, far ones may as well.
        region: the number of its region, from 1.
        covered: cosine similarity to the chosen row that resembles it most, 0 to 1; 1 for a chosen one.
    """

    id: str
    x: float
    y: float
    region: int
    covered: float


@dataclass(frozen=True, slots=True)
class Region:
    """Rows that resemble each other.

    Args:
        number: from 1; it stays the same for every choice laid over a map.
        rows: ids of those looked at, the one furthest from all chosen rows first.
        chosen: how many rows of the choice lie here.
        covered: mean over its rows of their similarity to the nearest chosen row, 0 to 1.
        typical: the row nearest its middle.
    """

    number: int
    rows: tuple[str, ...]
    chosen: int
    covered: float
    typical: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a choice stands for its pool.

    Args:
        value: mean over rows of their similarity to the nearest chosen row, 0 to 1: what facility location maximises.
        rows: the rows looked at and the chosen ones, each with its place.
        regions: the one that lowers the value most first.
        pool_rows: how many rows there are; more than were looked at where a sample was drawn.
    """

    value: float
    rows: tuple[MappedRow, ...]
    regions: tuple[Region, ...]
    pool_rows: int

    @property
    def bare(self) -> tuple[Region, ...]:
        """The regions without any chosen row."""
        return tuple(region for region in self.regions if not region.chosen)


class CoverageMap:
    """A map of a pool, drawn once; every choice from it is laid over the same places and regions.

    Places and regions are those of `Layout`, over the vectors that selection works with (TF-IDF of character pieces);
    similarities are exact, of the whole vectors.

    Args:
        rows: the rows of the pool; of more than 5,000 a sample is drawn.
        seed: of the sample, the decomposition and the clusters.
        progress: told the share that is done.

    Raises:
        BadData: there is no row.
    """

    def __init__(self, rows: Sequence[Example], seed: int = 0, progress: Progress = unwatched) -> None:
        if not rows:
            raise BadData.told("error.coverage.no_rows")
        places = random.Random(seed).sample(range(len(rows)), min(len(rows), DRAWN_ROWS))  # noqa: S311 - a sample
        self.drawn = tuple(rows[place] for place in sorted(places))
        self._rows = {row.id: row for row in rows}
        self._read, self._matrix = fitted_vectors([row.text for row in self.drawn], stretch(progress, 0.0, 0.5))
        self._layout = Layout(self._matrix, seed)
        self._place = {row.id: place for place, row in enumerate(self.drawn)}

    def of(self, chosen: Collection[str]) -> Coverage:
        """Lay a choice over the map.

        Args:
            chosen: ids of rows; those that are not of this pool count for nothing.
        """
        held = [id for id in dict.fromkeys(chosen) if id in self._place]
        beside = [self._rows[id] for id in dict.fromkeys(chosen) if id in self._rows and id not in self._place]
        covered, more = self._similarities(held, beside)
        rows = self._mapped(self.drawn, self._layout.places, self._layout.regions, covered)
        if beside:
            rows += self._mapped(beside, *self._layout.placed(more), [1.0] * len(beside))
        looked_at = rows[: len(self.drawn)]
        regions = self._regions(looked_at, rows, {*held, *(row.id for row in beside)})
        return Coverage(float(covered.mean()), rows, regions, len(self._rows))

    def _similarities(self, held: Sequence[str], beside: Sequence[Example]) -> tuple[Any, Any]:
        """Of each drawn row to the chosen one that resembles it most; vectors of the chosen rows beside the sample."""
        import numpy as np
        from scipy.sparse import vstack

        places = [self._place[id] for id in held]
        more = self._read([row.text for row in beside]) if beside else self._matrix[:0]
        chosen = vstack([self._matrix[places], more]).T.tocsr()
        if not chosen.shape[1]:
            return np.zeros(len(self.drawn)), more
        covered = np.clip(np.asarray((self._matrix @ chosen).max(axis=1).todense()).ravel(), 0.0, 1.0)
        covered[places] = 1.0  # a blank row resembles nothing by its vector, and yet stands for itself
        return covered, more

    @staticmethod
    def _mapped(rows: Sequence[Example], places: Any, regions: Any, covered: Any) -> tuple[MappedRow, ...]:
        return tuple(
            MappedRow(row.id, float(x), float(y), int(region) + 1, float(value))
            for row, (x, y), region, value in zip(rows, places, regions, covered, strict=True)
        )

    def _regions(
        self, looked_at: Sequence[MappedRow], rows: Sequence[MappedRow], chosen: Collection[str]
    ) -> tuple[Region, ...]:
        members: dict[int, list[MappedRow]] = defaultdict(list)
        for row in looked_at:
            members[row.region].append(row)
        held = Counter(row.region for row in rows if row.id in chosen)
        missing = {number: sum(1 - row.covered for row in found) for number, found in members.items()}
        return tuple(
            self._region(number, members[number], held[number])
            for number in sorted(missing, key=lambda number: (-missing[number], number))
        )

    def _region(self, number: int, members: Sequence[MappedRow], chosen: int) -> Region:
        ids = tuple(row.id for row in sorted(members, key=lambda row: (row.covered, row.id)))
        covered = sum(row.covered for row in members) / len(members)
        return Region(number, ids, chosen, covered, self.drawn[self._layout.typical[number - 1]].id)
