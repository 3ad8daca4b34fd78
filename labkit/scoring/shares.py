"""The share of rows of which something holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from labkit.records import RunRow
from labkit.scoring.intervals import Interval, clustered_wilson
from labkit.scoring.tally import cluster_of


def share_of_rows(rows: Sequence[RunRow], holds: Iterable[bool]) -> Interval:
    """A share of rows with Wilson's interval, the rows of one author as a cluster.

    Args:
        rows: the rows.
        holds: for each of them, whether it counts.
    """
    import numpy as np

    place = {name: k for k, name in enumerate(sorted({cluster_of(row.example) for row in rows}))}
    counts = np.zeros((2, len(place)))
    for row, hit in zip(rows, holds, strict=True):
        counts[:, place[cluster_of(row.example)]] += (hit, 1)
    return clustered_wilson(counts[0], counts[1])
