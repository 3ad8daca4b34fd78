"""Rows that stand for many others first: greedy facility location over character n-grams."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from labkit.curation.watched import Progress, Watched, unwatched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Similarity = NDArray[np.float32]


def vectors(texts: Sequence[str], progress: Progress = unwatched) -> Any:
    """Texts as TF-IDF of their 2- and 3-character pieces, unit length: a sparse matrix of shape (texts, pieces)."""
    return fitted_vectors(texts, progress)[1]


def fitted_vectors(texts: Sequence[str], progress: Progress = unwatched) -> tuple[Callable[[Sequence[str]], Any], Any]:
    """What turns more texts into vectors of the same pieces, and the vectors of the texts."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    packed = Watched([_packed(text) for text in texts], progress)
    reader = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True, lowercase=False, dtype=np.float32)
    try:
        found = reader.fit_transform(packed)
    except ValueError:  # no text has two characters
        found = reader.set_params(ngram_range=(1, 1)).fit_transform(packed)
    return lambda more: reader.transform([_packed(text) for text in more]), found


def _packed(text: str) -> str:
    return " ".join(text.lower().split()) or " "


def by_coverage(rows: Any, first: Sequence[int] = ()) -> Iterator[tuple[int, float]]:
    """Put rows in the order in which they best cover all of them.

    Lazy greedy maximisation of facility location, F(S) = mean over rows of their highest similarity to a chosen one;
    at least 1 - 1/e of the best possible F at every length (Nemhauser, Wolsey & Fisher 1978; Minoux 1978).

    Args:
        rows: unit vectors, a sparse matrix.
        first: rows that come first whatever they cover, in this order.

    Yields:
        A row's number, and how much it adds to F; after the first ones the gains never rise. Equal rows keep their
        order.
    """
    import numpy as np

    similarity: Similarity = np.asarray((rows @ rows.T).todense(), dtype=np.float32)
    covered = np.zeros(len(similarity), dtype=np.float32)
    done = set(first)
    for row in first:
        gain = float(np.maximum(similarity[row] - covered, 0.0).mean())
        np.maximum(covered, similarity[row], out=covered)
        yield row, gain
    queue = [(-float(gain), row) for row, gain in enumerate(similarity.mean(axis=0)) if row not in done]
    heapq.heapify(queue)
    while queue:
        stale, row = heapq.heappop(queue)
        gain = min(-stale, float(np.maximum(similarity[row] - covered, 0.0).mean()))
        if queue and (-gain, row) > queue[0]:  # others may add more by now: look again in its turn
            heapq.heappush(queue, (-gain, row))
            continue
        np.maximum(covered, similarity[row], out=covered)
        yield row, gain
