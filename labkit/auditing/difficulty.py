"""D07: easy, boundary and hard rows in a mix that teaches."""

from __future__ import annotations

from collections import Counter

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material
from labkit.curation.difficulty import Difficulty, rate_difficulty
from labkit.curation.quotas import MIX
from labkit.texts import say

OFF_BY = 0.10


def check_difficulty(material: Material) -> Finding:
    """Shares of easy, boundary and hard rows by the models that were asked, against the mix that selection aims at."""
    examples = [s.example for s in material.learnt if s.example is not None and s.labels is not None]
    committee = rate_difficulty(examples, material.runs)
    if committee.accuracy is None:
        return Finding("D07", "not examined", say("audit.difficulty.no_runs"))
    if not committee.ratings:
        said = say("audit.difficulty.weak", accuracy=f"{committee.accuracy:.2f}")
        return Finding("D07", "not examined", said, counts={"committee_accuracy": committee.accuracy})
    rated = Counter(committee.ratings.values())
    kinds: tuple[Difficulty, ...] = ("easy", "boundary", "hard")
    shares = {kind: rated[kind] / rated.total() for kind in kinds}
    off = max(kinds, key=lambda kind: abs(shares[kind] - MIX[kind]))
    distance = abs(shares[off] - MIX[off])
    words = {kind: f"{share:.0%}" for kind, share in shares.items()}
    return Finding(
        "D07",
        "ok" if distance <= OFF_BY else "warn" if material.pool else "note",
        say("audit.difficulty", **words),
        "" if distance <= OFF_BY else say("audit.difficulty.fix"),
        value=distance,
        threshold=OFF_BY,
        rows=tuple(row for row, rating in committee.ratings.items() if rating == "hard"),
        counts={"shares": shares, "committee_accuracy": committee.accuracy, "rated": rated.total()},
    )
