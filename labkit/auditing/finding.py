"""What one check of an audit says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["block", "warn", "note", "ok", "not examined"]
SEVERITIES: tuple[Severity, ...] = ("block", "warn", "note", "ok", "not examined")  # the worst first


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Args:
        check: D01 … D20.
        severity: "block" (do not train on it), "warn", "note", "ok", or "not examined" (the reason says why).
        reason: what was found, in the language of the interface.
        fix: what to do about it; empty where nothing is to be done.
        value: the figure that was judged; None where there is none.
        threshold: the figure it was judged by.
        rows: ids of the rows concerned, in the order of the data.
        counts: further figures, by name.
    """

    check: str
    severity: Severity
    reason: str
    fix: str = ""
    value: float | None = None
    threshold: float | None = None
    rows: tuple[str, ...] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def to_mend(self) -> bool:
        """Whether somebody should do something."""
        return self.severity in ("block", "warn", "note")


def worst(findings: list[Finding]) -> Severity:
    """The worst severity among findings; those that were not examined count only when nothing was."""
    return min((f.severity for f in findings), key=SEVERITIES.index, default="not examined")


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """A finding as JSON, its counts beside its own fields."""
    judged = {"check": finding.check, "severity": finding.severity, "value": finding.value}
    found = {"threshold": finding.threshold, **finding.counts, "rows": list(finding.rows)}
    return {**judged, **found, "reason": finding.reason, "fix": finding.fix}
