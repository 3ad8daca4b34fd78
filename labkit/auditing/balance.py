"""D06: do some labels or subtasks drown the others?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from labkit.auditing.finding import Finding, Severity
from labkit.auditing.samples import Material, Sample
from labkit.auditing.size import LABEL_FEW
from labkit.costs.tokens import estimated_tokens
from labkit.curation.subtasks import by_subtask
from labkit.records import Task
from labkit.texts import listed, say

UNEVEN, DROWNED = 3.0, 10.0  # most frequent label : rarest
TASK_TOKENS = 2.0  # the loss is averaged over tokens, so a subtask weighs by what is to be answered, not by rows


def check_balance(material: Material) -> Finding:
    """The imbalance ratio of labels (and its mean, for several labels a row), and supervised tokens per subtask.

    Labels are compared within their subtask, and the least even one counts.
    """
    parts = _parts(material.learnt)
    subtask, held = _least_even(parts, material.task, len(material.learnt))
    tokens = {name: float(sum(estimated_tokens([_supervised(s)]) for s in rows)) for name, rows in parts.items()}
    if not held and len(tokens) < 2:
        return Finding("D06", "not examined", say("audit.balance.no_labels"))
    ratio = _ratio(held) if held else 1.0
    heavier = max(tokens.values()) / max(1.0, min(tokens.values())) if len(tokens) > 1 else 1.0
    severity = _severity(ratio, heavier, chosen=bool(material.pool))
    where = say("audit.balance.subtask", subtask=subtask) if held and subtask else ""
    return Finding(
        "D06",
        severity,
        where + say("audit.balance.joint").join(_said(held, tokens)),
        "" if severity == "ok" else say("audit.balance.fix"),
        value=ratio,
        threshold=UNEVEN,
        counts={
            "labels": _rows_of_labels(material.learnt, material.task.labels if material.task else None),
            "subtask": subtask or None,
            "mean_ratio": _mean_ratio(held),
            "subtask_tokens": tokens,
            "token_ratio": heavier,
        },
    )


def _parts(samples: Sequence[Sample]) -> dict[str, list[Sample]]:
    """The rows of every subtask; where there are subtasks, rows of none are no part to compare."""
    parts = by_subtask(samples)
    return {name: rows for name, rows in parts.items() if name or len(parts) == 1}


def _least_even(
    parts: Mapping[str, Sequence[Sample]], task: Task | None, everything: int
) -> tuple[str, dict[str, int]]:
    """The subtask whose labels are the least even, with label -> rows; "" and {} where none can be judged.

    Parts of everything with too few rows for their labels are uneven by chance; that they are few is said by D01.
    """
    found = {}
    for subtask, rows in parts.items():
        counts = _rows_of_labels(rows, task.labels_of(subtask or None) if task else None)
        enough = len(rows) == everything or sum(counts.values()) >= LABEL_FEW * len(counts)
        if len(counts) > 1 and any(counts.values()) and enough:
            found[subtask] = counts
    return max(found.items(), key=lambda part: _ratio(part[1]), default=("", {}))


def _rows_of_labels(samples: Sequence[Sample], labels: Sequence[str] | None) -> dict[str, int]:
    """Label -> rows, of the labels of a task; where there is none, of those that occur."""
    counts = Counter(label for sample in samples for label in sample.labels or ())
    return {label: counts[label] for label in (counts if labels is None else labels)}


def _ratio(held: Mapping[str, int]) -> float:
    return max(held.values()) / max(1, min(held.values()))


def _said(held: Mapping[str, int], tokens: Mapping[str, float]) -> Iterator[str]:
    if held:
        rarest, commonest = min(held, key=lambda k: held[k]), max(held, key=lambda k: held[k])
        absent = [label for label, rows in held.items() if not rows]
        ratio = f"{_ratio(held):.1f}"
        if absent:
            yield say("audit.balance.absent", labels=listed(absent), commonest=commonest, rows=held[commonest])
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


def _supervised(sample: Sample) -> str:
    return sample.answer if sample.answer is not None else " ".join(sample.labels or ())
