"""Groups of near-identical texts by the Jaccard similarity of their character 3-grams: exactly, or hashed when many."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from labkit.curation.hashed_pairs import hashed_pairs
from labkit.curation.prefix_pairs import PrefixPairs
from labkit.curation.subtasks import by_subtask
from labkit.curation.trigram_sets import TrigramSets, sets_of, told, told_twice
from labkit.errors import BadInput
from labkit.records import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

THRESHOLD = 0.5  # verbatim and affixed copies all reach it, and 87 % of copies with a tenth of the characters changed
EXACT_ROWS = 200_000  # different texts up to which every pair is found; the work of that grows faster than their number
_SLACK = 1e-9  # a share such as 0.7 * 10 must not be rounded up past its own value
AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})  # no row shares words with others that are set apart
_ROUNDS, _AT_ONCE = 16, 200_000  # rounds in which a text is compared with one other; pairs compared at once


def near_duplicate_groups(
    examples: Sequence[Example], threshold: float = THRESHOLD, bare: Mapping[str, str] = AS_THEY_ARE
) -> dict[str, str]:
    """Find which examples say nearly the same.

    Two examples are near duplicates when the Jaccard similarity of their character-3-gram sets reaches the threshold,
    links and mentions apart;
    groups are the connected components of that relation. Up to 200,000 different texts the join is exact: a pair at
    the threshold must share one of the rarest grams of both (prefix filter: Chaudhuri, Ganti & Kaushik 2006). More are
    hashed (see `hashed_pairs`): every pair that is found is compared all the same, but a pair may be missed.

    Args:
        examples: any rows; all posts of one count as one text.
        threshold: least similarity, above 0 and at most 1.
        bare: id -> text without the words that many rows share; such a row must be alike with them and without them.

    Returns:
        The id of every example -> the id of the first example of its group (its own when it stands alone).

    Raises:
        BadInput: a threshold that is none.
    """
    if not 0 < threshold <= 1:
        raise BadInput.told("error.duplicates.threshold", threshold=threshold)
    copies: dict[tuple[str, str], int] = {}
    position = {e.id: copies.setdefault(told_twice(e, bare), len(copies)) for e in examples}
    groups = _join(sets_of(list(copies)), threshold)
    first: dict[int, str] = {}
    return {example_id: first.setdefault(groups[at], example_id) for example_id, at in position.items()}


def near_duplicates_of_subtasks(
    examples: Sequence[Example], threshold: float = THRESHOLD, bare: Mapping[str, str] = AS_THEY_ARE
) -> dict[str, str]:
    """`near_duplicate_groups` within each subtask: a post asked of two of them is two questions, and links no others.

    Args:
        examples: any rows; those without a subtask are together.
        threshold: least similarity.
        bare: as in `near_duplicate_groups`.
    """
    found: dict[str, str] = {}
    for part in by_subtask(examples).values():
        found |= near_duplicate_groups(part, threshold, bare)
    return found


def folded(text: str) -> str:
    """A text as exact copies are compared: without its differences of case, width and spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def character_trigrams(text: str) -> frozenset[str]:
    """All 3-character pieces of what a post says (NFKC, lower case, no whitespace); a shorter text is one piece."""
    packed = told(text)
    return frozenset(packed[i : i + 3] for i in range(max(1, len(packed) - 2)))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Size of the intersection over size of the union, 0 to 1."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


class DisjointSets:
    """Members 0 .. size-1 in sets that only ever join; the smallest member names its set."""

    def __init__(self, size: int) -> None:
        import numpy as np

        self.label = np.arange(size)  # two members are together when their labels are equal
        self._members = [[member] for member in range(size)]
        self._name = list(range(size))

    def find(self, member: int) -> int:
        """The smallest member of the set that this one belongs to."""
        return self._name[int(self.label[member])]

    def union(self, a: int, b: int) -> None:
        """Make two sets one; the smaller is relabelled, so that all unions together take n log n steps."""
        few, many = sorted((int(self.label[a]), int(self.label[b])), key=lambda label: len(self._members[label]))
        if few == many:
            return
        self.label[self._members[few]] = many
        self._members[many] += self._members[few]
        self._name[many] = min(self._name[few], self._name[many])
        self._members[few] = []


def _join(sets: TrigramSets, threshold: float) -> list[int]:
    """The first member of each text's group, by position."""
    texts = len(sets.sizes)
    groups = DisjointSets(texts)
    pairs = PrefixPairs(sets, threshold).blocks() if texts <= EXACT_ROWS else hashed_pairs(sets, threshold)
    for left, right in pairs:
        _unite(groups, sets, left, right, threshold)
    return [groups.find(position) for position in range(texts)]


def _unite(groups: DisjointSets, sets: TrigramSets, left: Ints, right: Ints, threshold: float) -> None:
    """Compare candidates, the likeliest of each text first, and join those that are alike.

    Whoever is in the group already needs no look: a post copied with small changes costs as much as one.
    """
    import numpy as np

    for number in range(len(left)):
        apart = groups.label[left] != groups.label[right]
        left, right = left[apart], right[apart]
        if not len(left):
            return
        chosen = np.unique(left, return_index=True)[1] if number < _ROUNDS else np.arange(min(_AT_ONCE, len(left)))
        a, b = left[chosen], right[chosen]
        alike = similarity(sets, a, b) >= threshold - _SLACK
        for one, other in zip(a[alike].tolist(), b[alike].tolist(), strict=True):
            groups.union(one, other)
        left, right = np.delete(left, chosen), np.delete(right, chosen)


def similarity(sets: TrigramSets, left: Ints, right: Ints) -> Floats:
    """The Jaccard similarity of pairs of sets, the lower one where texts have a whole: shape (pairs,)."""
    import numpy as np

    shared = sets.chosen(left).matrix().multiply(sets.chosen(right).matrix()).sum(axis=1)
    found: Floats = shared / (sets.sizes[left] + sets.sizes[right] - shared)
    return found if sets.whole is None else np.minimum(found, similarity(sets.whole, left, right))
