"""D18: how old are the rows, and have the labels' shares moved meanwhile?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log2
from typing import TYPE_CHECKING, Literal

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.curation.times import read_time
from labkit.texts import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRIFT = 0.1  # Jensen-Shannon divergence, bits
_LATE = 0.8  # the newest fifth against the rest
_LEAST = 20
_DRAWS, _SURE = 500, 0.99
_RARE = 0.05  # labels to a row, from which dealing out rows is faster than dealing out numbers of each label
_NUMBERS = 1_000_000  # dealt out at once: bounds the memory where labels are tags


def check_freshness(material: Material) -> Finding:
    """The span of time, and the Jensen-Shannon divergence of label shares between the newest fifth and the rest."""
    dated = _dated(material.samples)
    if len(dated) < _LEAST:
        return Finding("D18", "not examined", say("audit.freshness.no_time", least=_LEAST))
    cut = int(_LATE * len(dated))
    before, after = _labels(dated[:cut]), _labels(dated[cut:])
    drift = divergence(before, after)
    chance = _by_chance(before, after) if drift > DRIFT else None
    moved = chance is not None and drift > chance
    first, last = dated[0].time, dated[-1].time
    return Finding(
        "D18",
        "warn" if moved else "ok",
        say("audit.freshness", first=first, last=last, drift=f"{drift:.2f}")
        + ("" if chance is None or moved else say("audit.freshness.chance", chance=f"{chance:.2f}")),
        say("audit.freshness.fix") if moved else "",
        value=drift,
        threshold=DRIFT,
        counts={"first": first, "last": last, "by_chance": chance},
    )


def _dated(samples: Sequence[Sample]) -> list[Sample]:
    """The labelled rows whose time can be read, oldest first."""
    times = [(time, k) for k, s in enumerate(samples) if s.labels and (time := read_time(s.time))]
    return [samples[k] for _, k in sorted(times)]


def _by_chance(before: Counter[str], after: Counter[str]) -> float:
    """What the divergence stays below in 99 of 100 draws when the same labels are dealt out at random."""
    import numpy as np

    totals = np.array([before[name] + after[name] for name in sorted({*before, *after})])
    generator, found = np.random.default_rng(0), list[float]()
    block = max(1, _NUMBERS // len(totals))
    method: Literal["count", "marginals"] = "count" if len(totals) > _RARE * totals.sum() else "marginals"
    for start in range(0, _DRAWS, block):
        count = min(block, _DRAWS - start)
        dealt = generator.multivariate_hypergeometric(totals, after.total(), count, method=method)
        found += _divergences(totals - dealt, dealt).tolist()
    return float(np.quantile(found, _SURE))


def _divergences(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """`divergence` of each pair of rows: what the middle of two shares says beyond what each of them does."""
    p, q = (counts / counts.sum(axis=1, keepdims=True) for counts in (one, other))
    return _bits((p + q) / 2) - (_bits(p) + _bits(q)) / 2


def _bits(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    found: NDArray[np.float64] = -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=1)
    return found


def divergence(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Jensen-Shannon divergence of two counts, in bits: 0 (the same shares) to 1 (nothing in common)."""
    totals = sum(one.values()), sum(other.values())
    if not all(totals):
        return 0.0
    found = 0.0
    for name in {*one, *other}:
        p, q = one.get(name, 0) / totals[0], other.get(name, 0) / totals[1]
        middle = (p + q) / 2
        found += sum(share / 2 * log2(share / middle) for share in (p, q) if share)
    return found


def _labels(samples: Sequence[Sample]) -> Counter[str]:
    return Counter(label for sample in samples for label in sample.labels or ())
