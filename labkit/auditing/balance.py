"""D06: do some labels or subtasks drown the others?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from labkit.auditing.finding import Finding, Severity
from labkit.auditing.samples import Material, Sample, by_subtask
from labkit.costs.tokens import estimated_tokens
from labkit.texts import say

UNEVEN, DROWNED = 3.0, 10.0  # most frequent label : rarest
TASK_TOKENS = 2.0  # the loss is averaged over tokens, so a subtask weighs by what is to be answered, not by rows


def check_balance(material: Material) -> Finding:
    """The imbalance ratio of labels (and its mean, for several labels a row), and supervised tokens per subtask."""
    held = _least_even(material)
    tokens = _tokens_by_subtask(material)
    if not held and len(tokens) < 2:
        return Finding("D06", "not examined", say("audit.balance.no_labels"))
    ratio = _ratio(held) if held else 1.0
    heavier = max(tokens.values()) / max(1.0, min(tokens.values())) if len(tokens) > 1 else 1.0
    severity = _severity(ratio, heavier, chosen=bool(material.pool))
    return Finding(
        "D06",
        severity,
        say("audit.balance.joint").join(_said(held, tokens)),
        "" if severity == "ok" else say("audit.balance.fix"),
        value=ratio,
        threshold=UNEVEN,
        counts={"labels": held, "mean_ratio": _mean_ratio(held), "subtask_tokens": tokens, "token_ratio": heavier},
    )


def _least_even(material: Material) -> dict[str, int]:
    """Label -> rows, of the subtask whose labels are the least even; {} where no subtask has two labels."""
    task = material.task
    found = []
    for subtask, rows in by_subtask(material.learnt).items():
        counts = Counter(label for row in rows for label in row.labels or ())
        labels = task.labels_of(subtask or None) if task else tuple(counts)
        if counts and len(labels) > 1:
            found.append({label: counts[label] for label in labels})
    return max(found, key=_ratio, default={})


def _ratio(held: Mapping[str, int]) -> float:
    return max(held.values()) / max(1, min(held.values()))


def _said(held: Mapping[str, int], tokens: Mapping[str, float]) -> Iterator[str]:
    if held:
        rarest, commonest = min(held, key=lambda k: held[k]), max(held, key=lambda k: held[k])
        absent = [label for label, rows in held.items() if not rows]
        ratio = f"{_ratio(held):.1f}"
        if absent:
            yield say("audit.balance.absent", labels=", ".join(absent), commonest=commonest, rows=held[commonest])
        elif held[commonest] == held[rarest]:
            yield say("audit.balance.even", labels=len(held), rows=held[rarest])
        else:
            yield say("audit.balance", ratio=ratio, rarest=rarest, commonest=commonest)
    if len(tokens) > 1:
        light, heavy = min(tokens, key=lambda k: tokens[k]), max(tokens, key=lambda k: tokens[k])
        heavier = f"{tokens[heavy] / max(1.0, tokens[light]):.1f}"
        if heavier == "1.0":
            yield say("audit.balance.tokens.even", subtasks=len(tokens))
        else:
            yield say("audit.balance.tokens", heavy=heavy or "-", light=light or "-", heavier=heavier)


def _severity(ratio: float, heavier: float, *, chosen: bool) -> Severity:
    """A chosen dataset must be even; a raw pool is as its world is, and selection evens it."""
    if ratio > DROWNED and chosen:
        return "block"
    return "warn" if ratio > UNEVEN or heavier > TASK_TOKENS else "ok"


def _mean_ratio(counts: Mapping[str, int]) -> float:
    """MeanIR (Charte et al. 2015): the mean over labels of the commonest label's count over theirs."""
    most = max(counts.values(), default=0)
    return sum(most / max(1, count) for count in counts.values()) / max(1, len(counts))


def _tokens_by_subtask(material: Material) -> dict[str, float]:
    parts = by_subtask(material.learnt)
    return {name: float(sum(estimated_tokens([_supervised(s)]) for s in rows)) for name, rows in parts.items()}


def _supervised(sample: Sample) -> str:
    return sample.answer if sample.answer is not None else " ".join(sample.labels or ())
