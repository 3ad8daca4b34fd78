"""Every pair of sets that can reach a similarity, by the rarest grams of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from labkit.curation.trigram_sets import TrigramSets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_SLACK = 1e-9
_MEETINGS = 4_000_000  # grams that sets of a block may meet others in: what is held at once
_STRETCH = 20_000  # sets of like size for which partners are indexed anew


class PrefixPairs:
    """Finds the few pairs whose Jaccard similarity can reach a threshold (PPJoin: Xiao, Wang, Lin & Yu 2008).

    Each set is its grams from rare to common. A set of n grams meets a partner that is not larger in its first
    n - ceil(t n) + 1 grams and the partner's first m - ceil(2t / (1 + t) m) + 1; the number met there, and the grams
    left behind, bound the overlap.

    Args:
        sets: the sets.
        threshold: least similarity, above 0 and at most 1.
    """

    def __init__(self, sets: TrigramSets, threshold: float) -> None:
        import numpy as np

        self._order = np.argsort(sets.sizes, kind="stable")
        self._threshold = threshold
        ordered = sets.chosen(self._order)
        self._size = ordered.sizes
        probed = self._size - np.ceil(threshold * self._size - _SLACK).astype(np.int64) + 1
        shared = np.ceil(2 * threshold / (1 + threshold) * self._size - _SLACK).astype(np.int64)
        indexed = self._size - shared + 1
        self._probe, self._index = ordered.matrix(probed), ordered.matrix(indexed)
        self._probe_end, self._index_end = ordered.member(probed - 1), ordered.member(indexed - 1)
        self._probe_rest, self._index_rest = self._size - probed, self._size - indexed

    def blocks(self) -> Iterator[tuple[Ints, Ints]]:
        """Pairs by the sets' numbers, the smaller set second, a block at a time; those that share most come first."""
        import numpy as np

        for start in range(0, len(self._size), _STRETCH):
            end = min(start + _STRETCH, len(self._size))
            least = int(np.searchsorted(self._size, self._threshold * self._size[start] - _SLACK))
            partners = self._index[least:end].T.tocsr()
            for block in self._cut(start, end, np.diff(partners.indptr)):
                yield self._candidates(block, partners, least)

    def _cut(self, start: int, end: int, frequency: Any) -> Iterator[slice]:
        """Sets start … end in blocks that do not meet too many others at once."""
        import numpy as np

        first, last = self._probe.indptr[start], self._probe.indptr[end]
        sums = np.concatenate([[0], np.cumsum(frequency[self._probe.indices[first:last]])])
        reached = sums[self._probe.indptr[start : end + 1] - first]  # meetings of all sets before
        at = 0
        while at < end - start:
            until = int(np.searchsorted(reached, reached[at] + _MEETINGS, "right")) - 1
            until = min(max(until, at + 1), end - start)
            yield slice(start + at, start + until)
            at = until

    def _candidates(self, block: slice, partners: Any, least: int) -> tuple[Ints, Ints]:
        import numpy as np

        met = (self._probe[block] @ partners).tocoo()
        left, right, shared = met.row + block.start, met.col + least, met.data
        earlier = right < left
        left, right, shared = left[earlier], right[earlier], shared[earlier]
        # who ends first, the grams tried of the one or of the other: what is left behind can still be shared
        probe_first = self._index_end[right] >= self._probe_end[left]
        behind = np.where(probe_first, self._probe_rest[left], self._index_rest[right])
        wanted = self._threshold / (1 + self._threshold) * (self._size[left] + self._size[right])
        near_in_size = self._size[right] >= self._threshold * self._size[left] - _SLACK
        fits = (shared + behind >= wanted - _SLACK) & near_in_size
        left, right, shared = left[fits], right[fits], shared[fits]
        best = np.lexsort((-shared, left))
        return self._order[left[best]], self._order[right[best]]
