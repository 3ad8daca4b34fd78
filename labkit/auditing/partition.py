"""D05: are the splits apart, alike in their labels, and is the test split large enough to judge by?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.texts import listed, say

DEVIATION, TEST_ROWS, TEST_LABEL_ROWS = 0.05, 200, 10
_JUDGED = ("pool", "dev", "test")


def check_splits(material: Material) -> Finding:
    """Groups (authors, threads) that stand in several splits, label shares that differ, and a thin test split."""
    parts = {split: rows for split in _JUDGED if (rows := material.of_split(split))}
    if "test" not in parts or len(parts) < 2:
        return Finding("D05", "not examined", say("audit.splits.one"))
    torn = _torn_groups(material.samples)
    deviation, label = _largest_deviation(parts["pool"] if "pool" in parts else parts["dev"], parts["test"])
    thin = _thin_labels(parts["test"], material)
    small = len(parts["test"]) < TEST_ROWS or bool(thin)
    warn = deviation > DEVIATION or small
    return Finding(
        "D05",
        "block" if torn else "warn" if warn else "ok",
        _said(len(torn), deviation, label, len(parts["test"]), thin),
        say("audit.splits.fix", rows=TEST_ROWS, each=TEST_LABEL_ROWS) if torn or warn else "",
        value=len(torn),
        threshold=0,
        rows=tuple(row for group in torn for row in group),
        counts={"deviation": deviation, "deviating_label": label, "test": len(parts["test"]), "thin_labels": thin},
    )


def _said(torn: int, deviation: float, label: str | None, test: int, thin: Sequence[str]) -> str:
    """What was found; of test rows and labels only what is too few."""
    said = say("audit.splits", torn=torn, deviation=f"{deviation:.1%}", label=label or "-", test=test)
    if test < TEST_ROWS:
        said += say("audit.splits.few", least=TEST_ROWS)
    return said + (say("audit.splits.thin", least=TEST_LABEL_ROWS, thin=listed(thin)) if thin else "")


def _torn_groups(samples: Sequence[Sample]) -> list[tuple[str, ...]]:
    members: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.group is not None and sample.split in _JUDGED:
            members[sample.group].append(sample)
    return [tuple(s.id for s in group) for group in members.values() if len({s.split for s in group}) > 1]


def _largest_deviation(learnt: Sequence[Sample], test: Sequence[Sample]) -> tuple[float, str | None]:
    """The label whose share of rows differs most between what is learnt and what judges, and by how much."""
    before, after = _shares(learnt), _shares(test)
    apart = {label: abs(before.get(label, 0.0) - after.get(label, 0.0)) for label in (*before, *after)}
    if not before or not after:
        return 0.0, None
    label = max(apart, key=lambda name: apart[name])
    return apart[label], label


def _shares(samples: Sequence[Sample]) -> dict[str, float]:
    labelled = [sample for sample in samples if sample.labels is not None]
    counts = Counter(label for sample in labelled for label in sample.labels or ())
    return {label: count / len(labelled) for label, count in counts.items()}


def _thin_labels(test: Sequence[Sample], material: Material) -> list[str]:
    counts = Counter(label for sample in test for label in sample.labels or ())
    known = material.task.labels if material.task else tuple(counts)
    return [label for label in known if counts[label] < TEST_LABEL_ROWS]
