"""More like this: the pool rows that resemble a row most, whatever split the row itself belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.curation.coverage import vectors
from labkit.curation.near_duplicates import near_duplicate_groups
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


def nearest_pool_rows(row: Example, examples: Sequence[Example], count: int) -> tuple[Neighbour, ...]:
    """The pool rows nearest to a row that may be trained on.

    Rows of other subtasks and rows that share nothing with it are left out, and so is what nearly repeats the row
    itself or any dev or test row: a dev or test row is never taken, nor is its copy.

    Args:
        row: of any split.
        examples: all rows of the scene.
        count: at most so many.

    Returns:
        The nearest first; of equals the first.

    Raises:
        BadInput: a count below 1.
    """
    import numpy as np

    if count < 1:
        raise BadInput(f"The number of rows is {count}", "Give at least 1")
    kept_apart = [example for example in examples if example.split in ("dev", "test")]
    pool = [example for example in examples if example.split == "pool" and example.subtask == row.subtask]
    groups = near_duplicate_groups([*{e.id: e for e in (row, *kept_apart, *pool)}.values()])
    taken = {groups[example.id] for example in (row, *kept_apart)}
    able = [example for example in pool if groups[example.id] not in taken]
    matrix = vectors([row.text, *(example.text for example in able)])
    likeness = (matrix[1:] @ matrix[0].T).toarray().ravel()
    order = np.argsort(-likeness, kind="stable")[:count]
    return tuple(Neighbour(able[k], round(float(likeness[k]), 4)) for k in order if likeness[k] > 0)
