"""D12: do the people who labelled agree?"""

from __future__ import annotations

from labkit.auditing.finding import Finding, Severity
from labkit.auditing.samples import Material
from labkit.curation.annotator_agreement import GOOD, TENTATIVE, annotator_agreement
from labkit.texts import listed, say


def check_agreement(material: Material) -> Finding:
    """Krippendorff's alpha over rows that two or more annotated, overall and per label."""
    known = {sample.id for sample in material.samples}
    votes = [vote for vote in material.votes if vote.row in known]
    labels = material.task.labels if material.task else sorted({label for vote in votes for label in vote.labels})
    found = annotator_agreement(votes, labels)
    if found.overall.value is None:
        return Finding("D12", "not examined", say("audit.agreement.none"))
    alphas = {label: alpha.value for label, alpha in found.of_label.items()}
    poor = [label for label, alpha in alphas.items() if alpha is not None and alpha < TENTATIVE]
    severity: Severity = "ok" if found.overall.value >= GOOD and not poor else "warn" if poor else "note"
    return Finding(
        "D12",
        severity,
        say("audit.agreement", alpha=f"{found.overall.value:.2f}", rows=found.rows, poor=listed(poor) or "-"),
        say("audit.agreement.fix") if severity != "ok" else "",
        value=found.overall.value,
        threshold=TENTATIVE,
        rows=found.disputed,
        counts={"labels": alphas, "low": found.overall.low, "high": found.overall.high, "examined": found.rows},
    )
