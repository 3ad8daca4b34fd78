"""Tests that need no assumption about how scores are distributed: exact McNemar, sign swaps, and many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats

ALPHA = 0.05
SWAPS = 1999  # the least p that can come out is 1 / 2000: small enough for Holm over 20 comparisons
MANY = 20  # more comparisons than this are adjusted by Benjamini-Hochberg
_BLOCK = 4_000_000  # swaps held at once: 32 MB

Adjustment = Literal["holm", "benjamini-hochberg"]


def mcnemar_p(fixed: int, regressed: int) -> float:
    """Two-sided exact p-value of McNemar's test (1947): are as many rows fixed as regressed?

    Args:
        fixed: rows wrong before and right after.
        regressed: rows right before and wrong after.
    """
    from scipy.special import bdtr  # what scipy.stats.binomtest computes, without its second of import

    return min(1.0, 2 * float(bdtr(min(fixed, regressed), fixed + regressed, 0.5)))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values adjusted for being several (Holm 1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda k: p_values[k])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, k in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[k]))
        adjusted[k] = largest
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values adjusted so that at most that share of what is found is false (Benjamini & Hochberg 1995)."""
    order = sorted(range(len(p_values)), key=lambda k: -p_values[k])
    adjusted, least = [0.0] * len(p_values), 1.0
    for rank, k in enumerate(order):
        least = min(least, p_values[k] * len(p_values) / (len(p_values) - rank))
        adjusted[k] = least
    return tuple(adjusted)


def adjustment_for(comparisons: int) -> Adjustment:
    """Holm for few comparisons, Benjamini-Hochberg for more than 20."""
    return "holm" if comparisons <= MANY else "benjamini-hochberg"


def adjust(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values adjusted as `adjustment_for` so many says."""
    return holm(p_values) if adjustment_for(len(p_values)) == "holm" else benjamini_hochberg(p_values)


def swap(a: Floats, b: Floats, seed: int = 0) -> tuple[Floats, Floats]:
    """Totals of two runs after their answers to randomly chosen clusters have changed places.

    If the runs are equally good, each swap is as likely as what was seen (Yeh 2000; Dror et al. 2018).

    Args:
        a: what each cluster adds to each total of the first run, shape (clusters, totals).
        b: the same of the second run.
        seed: the same seed gives the same swaps.

    Returns:
        Totals of a and of b, each of shape (SWAPS, totals).
    """
    import numpy as np

    change = (b - a)[(a != b).any(axis=1)]  # where both runs agree, swapping does nothing
    moved = np.concatenate([swapped @ change for swapped in _random_swaps(len(change), seed)])
    return a.sum(axis=0) + moved, b.sum(axis=0) - moved


def _random_swaps(clusters: int, seed: int) -> Iterator[Floats]:
    """Which clusters are swapped, 0 or 1, block by block."""
    import numpy as np

    draw = np.random.default_rng(seed)
    step = max(1, _BLOCK // max(1, clusters))
    for start in range(0, SWAPS, step):
        yield draw.integers(0, 2, size=(min(step, SWAPS - start), clusters)).astype(np.float64)


def permutation_p(seen: float, permuted: Floats) -> float:
    """Share of permutations whose difference is at least as large as the one seen, that one included (two-sided)."""
    import numpy as np

    defined = permuted[~np.isnan(permuted)]
    rounding = 1e-12
    return float((1 + (np.abs(defined) >= abs(seen) - rounding).sum()) / (1 + defined.size))
