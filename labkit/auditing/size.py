"""D01: are there enough rows, and not more than training profits from?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from labkit.auditing.finding import Finding, Severity
from labkit.auditing.samples import Material
from labkit.texts import listed, say

# LIMA (2023) reached its best with 1,000 rows; s1 (2025) with 1,000 chosen of 59,000.
MOST, FEW, TOO_FEW = 1_000, 50, 10
LABEL_FEW, LABEL_TOO_FEW = 20, 5


def check_size(material: Material) -> Finding:
    """Rows per subtask and per label of what teaches something; a raw pool may be as large as it likes."""
    rows, unlabelled = material.teaching, sum(row.outcome is None for row in material.learnt)
    of_label = Counter(label for row in rows for label in row.labels or ())
    labels = {label: of_label[label] for label in (material.task.labels if material.task else of_label)}
    largest = max(Counter(row.subtask for row in rows).values(), default=0)
    rarest = min(labels.values(), default=None)
    severity = _severity(len(rows), rarest, chosen=bool(material.pool), largest=largest)
    thin = [label for label, count in labels.items() if count < LABEL_FEW]
    return Finding(
        "D01",
        severity,
        _said(len(rows), thin, len(material.learnt) - len(rows)) + _read(material),
        "" if severity == "ok" else say("audit.size.fix", most=MOST),
        value=len(rows),
        threshold=MOST if largest > MOST else FEW,
        counts={
            "labels": labels,
            "largest_subtask": largest,
            "unlabelled": unlabelled,
            "left_out": material.left_out,
            "repeated_ids": material.repeated_ids,
        },
    )


def _said(rows: int, thin: Sequence[str], unlabelled: int) -> str:
    said = say("audit.size", rows=rows)
    if thin:
        said += say("audit.size.thin", least=LABEL_FEW, thin=listed(thin))
    return said + (say("audit.size.unlabelled", rows=unlabelled) if unlabelled else "")


def _read(material: Material) -> str:
    """What became of rows of a file that are not as they stood in it."""
    left_out, repeated = material.left_out, material.repeated_ids
    said = say("audit.size.left_out", rows=left_out) if left_out else ""
    return said + (say("audit.size.repeated_ids", rows=repeated) if repeated else "")


def _severity(rows: int, rarest: int | None, *, chosen: bool, largest: int) -> Severity:
    if rows < TOO_FEW or (rarest is not None and rarest < LABEL_TOO_FEW):
        return "block"
    if rows < FEW or (rarest is not None and rarest < LABEL_FEW) or (chosen and largest > MOST):
        return "warn"
    return "note" if largest > MOST else "ok"
