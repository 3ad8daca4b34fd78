"""Few-shot examples for a row: its nearest labelled pool rows, diverse by label; never dev or test rows or copies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from labkit.curation.near_duplicates import THRESHOLD, character_trigrams, jaccard, near_duplicate_groups
from labkit.records import Example, examples_sha256

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEIGHBOURS = 50  # the nearest rows among which labels are spread; beyond them a row is only a random one
_KEPT = 50_000  # rows whose examples are remembered: those of an evaluation, not all that a server ever saw


class NearestExamples:
    """Finds the pool rows that resemble a row (kNN retrieval of in-context examples: Liu et al. 2022, KATE).

    Likeness is the cosine of TF-IDF weights of character 2- to 4-grams, which suits posts without spaces as well.

    Args:
        rows: of a scene. Labelled pool rows are the source; those that nearly repeat a dev or test row, or share its
            author, are left out, or an answer would stand in the prompt.
    """

    def __init__(self, rows: Sequence[Example]) -> None:
        kept_apart = [row for row in rows if row.split in ("dev", "test")]
        pool = [row for row in rows if row.split == "pool" and row.labels is not None]
        groups = near_duplicate_groups([*kept_apart, *pool])
        taken, authors = {groups[row.id] for row in kept_apart}, {row.group for row in kept_apart} - {None}
        self.source = tuple(row for row in pool if groups[row.id] not in taken and row.group not in authors)
        self._trigrams = [character_trigrams(row.text) for row in self.source]
        self._found: dict[tuple[str, tuple[str, ...], int], tuple[Example, ...]] = {}  # a row is rendered several times

    @property
    def sha256(self) -> str:
        """What names the source: other rows give other examples."""
        return examples_sha256(self.source)

    def of(self, row: Example, count: int) -> tuple[Example, ...]:
        """The examples for a row, the nearest last, so that it stands next to the posts.

        Each set of labels among the neighbours comes once before any comes twice: examples of one label alone would
        only suggest that label.

        Args:
            row: any row; neither itself, nor near duplicates of it, nor rows of its author or of another subtask count.
            count: at most so many.
        """
        asked = row.id, row.items, count
        found = self._found.get(asked)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            found = self._found[asked] = self._chosen(row, count)  # kept for its caller: threads share the memory
        return found

    def _chosen(self, row: Example, count: int) -> tuple[Example, ...]:
        trigrams = character_trigrams(row.text)
        fitting = (self.source[k] for k in self._nearest_first(row) if self._fits(row, trigrams, k))
        near = list(islice(fitting, NEIGHBOURS))
        seen: set[tuple[str, ...]] = set()
        first: list[Example] = []
        again: list[Example] = []
        for found in near:
            labels = tuple(sorted(found.labels or ()))
            (again if labels in seen else first).append(found)
            seen.add(labels)
        chosen = {found.id for found in [*first, *again][:count]}
        return tuple(found for found in reversed(near) if found.id in chosen)

    def _fits(self, row: Example, trigrams: frozenset[str], k: int) -> bool:
        found = self.source[k]
        if found.id == row.id or found.subtask != row.subtask or (row.group is not None and found.group == row.group):
            return False
        return jaccard(self._trigrams[k], trigrams) < THRESHOLD

    def _nearest_first(self, row: Example) -> NDArray[np.intp]:
        """Positions in the source, the likeliest first; of equals the first."""
        import numpy as np

        if not self.source:
            return np.zeros(0, np.intp)
        vectorizer, matrix = self._index
        likeness = (matrix @ vectorizer.transform([row.text]).T).toarray().ravel()
        return np.argsort(-likeness, kind="stable")

    @cached_property
    def _index(self) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 4), sublinear_tf=True)
        texts = [*(row.text for row in self.source), "--"]  # the last one: a vocabulary must not be empty
        return vectorizer, vectorizer.fit_transform(texts)[:-1]
