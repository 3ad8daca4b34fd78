"""More like this: the pool rows that resemble a row most, whatever split the row itself belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from labkit.curation.coverage import fitted_vectors
from labkit.curation.near_duplicates import THRESHOLD, character_trigrams, jaccard, near_duplicate_groups
from labkit.errors import BadInput
from labkit.records import Example


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A pool row that resembles the one asked about.

    Args:
        example: the row.
        similarity: cosine of both rows' character n-grams, 0 to 1; what `select` goes by too.
    """

    example: Example
    similarity: float


class PoolNeighbours:
    """Finds the pool rows that resemble a row and may be trained on; what they are is worked out once.

    Near duplicates of dev and test rows are left out: such a row is never taken, nor is its copy.

    Args:
        examples: all rows of a scene.
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        kept_apart = [example for example in examples if example.split in ("dev", "test")]
        pool = [example for example in examples if example.split == "pool"]
        self._groups = near_duplicate_groups([*kept_apart, *pool])
        taken = {self._groups[example.id] for example in kept_apart}
        self._able = tuple(example for example in pool if self._groups[example.id] not in taken)
        self._trigrams: list[frozenset[str]] = []
        if self._able:
            self._as_vectors, self._vectors = fitted_vectors([example.text for example in self._able])

    def of(self, row: Example, count: int, now: Mapping[str, Example] | None = None) -> tuple[Neighbour, ...]:
        """The pool rows nearest to a row.

        Rows of other subtasks, rows that share nothing with it, and what nearly repeats it are left out.

        Args:
            row: of any split, of the scene or not.
            count: at most so many.
            now: id -> the pool row as it is now, where labels were corrected or rows dropped since; None for as it was.

        Returns:
            The nearest first; of equals the first.

        Raises:
            BadInput: a count below 1.
        """
        if count < 1:
            raise BadInput.told("error.count.rows", count=count)
        if not self._able:
            return ()
        copies = self._copies(row)
        fitting = (
            Neighbour(example, round(likeness, 4))
            for found, likeness in self._nearest_first(row)
            if (example := found if now is None else now.get(found.id))
            and example.subtask == row.subtask
            and self._groups[example.id] not in copies
        )
        return tuple(islice(fitting, count))

    def _nearest_first(self, row: Example) -> Iterator[tuple[Example, float]]:
        """The rows that may be taken, with their cosine; those that share nothing left out."""
        import numpy as np

        likeness = (self._vectors @ self._as_vectors([row.text]).T).toarray().ravel()
        order = np.argsort(-likeness, kind="stable")
        return ((self._able[k], float(likeness[k])) for k in order if likeness[k] > 0)

    def _copies(self, row: Example) -> set[str]:
        """The group of near duplicates of a row; of one that is in none, such as traffic, those it would join."""
        if row.id in self._groups:
            return {self._groups[row.id]}
        if not self._trigrams:
            self._trigrams = [character_trigrams(example.text) for example in self._able]
        asked = character_trigrams(row.text)
        pairs = zip(self._able, self._trigrams, strict=True)
        return {self._groups[example.id] for example, grams in pairs if jaccard(grams, asked) >= THRESHOLD}
