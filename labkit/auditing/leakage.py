"""D04: do rows that judge the model stand, in other words, among those it learns from or is shown?"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.curation.leaks import KINDS, SERIOUS, Leaks, find_leaks
from labkit.texts import say


def check_leakage(material: Material) -> Finding:
    """Test rows against every other row and the prompt's few-shot examples; dev rows against what is learnt."""
    test, dev = material.of_split("test"), material.of_split("dev")
    if not test and not dev:
        return Finding("D04", "not examined", say("audit.leakage.no_test"))
    rest = [*dev, *material.teaching]
    leaks = _leaks(rest, test)
    into_dev = _leaks(material.teaching, dev)
    waiting = _waiting(material)
    shown = find_leaks(_few_shots(material), [s.question for s in (*test, *dev)])
    exact, serious = leaks.held("exact"), leaks.held(*SERIOUS)
    review, lost = leaks.held("review") - serious, into_dev.held(*SERIOUS)
    blocked = bool(serious or shown.held(*SERIOUS))
    counts: dict[str, Any] = {"exact": len(exact), "near": len(serious - exact), "review": len(review)}
    counts["dev"] = len(lost)
    return Finding(
        "D04",
        "block" if blocked else "warn" if lost else "note" if review else "ok",
        say("audit.leakage", **counts, shown=len(shown.held(*KINDS)))
        + (say("audit.leakage.unlabelled", rows=len(waiting)) if waiting else "")
        + ("" if leaks.complete and into_dev.complete else say("audit.leakage.incomplete")),
        say("audit.leakage.fix") if blocked or lost or review else "",
        value=len(serious),
        threshold=0,
        rows=_ids(rest, leaks.learnt(*SERIOUS)),
        counts={
            **counts,
            "complete": leaks.complete and into_dev.complete,
            "few_shots": len(shown.held(*KINDS)),
            "test_rows": list(_ids(test, serious)),
            "review_rows": list(_ids(test, review)),
            "unlabelled_rows": waiting,
        },
    )


def _leaks(learnt: Sequence[Sample], held: Sequence[Sample]) -> Leaks:
    sides = learnt, held
    whole, bare = ([[of(s) for s in side] for side in sides] for of in (attrgetter("question"), attrgetter("compared")))
    return find_leaks(whole[0], whole[1], bare=bare if bare != whole else None)


def _waiting(material: Material) -> list[str]:
    """Rows without labels that would give away held ones: nothing learns from them, and selection will refuse them."""
    taught = {sample.id for sample in material.teaching}
    return [sample.id for sample in material.learnt if sample.id in material.leaking and sample.id not in taught]


def _few_shots(material: Material) -> list[str]:
    """The few-shot examples and the examples of definitions: each a text that every request shows."""
    if material.prompt is None:
        return []
    shown = [line.strip() for line in material.prompt.examples.splitlines() if line.strip()]
    return shown + [quote for definition in material.prompt.definitions for quote in definition.examples]


def _ids(samples: Sequence[Sample], positions: set[int]) -> tuple[str, ...]:
    return tuple(samples[k].id for k in sorted(positions))
