"""Which rows say nearly what a row before them says: told of the pair itself, never of a chain of rows between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.curation.hashed_pairs import hashed_pairs
from labkit.curation.near_duplicates import AS_THEY_ARE, EXACT_ROWS, THRESHOLD, similarity
from labkit.curation.trigram_sets import TrigramSets, sets_of, told_twice
from labkit.curation.watched import Progress, Watched, stretch, unwatched
from labkit.records import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_SLACK = 1e-9
_FURTHER = 12  # grams tried beyond those that an alike set must share one of: it leaves fewer sets to compare,
_HELD_BY = 1_000  # but for grams that more sets hold, such as those of a template: they would meet far too many
_READ, _TAKEN_APART = 0.2, 0.4  # shares of the work: texts read, and taken apart into grams
_MEETINGS, _STRETCH = 4_000_000, 20_000  # grams shared with others, and sets, looked at together: bounds the memory


def find_originals(
    rows: Sequence[Example],
    threshold: float = THRESHOLD,
    progress: Progress = unwatched,
    bare: Mapping[str, str] = AS_THEY_ARE,
) -> dict[str, str]:
    """Find for each row the first original that it nearly repeats; a row that repeats none is an original itself.

    Near duplicates as `near_duplicate_groups` compares them. Its groups are chains, in which the last row may share
    nothing with the first; here a copy and its original reach the threshold, and no two originals do. Of more than
    200,000 different texts, which are hashed, a pair may be missed.

    Args:
        rows: the better ones before the others.
        threshold: least similarity, above 0 and at most 1.
        progress: told the share that is done.
        bare: as in `near_duplicate_groups`.

    Returns:
        The id of every row -> the id of its original (its own when it is one).
    """
    copies: dict[tuple[str, str], int] = {}
    watched = Watched(rows, stretch(progress, 0.0, _READ))
    position = {row.id: copies.setdefault(told_twice(row, bare), len(copies)) for row in watched}
    original = _originals(sets_of(list(copies)), threshold, stretch(progress, _TAKEN_APART, 1.0))
    first: dict[int, str] = {}
    return {row_id: first.setdefault(original[at], row_id) for row_id, at in position.items()}


def _originals(sets: TrigramSets, threshold: float, progress: Progress) -> list[int]:
    import numpy as np

    original = np.arange(len(sets.sizes))
    follow = _follow_hashed if len(original) > EXACT_ROWS else _follow
    follow(original, sets, threshold, progress)
    found: list[int] = original.tolist()
    return found


def _follow(original: Ints, sets: TrigramSets, threshold: float, progress: Progress) -> None:
    """Each set in its turn is an original, if it follows none by then, and those after it that are alike follow it."""
    import numpy as np

    meetings, start = _Meetings(sets, threshold), 0
    while start < len(original):
        progress(start / len(original))
        firsts, start = meetings.block(original, start)
        first, other = meetings.of(firsts)
        free = (other > first) & (original[other] == other)
        first, other = first[free], other[free]
        alike = similarity(sets, first, other) >= threshold - _SLACK
        first, other = first[alike], other[alike]
        turns, begins = np.unique(first, return_index=True)
        for turn, others in zip(turns.tolist(), np.split(other, begins)[1:], strict=True):
            if original[turn] == turn:
                original[others[original[others] == others]] = turn


class _Meetings:
    """Which sets can be similar: those that share one of the rarest grams of both (see `prefix_pairs`)."""

    def __init__(self, sets: TrigramSets, threshold: float) -> None:
        import numpy as np

        self._threshold, self._sizes = threshold, sets.sizes
        needed = self._sizes - np.ceil(threshold * self._sizes - _SLACK).astype(np.int64) + 1
        rare = np.bincount(sets.grams, minlength=sets.width)[sets.grams] <= _HELD_BY
        tried = np.maximum(
            needed, np.minimum(needed + _FURTHER, np.add.reduceat(rare, sets.start[:-1], dtype=np.int64))
        )
        self._grams = sets.matrix(tried)
        self._holders = self._grams.T.tocsr()
        self._cost = self._grams @ np.diff(self._holders.indptr)
        self._end, self._rest = sets.member(tried - 1), self._sizes - tried

    def block(self, original: Ints, start: int) -> tuple[Ints, int]:
        """The next sets that follow none, so many that they do not meet too many others, and where to go on."""
        import numpy as np

        end = min(start + _STRETCH, len(original))
        free = start + np.flatnonzero(original[start:end] == np.arange(start, end))
        fit = max(1, int(np.searchsorted(np.cumsum(self._cost[free]), _MEETINGS, "right")))
        return free[:fit], int(free[fit]) if fit < len(free) else end

    def of(self, firsts: Ints) -> tuple[Ints, Ints]:
        """Pairs of these sets with all that they meet, in the order of `firsts`."""
        import numpy as np

        met = self._grams[firsts] @ self._holders
        first, other = np.repeat(firsts, np.diff(met.indptr)), met.indices.astype(np.int64)
        # what was not tried of the one that ends first can still be shared
        behind = np.where(self._end[other] >= self._end[first], self._rest[first], self._rest[other])
        wanted = self._threshold / (1 + self._threshold) * (self._sizes[first] + self._sizes[other])
        fits = met.data + behind >= wanted - _SLACK
        return first[fits], other[fits]


def _follow_hashed(original: Ints, sets: TrigramSets, threshold: float, progress: Progress) -> None:
    """Originals follow the first of their band, or the one before them; who followed them looks for another."""
    import numpy as np

    for left, right in hashed_pairs(sets, threshold, progress=progress):
        first, other = np.minimum(left, right), np.maximum(left, right)
        free = (original[first] == first) & (original[other] == other)
        first, other = first[free], other[free]
        alike = similarity(sets, first, other) >= threshold - _SLACK
        first, other = first[alike], other[alike]
        leads = np.isin(first, other, invert=True)  # a row that may follow another leads nobody in the same band
        original[other[leads]] = first[leads]
        lost = np.flatnonzero(original[original] != original)
        original[lost] = lost
