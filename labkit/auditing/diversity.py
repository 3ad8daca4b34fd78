"""D08: does a chosen dataset stand for its whole pool?"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material
from labkit.curation.coverage import by_coverage, vectors
from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.records import Example
from labkit.texts import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Similarity = NDArray[np.float32]

RATIO, CLUSTER_SHARE, PERCENTILE = 0.95, 0.01, 50
_SAMPLED = 4_000  # pool rows looked at: similarities of all pairs fit into memory
_CLUSTERS, _DRAWS, _NEIGHBOURS = 50, 20, 10
_ITSELF = 1e-4  # distance of a row to itself, with what rounding leaves


@dataclass(frozen=True, slots=True)
class Diversity:
    """How a choice stands for its pool.

    Args:
        coverage: mean over pool rows of their highest similarity to a chosen one, 0 to 1.
        best: what the best choice of that size, free of quotas, would reach.
        uncovered: sizes of clusters of the pool that hold a hundredth of it or more and no chosen row.
        percentile: share of random choices of that size that are less diverse (NovelSum), 0 to 100; None where the
            choice is as large as the pool without its near copies, as every choice of that size is the same.
    """

    coverage: float
    best: float
    uncovered: tuple[int, ...]
    percentile: float | None


def check_diversity(material: Material) -> Finding:
    """Coverage of the pool against the best of that size, clusters left out, and NovelSum among random choices."""
    if not material.pool:
        return Finding("D08", "not examined", say("audit.diversity.no_pool"))
    found = measure_diversity([s.question for s in material.pool], [s.question for s in material.learnt])
    ratio = found.coverage / found.best if found.best else 1.0
    fix = _fix(found, ratio)
    reason = say(
        "audit.diversity",
        coverage=f"{found.coverage:.2f}",
        best=f"{found.best:.2f}",
        clusters=len(found.uncovered),
        size=_size_words(found, whole=len(material.learnt) >= len(material.pool)),
    )
    return Finding(
        "D08",
        "warn" if fix else "ok",
        reason,
        fix,
        value=ratio,
        threshold=RATIO,
        counts={
            "coverage": found.coverage,
            "best_coverage": found.best,
            "uncovered_clusters": list(found.uncovered),
            "novelty_percentile": found.percentile,
        },
    )


def _size_words(found: Diversity, whole: bool) -> str:
    """How diverse the choice is among those of its size, or why that is not asked."""
    if found.percentile is not None:
        return say("audit.diversity.among", share=f"{found.percentile:.0f}")
    return say("audit.diversity.whole" if whole else "audit.diversity.texts")


def _fix(found: Diversity, ratio: float) -> str:
    """What would make the choice more diverse; "" where it is diverse enough."""
    if found.uncovered:
        return say("audit.diversity.fix")
    alike = found.percentile is not None and found.percentile < PERCENTILE
    return say("audit.diversity.alike") if alike or ratio < RATIO else ""


def measure_diversity(pool: Sequence[str], chosen: Sequence[str], seed: int = 0) -> Diversity:
    """Measure how chosen texts stand for a pool, over character n-grams; a large pool is sampled.

    Args:
        pool: the texts that could be chosen.
        chosen: those that were.
        seed: of the sample, the clusters and the random choices.
    """
    import numpy as np

    draw = random.Random(seed)  # noqa: S311 - sampling, not secrets
    seen = _said_once(list(pool) if len(pool) <= _SAMPLED else draw.sample(list(pool), _SAMPLED))
    rows = vectors([*seen, *chosen])
    of_pool, of_choice = rows[: len(seen)], rows[len(seen) :]
    nearest = np.asarray((of_pool @ of_choice.T).max(axis=1).todense()).ravel()
    size = min(of_choice.shape[0], len(seen))
    best = sum(gain for _, (_, gain) in zip(range(size), by_coverage(of_pool), strict=False))
    uncovered = _uncovered(of_pool, of_choice, seed)
    if len(chosen) < len(pool) and 2 * size > len(seen) and len(pool) > _SAMPLED:
        size = max(1, len(seen) // 2)  # of the sample of a pool there are no different choices as large as the sample
        of_choice = of_choice[draw.sample(range(of_choice.shape[0]), size)]
    among = None if size >= len(seen) else _percentile(of_pool, of_choice, size, draw)
    return Diversity(float(nearest.mean()), best, uncovered, among)


def _said_once(texts: Sequence[str]) -> list[str]:
    """One text of each group that says nearly the same: no choice may hold two, so none is measured by them."""
    groups = near_duplicate_groups([Example(str(k), (text,)) for k, text in enumerate(texts)])
    return [text for k, text in enumerate(texts) if groups[str(k)] == str(k)]


def _uncovered(pool: Any, chosen: Any, seed: int) -> tuple[int, ...]:
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans

    wanted = min(_CLUSTERS, max(1, int(pool.shape[0] ** 0.5)))
    clusters = MiniBatchKMeans(wanted, random_state=seed, n_init=3).fit(pool)
    sizes = np.bincount(clusters.labels_, minlength=wanted)
    met = np.bincount(clusters.predict(chosen), minlength=wanted)
    return tuple(int(n) for n, held in zip(sizes, met, strict=True) if n >= CLUSTER_SHARE * pool.shape[0] and not held)


def _percentile(pool: Any, chosen: Any, size: int, draw: random.Random) -> float:
    """NovelSum (Yang et al., ACL 2025) of the choice among that of random choices as large."""
    density = _density(pool, pool)
    own = novel_sum(chosen, _density(chosen, pool))
    others = []
    for _ in range(_DRAWS):
        rows = draw.sample(range(pool.shape[0]), size)
        others.append(novel_sum(pool[rows], density[rows]))
    return 100.0 * sum(own >= other for other in others) / len(others)


def novel_sum(rows: Any, density: Similarity) -> float:
    """Mean over rows of the weighted mean of their distances to the others, nearer ones weighing more.

    Weights are 1 / rank, distances are multiplied by the density of the space around the other row to the power 0.5
    (Yang et al., ACL 2025, p = 1 and q = 0.5).

    Args:
        rows: unit vectors, a sparse matrix.
        density: of the space around each row.
    """
    import numpy as np

    if rows.shape[0] < 2:
        return 0.0
    distance = 1.0 - np.asarray((rows @ rows.T).todense(), dtype=np.float32)
    np.fill_diagonal(distance, np.inf)
    ordered = np.sort(distance * np.sqrt(density)[None, :], axis=1)[:, :-1]
    weights = 1.0 / np.arange(1, ordered.shape[1] + 1)
    return float((ordered @ weights / weights.sum()).mean())


def _density(rows: Any, pool: Any) -> Similarity:
    """One over the mean distance to the nearest rows of the pool, but for the row itself.

    Of a pool that is sampled, random choices are in the sample and chosen rows mostly are not: these would look less
    diverse if a row were its own neighbour.
    """
    import numpy as np

    distance = 1.0 - np.asarray((rows @ pool.T).todense(), dtype=np.float32)
    distance[distance < _ITSELF] = np.inf
    count = max(1, min(_NEIGHBOURS, pool.shape[0] - 1))
    near = np.sort(distance, axis=1)[:, :count].mean(axis=1)
    return np.asarray(1.0 / np.maximum(near, 1e-3), dtype=np.float32)
