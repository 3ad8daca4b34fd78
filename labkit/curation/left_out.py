"""For every chosen row the one left out that resembles it most: the answer to "why this one and not that one"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.curation.watched import Progress, unwatched
from labkit.texts import say

_BLOCK = 32  # chosen rows compared at once: their similarities to 100,000 rows take 13 MB


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not chosen.

    Args:
        id: the row.
        similarity: cosine of both rows' character n-grams, 0 to 1; None for a near duplicate, found by other means.
        reason: why it was not chosen, in a sentence.
    """

    id: str
    similarity: float | None
    reason: str


def nearest_left_out(
    chosen: Sequence[int],
    ids: Sequence[str],
    matrix: Any,
    copies: Mapping[str, str],
    why_not: Callable[[int], str],
    progress: Progress = unwatched,
) -> dict[int, LeftOut]:
    """The nearest row left out of each chosen one; rows without any are left out of the answer.

    Args:
        chosen: positions.
        ids: of all candidates.
        matrix: their unit vectors, sparse.
        copies: id of a row that was sifted out as a near duplicate -> the candidate it repeats.
        why_not: position of a candidate that was not chosen -> the reason.
        progress: told the share that is done.
    """
    copy_of = {kept: copy for copy, kept in reversed(list(copies.items()))}
    found = {
        position: LeftOut(copy_of[ids[position]], None, say("choice.same"))
        for position in chosen
        if ids[position] in copy_of
    }
    single = [position for position in chosen if position not in found]
    taken = set(chosen)
    others = [position for position in range(len(ids)) if position not in taken]
    for position, other, similarity in _nearest(single, others, matrix, progress) if others else ():
        found[position] = LeftOut(ids[other], round(similarity, 4), why_not(other))
    return found


def _nearest(
    rows: Sequence[int], others: Sequence[int], matrix: Any, progress: Progress
) -> Iterator[tuple[int, int, float]]:
    """Each row with the most similar of the others; rows that share nothing with any of them are passed over."""
    import numpy as np

    columns = matrix[others].T.tocsr()
    for start in range(0, len(rows), _BLOCK):
        progress(start / len(rows))
        block = rows[start : start + _BLOCK]
        alike = (matrix[block] @ columns).tocsr()
        for k, place in enumerate(np.asarray(alike.argmax(axis=1)).ravel()):
            if (similarity := float(alike[k, int(place)])) > 0:
                yield block[k], others[int(place)], similarity
