"""95 % intervals: Wilson's for shares, a bootstrap of whole clusters for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 1000  # percentile limits move by less than 0.003 between seeds at 300 rows
_Z = 1.959963984540054  # the normal distribution's 97.5 % point
_BLOCK = 4_000_000  # weights held at once: 32 MB, however many rows there are


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its 95 % interval; `low <= value <= high`."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} – {self.high:.3f})"


def wilson(hits: float, trials: float, effective: float | None = None) -> Interval:
    """Wilson's score interval of a share (Wilson 1927).

    Args:
        hits: how often it happened.
        trials: how often it could have; with 0 the value is 0 and the interval says nothing (0 to 1).
        effective: how many independent trials these are worth; `trials` when None.
    """
    if trials <= 0:
        return Interval(0.0, 0.0, 1.0)
    share, n = hits / trials, effective or trials
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return around(share, max(0.0, middle - half), min(1.0, middle + half))


def clustered_wilson(hits: Floats, trials: Floats, repeats: float = 1.0) -> Interval:
    """Wilson's interval when trials come in clusters (an author's posts, a row's labels, a row asked again).

    The trials are replaced by their effective number, trials / design effect, where the design effect compares the
    clusters' variance with that of independent trials (Korn & Graubard 1998). With one trial a cluster it is `wilson`.

    Args:
        hits: hits of each cluster; averages over the repeats where there are some.
        trials: trials of each cluster.
        repeats: how often each trial was made, on average; at most so many times as much can be known.
    """
    total, n = float(hits.sum()), float(trials.sum())
    if n <= 0:
        return wilson(total, n)
    share = total / n
    spread = float(((hits - share * trials) ** 2).sum())
    filled = float((trials > 0).sum())  # all or none hit: a cluster tells no more than one trial
    effective = min(n * repeats, share * (1 - share) * n**2 / spread) if spread > 0 else filled
    return wilson(total, n, effective)


def around(value: float, low: float, high: float) -> Interval:
    """An interval that holds its value, whatever rounding did to the limits."""
    return Interval(value, min(low, value), max(high, value))


def percentile_interval(value: float, resampled: Floats) -> Interval:
    """The middle 95 % of resampled values (those that are defined), stretched to hold the value itself."""
    import numpy as np

    defined = resampled[~np.isnan(resampled)]
    if not defined.size:
        return Interval(value, value, value)
    low, high = np.percentile(defined, (2.5, 97.5))
    return around(value, float(low), float(high))


def resample(cells: Floats, seed: int = 0, resamples: int = RESAMPLES) -> Floats:
    """Totals of bootstrap samples of clusters.

    Args:
        cells: what each cluster adds to each total, shape (clusters, totals).
        seed: the same seed gives the same samples.
        resamples: how many samples.

    Returns:
        Shape (resamples, totals); each line is the sum over as many clusters, drawn with replacement.
    """
    import numpy as np

    return np.concatenate([weights @ cells for weights in _bootstrap_weights(len(cells), seed, resamples)])


def _bootstrap_weights(clusters: int, seed: int, resamples: int) -> Iterator[Floats]:
    """How often each cluster is drawn in each sample, block by block."""
    import numpy as np

    draw = np.random.default_rng(seed)
    step = max(1, _BLOCK // clusters)
    for start in range(0, resamples, step):
        lines = min(step, resamples - start)
        drawn = draw.integers(0, clusters, size=(lines, clusters))
        drawn += np.arange(lines)[:, None] * clusters
        yield np.bincount(drawn.ravel(), minlength=lines * clusters).reshape(lines, clusters).astype(np.float64)
