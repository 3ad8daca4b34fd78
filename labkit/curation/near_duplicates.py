"""Groups of near-identical texts, found exactly: character-3-gram Jaccard over a prefix-filtered inverted index."""

from __future__ import annotations

import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from labkit.errors import BadInput
from labkit.records import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

THRESHOLD = 0.5  # verbatim and affixed copies all reach it, and 87 % of copies with a tenth of the characters changed
_SLACK = 1e-9  # a share such as 0.7 * 10 must not be rounded up past its own value


def near_duplicate_groups(examples: Sequence[Example], threshold: float = THRESHOLD) -> dict[str, str]:
    """Find which examples say nearly the same.

    Two examples are near duplicates when the Jaccard similarity of their character-3-gram sets reaches the threshold;
    groups are the connected components of that relation. The join is exact: a pair at the threshold must share one of
    the rarest grams of both (prefix filter: Chaudhuri, Ganti & Kaushik 2006).

    Args:
        examples: any rows; all posts of one count as one text.
        threshold: least similarity, above 0 and at most 1.

    Returns:
        The id of every example -> the id of the first example of its group (its own when it stands alone).

    Raises:
        BadInput: a threshold that is none.
    """
    if not 0 < threshold <= 1:
        raise BadInput(f"{threshold} is no threshold of similarity", "Give a number above 0 and at most 1, such as 0.5")
    copies: dict[frozenset[str], int] = {}
    position = {e.id: copies.setdefault(character_trigrams(e.text), len(copies)) for e in examples}
    groups = _join(list(copies), threshold)
    first: dict[int, str] = {}
    return {example_id: first.setdefault(groups[at], example_id) for example_id, at in position.items()}


def folded(text: str) -> str:
    """A text as exact copies are compared: without its differences of case, width and spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def character_trigrams(text: str) -> frozenset[str]:
    """All 3-character pieces of a text in NFKC and lower case, without whitespace; a shorter text is one piece."""
    squeezed = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return frozenset(squeezed[i : i + 3] for i in range(max(1, len(squeezed) - 2)))


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


def _join(texts: Sequence[frozenset[str]], threshold: float) -> list[int]:
    """The first member of each text's group, by position."""
    sets = DisjointSets(len(texts))
    index = _PrefixIndex(texts, threshold)
    for position in index.from_small_to_large():
        candidates = index.candidates(position)
        while candidates.size:
            if jaccard(texts[position], texts[candidates[0]]) >= threshold - _SLACK:
                sets.union(position, int(candidates[0]))
                # whoever is in the group already needs no look: a post copied with small changes costs as much as one
                candidates = candidates[sets.label[candidates] != sets.label[position]]
            else:
                candidates = candidates[1:]
        index.add(position)
    return [sets.find(position) for position in range(len(texts))]


class _PrefixIndex:
    """Finds the few earlier texts that can reach the threshold with a text (PPJoin: Xiao, Wang, Lin & Yu 2008).

    Each text is its grams from rare to common. A text of n grams meets a partner that is not longer in its first
    n - ceil(t n) + 1 grams and the partner's first m - ceil(2t / (1 + t) m) + 1; the number met there, and the grams
    left behind, bound the overlap.
    """

    def __init__(self, texts: Sequence[frozenset[str]], threshold: float) -> None:
        import numpy as np

        frequency = Counter(gram for text in texts for gram in text)
        rank = {gram: k for k, gram in enumerate(sorted(frequency, key=lambda gram: (frequency[gram], gram)))}
        self._threshold = threshold
        self._grams = [sorted(rank[gram] for gram in text) for text in texts]
        self._size = np.array([len(text) for text in texts])
        self._postings: dict[int, array[int]] = defaultdict(lambda: array("q"))
        self._last_gram = np.zeros(len(texts), dtype=np.int64)
        self._behind = np.zeros(len(texts), dtype=np.int64)

    def from_small_to_large(self) -> list[int]:
        """Positions by number of grams; a text is looked up before it is added."""
        return sorted(range(len(self._grams)), key=lambda position: len(self._grams[position]))

    def candidates(self, position: int) -> Ints:
        """Positions of added texts whose overlap may suffice, those that share most first."""
        import numpy as np

        grams, size = self._grams[position], len(self._grams[position])
        probe = grams[: size - ceil(self._threshold * size - _SLACK) + 1]
        met = [np.frombuffer(self._postings[gram], np.int64) for gram in probe if gram in self._postings]
        if not met:
            return np.zeros(0, dtype=np.int64)
        found, shared = np.unique(np.concatenate(met), return_counts=True)
        behind = np.where(self._last_gram[found] >= probe[-1], size - len(probe), self._behind[found])
        wanted = self._threshold / (1 + self._threshold) * (size + self._size[found])
        fits = (shared + behind >= wanted - _SLACK) & (self._size[found] >= self._threshold * size - _SLACK)
        return found[fits][np.argsort(-shared[fits], kind="stable")]

    def add(self, position: int) -> None:
        """Index a text's rarest grams."""
        grams = self._grams[position]
        least_shared = ceil(2 * self._threshold / (1 + self._threshold) * len(grams) - _SLACK)
        prefix = grams[: len(grams) - least_shared + 1]
        self._last_gram[position], self._behind[position] = prefix[-1], len(grams) - len(prefix)
        for gram in prefix:
            self._postings[gram].append(position)
