"""Groups of near-identical texts, found exactly: character-3-gram Jaccard over a prefix-filtered inverted index."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import ceil

from labkit.records import Example

THRESHOLD = 0.5  # verbatim and affixed copies all reach it, and 87 % of copies with a tenth of the characters changed
_SLACK = 1e-9  # a share such as 0.7 * 10 must not be rounded up past its own value


def near_duplicate_groups(examples: Sequence[Example], threshold: float = THRESHOLD) -> dict[str, str]:
    """Find which examples say nearly the same.

    Two examples are near duplicates when the Jaccard similarity of their character-3-gram sets reaches the threshold;
    groups are the connected components of that relation. The join is exact: a pair at the threshold must share one of
    the rarest grams of both (prefix filter: Chaudhuri, Ganti & Kaushik 2006; Bayardo, Ma & Srikant 2007).

    Args:
        examples: any rows; all posts of one count as one text.
        threshold: least similarity, above 0 and at most 1.

    Returns:
        The id of every example -> the id of the first example of its group (its own when it stands alone).
    """
    copies: dict[frozenset[str], int] = {}
    position = {e.id: copies.setdefault(character_trigrams(e.text), len(copies)) for e in examples}
    groups = _join(list(copies), threshold)
    first: dict[int, str] = {}
    return {example_id: first.setdefault(groups[at], example_id) for example_id, at in position.items()}


def character_trigrams(text: str) -> frozenset[str]:
    """The set of 3-character pieces of a text in NFKC and lower case, whitespace removed; a shorter text is one piece.

    Source: research on CLUE's TNEWS titles (threshold and n chosen on planted edits).
    """
    squeezed = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return frozenset(squeezed[i : i + 3] for i in range(max(1, len(squeezed) - 2)))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Size of the intersection over size of the union, 0 to 1."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


class DisjointSets:
    """Union-find over 0 .. size-1; the smallest member names its set."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, member: int) -> int:
        """The smallest member of the set that this one belongs to."""
        parent = self._parent
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    def union(self, a: int, b: int) -> int:
        """Make two sets one; returns its smallest member."""
        low, high = sorted((self.find(a), self.find(b)))
        self._parent[high] = low
        return low


def _join(texts: Sequence[frozenset[str]], threshold: float) -> list[int]:
    """The first member of each text's group, by position.

    Postings are kept per group: a text that already belongs to a group skips all of its members at once, so thousands
    of variants of one post cost as much as one.
    """
    sets = DisjointSets(len(texts))
    postings: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for position, prefix in _by_size_with_prefix(texts, threshold):
        seen: set[int] = set()
        for gram in prefix:
            _match(position, postings[gram], texts, threshold, sets, seen)
        for gram in prefix:
            postings[gram].setdefault(sets.find(position), []).append(position)
    return [sets.find(position) for position in range(len(texts))]


def _by_size_with_prefix(texts: Sequence[frozenset[str]], threshold: float) -> Iterable[tuple[int, list[str]]]:
    """Texts from small to large, each with its rarest grams: n - ceil(t n) + 1 of them hold a match if there is one."""
    frequency = Counter(gram for text in texts for gram in text)
    for position in sorted(range(len(texts)), key=lambda p: len(texts[p])):
        grams = sorted(texts[position], key=lambda gram: (frequency[gram], gram))
        least_shared = ceil(threshold * len(grams) - _SLACK)
        yield position, grams[: len(grams) - least_shared + 1]


def _match(
    position: int,
    posting: dict[int, list[int]],
    texts: Sequence[frozenset[str]],
    threshold: float,
    sets: DisjointSets,
    seen: set[int],
) -> None:
    """Unite a text with every group of a posting that holds a near duplicate of it."""
    text = texts[position]
    for root in list(posting):
        if sets.find(root) == sets.find(position):
            continue
        for other in posting[root]:
            if other in seen or len(texts[other]) < threshold * len(text) - _SLACK:
                continue
            seen.add(other)
            if jaccard(text, texts[other]) >= threshold - _SLACK:
                sets.union(position, other)
                break
    _merge_stale(posting, sets)


def _merge_stale(posting: dict[int, list[int]], sets: DisjointSets) -> None:
    """Move members that stand under a root that has since joined another group."""
    for root in [r for r in posting if sets.find(r) != r]:
        posting.setdefault(sets.find(root), []).extend(posting.pop(root))
