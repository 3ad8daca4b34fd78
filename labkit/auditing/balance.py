"""D06: do some labels or subtasks drown the others?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from labkit.auditing.finding import Finding, Severity
from labkit.auditing.samples import Material, Sample
from labkit.costs.tokens import estimated_tokens
from labkit.texts import say

UNEVEN, DROWNED = 3.0, 10.0  # most frequent label : rarest
TASK_TOKENS = 2.0  # the loss is averaged over tokens, so a subtask weighs by what is to be answered, not by rows


def check_balance(material: Material) -> Finding:
    """The imbalance ratio of labels (and its mean, for several labels a row), and supervised tokens per subtask."""
    counts = Counter(label for row in material.learnt for label in row.labels or ())
    labels = material.task.labels if material.task else tuple(counts)
    if not counts or len(labels) < 2:
        return Finding("D06", "not examined", say("audit.balance.no_labels"))
    held = {label: counts[label] for label in labels}
    ratio = max(held.values()) / max(1, min(held.values()))
    tokens = _tokens_by_subtask(material)
    heavier = max(tokens.values()) / max(1.0, min(tokens.values())) if len(tokens) > 1 else 1.0
    severity = _severity(ratio, heavier, chosen=bool(material.pool))
    rarest, commonest = min(held, key=lambda k: held[k]), max(held, key=lambda k: held[k])
    return Finding(
        "D06",
        severity,
        say("audit.balance", ratio=f"{ratio:.1f}", rarest=rarest, commonest=commonest, heavier=f"{heavier:.1f}"),
        "" if severity == "ok" else say("audit.balance.fix"),
        value=ratio,
        threshold=UNEVEN,
        counts={"labels": held, "mean_ratio": _mean_ratio(held), "subtask_tokens": tokens, "token_ratio": heavier},
    )


def _severity(ratio: float, heavier: float, *, chosen: bool) -> Severity:
    """A chosen dataset must be even; a raw pool is as its world is, and selection evens it."""
    if ratio > DROWNED and chosen:
        return "block"
    return "warn" if ratio > UNEVEN or heavier > TASK_TOKENS else "ok"


def _mean_ratio(counts: Mapping[str, int]) -> float:
    """MeanIR (Charte et al. 2015): the mean over labels of the commonest label's count over theirs."""
    most = max(counts.values())
    return sum(most / max(1, count) for count in counts.values()) / len(counts)


def _tokens_by_subtask(material: Material) -> dict[str, float]:
    tokens: dict[str, float] = defaultdict(float)
    for sample in material.learnt:
        tokens[sample.subtask or ""] += estimated_tokens([_supervised(sample)])
    return dict(tokens)


def _supervised(sample: Sample) -> str:
    return sample.answer if sample.answer is not None else " ".join(sample.labels or ())
