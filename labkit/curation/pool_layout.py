"""Many texts on a flat map: where each lies, and which lie together."""

from __future__ import annotations

from typing import Any

_REGIONS = 24  # more than the eye keeps apart helps nobody
_TOPICS = 32  # dimensions in which regions are sought
_BLANK = 1e-6  # a row shorter than that has no topic
_DIGITS = 6  # rows that say the same differ beyond them at most


class Layout:
    """Places and regions of rows.

    Truncated SVD of their vectors (Halko, Martinsson & Tropp 2011) keeps 32 dimensions, in which rows get unit length
    again. Regions are k-means clusters there, as many as the square root of the rows, 24 at most; places are the ranks
    along the first two principal components, 0 to 1, so that a few outliers crowd nobody. Rows that say the same share
    a place; where nothing differs there is one region.

    Args:
        rows: unit vectors, a sparse matrix of at least one row; blank rows are all zero.
        seed: of the decomposition and the clusters.

    Values: `places` of shape (rows, 2), `regions` (a number from 0 for each row), `typical` (for each region the
    position of the row nearest its middle).
    """

    def __init__(self, rows: Any, seed: int = 0) -> None:
        import numpy as np

        self._axes = _axes(rows, seed)
        topics = self._topics(rows)
        self._flat = _principal(topics)
        self._sorted = np.sort((topics @ self._flat).round(_DIGITS), axis=0)
        self.places = self._ranked(topics)
        self._centres, self.regions = _clusters(topics, seed)
        near = np.linalg.norm(topics - self._centres[self.regions], axis=1)
        members = [np.flatnonzero(self.regions == number) for number in range(len(self._centres))]
        self.typical = [int(of_region[near[of_region].argmin()]) for of_region in members]

    def placed(self, rows: Any) -> tuple[Any, Any]:
        """Places and regions of further rows, by vectors of the same pieces."""
        import numpy as np

        topics = self._topics(rows)
        distances = np.linalg.norm(topics[:, None, :] - self._centres[None, :, :], axis=2)
        return self._ranked(topics), distances.argmin(axis=1)

    def _topics(self, rows: Any) -> Any:
        """Rows by their topics, unit length: else all that say little of any topic would be one region."""
        import numpy as np

        topics = rows @ self._axes
        return topics / np.maximum(np.linalg.norm(topics, axis=1, keepdims=True), _BLANK)

    def _ranked(self, topics: Any) -> Any:
        """Places between 0 and 1: the share of rows before a row, equals counted half."""
        import numpy as np

        flat = (topics @ self._flat).round(_DIGITS)
        sides = [
            [np.searchsorted(self._sorted[:, axis], flat[:, axis], side) for side in ("left", "right")]
            for axis in range(flat.shape[1])
        ]
        return np.stack([before + after for before, after in sides], axis=1) / (2 * len(self._sorted))


def _axes(rows: Any, seed: int) -> Any:
    """A matrix of shape (pieces, topics): what turns vectors into topics."""
    from sklearn.utils.extmath import randomized_svd

    wanted = max(1, min(_TOPICS, *(size - 1 for size in rows.shape)))
    _, _, axes = randomized_svd(rows.astype("float64"), wanted, random_state=seed)
    return axes.T


def _principal(topics: Any) -> Any:
    """A matrix of shape (topics, 2): the directions along which rows differ most, with fixed signs."""
    import numpy as np

    _, directions = np.linalg.eigh(np.cov(topics, rowvar=False, bias=True).reshape(topics.shape[1], -1))
    found = directions[:, ::-1][:, :2]
    found = np.pad(found, ((0, 0), (0, 2 - found.shape[1])))
    signs = np.sign(found[np.abs(found).argmax(axis=0), range(2)])
    return found * np.where(signs == 0, 1, signs)


def _clusters(topics: Any, seed: int) -> tuple[Any, Any]:
    """Middles and the region of each row."""
    import numpy as np
    from sklearn.cluster import KMeans

    distinct = len(np.unique(topics.round(_DIGITS), axis=0))
    wanted = min(_REGIONS, distinct, max(1, int(len(topics) ** 0.5)))
    found = KMeans(wanted, n_init=3, random_state=seed).fit(topics)
    return found.cluster_centers_, found.labels_
