"""D02 and D03: rows that say the same, and rows that say the same and are answered differently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.curation.near_duplicates import folded
from labkit.texts import say

ALIKE_SHARE = 0.02


def check_duplicates(material: Material) -> Finding:
    """Rows beyond the first of each group of copies: exact, near (Jaccard from 0.8), alike (from 0.5).

    Of a chosen dataset its own rows alone: what dev and test rows repeat is no matter of the choice.
    """
    own = replace(material, samples=material.learnt) if material.pool else material
    samples = own.samples
    exact = _beyond_the_first(samples, _equal(samples))
    copies = _beyond_the_first(samples, own.copies)
    alike = _beyond_the_first(samples, own.alike)
    share = len(alike) / len(samples) if samples else 0.0
    groups = [own.copies[sample.id] for sample in samples]
    found: dict[str, Any] = {"exact": len(exact), "near": len(copies) - len(exact), "alike": len(alike) - len(copies)}
    bad = bool(copies) or share > ALIKE_SHARE
    return Finding(
        "D02",
        "warn" if bad else "note" if alike else "ok",
        say("audit.duplicates", **found, rows=len(samples))
        + ("" if material.pool else ". " + say("repetition.pool", **material.repetition.counts)),
        say("audit.duplicates.fix") if alike else "",
        value=len(copies),
        threshold=0,
        rows=tuple(dict.fromkeys([*copies, *alike])),
        counts={
            **found,
            "groups": len({material.copies[row] for row in copies}),
            "repetition": {} if material.pool else material.repetition.counts,
            "largest_group": max(Counter(groups).values(), default=0),
            "group_sizes": _group_sizes(groups),
        },
    )


def check_conflicts(material: Material) -> Finding:
    """Groups of copies whose rows have different labels, or different answers where there are no labels.

    Equal texts block where a row of theirs is learnt; among dev and test rows alone they make scores uncertain.
    """
    exact = _conflicting(material.samples, _equal(material.samples))
    groups = _conflicting(material.samples, material.copies)
    near = [members for members in groups if not any(set(ids) <= set(members) for ids in exact)]
    rows = {row for members in (*exact, *near) for row in members}
    learnt = {sample.id for sample in material.learnt}
    held = sum(learnt.isdisjoint(members) for members in exact)
    return Finding(
        "D03",
        "block" if len(exact) > held else "warn" if rows else "ok",
        say("audit.conflicts", exact=len(exact), near=len(near), rows=len(rows))
        + (say("audit.conflicts.held", groups=held) if held else ""),
        say("audit.conflicts.fix") if rows else "",
        value=len(exact) - held,
        threshold=0,
        rows=tuple(s.id for s in material.samples if s.id in rows),
        counts={
            "exact": len(exact),
            "near": len(near),
            "held": held,
            "groups": [list(members) for members in (*exact, *near)],
        },
    )


def _equal(samples: Sequence[Sample]) -> dict[str, str]:
    """Row -> what rows share that ask the same in every word: question, subtask and all that stands around it."""
    return {s.id: "\x1f".join((s.subtask or "", folded(s.question), folded(s.context))) for s in samples}


def _beyond_the_first(samples: Sequence[Sample], group_of: Mapping[str, str]) -> list[str]:
    """The rows whose group has come before."""
    seen: set[str] = set()
    found = []
    for sample in samples:
        group = group_of[sample.id]
        if group in seen:
            found.append(sample.id)
        seen.add(group)
    return found


def _group_sizes(names: Iterable[str]) -> dict[int, int]:
    """Rows of a group -> groups of so many rows, from two on."""
    sizes = Counter(size for size in Counter(names).values() if size > 1)
    return dict(sorted(sizes.items()))


def _conflicting(samples: Sequence[Sample], group_of: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The groups whose rows have more than one outcome; rows without any say nothing."""
    members: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.outcome is not None:
            members[group_of[sample.id]].append(sample)
    return [tuple(s.id for s in group) for group in members.values() if len({s.outcome for s in group}) > 1]
