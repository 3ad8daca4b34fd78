"""D18: how old are the rows, and have the labels' shares moved meanwhile?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log2

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.texts import say

DRIFT = 0.1  # Jensen-Shannon divergence, bits
_LATE = 0.8  # the newest fifth against the rest
_LEAST = 20


def check_freshness(material: Material) -> Finding:
    """The span of time, and the Jensen-Shannon divergence of label shares between the newest fifth and the rest."""
    dated = sorted((s for s in material.samples if s.time and s.labels), key=lambda s: s.time or "")
    if len(dated) < _LEAST:
        return Finding("D18", "not examined", say("audit.freshness.no_time", least=_LEAST))
    cut = int(_LATE * len(dated))
    drift = divergence(_labels(dated[:cut]), _labels(dated[cut:]))
    first, last = dated[0].time, dated[-1].time
    return Finding(
        "D18",
        "warn" if drift > DRIFT else "ok",
        say("audit.freshness", first=first, last=last, drift=f"{drift:.2f}"),
        say("audit.freshness.fix") if drift > DRIFT else "",
        value=drift,
        threshold=DRIFT,
        counts={"first": first, "last": last},
    )


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
