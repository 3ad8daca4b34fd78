"""All checks over one body of rows, and one traffic light per principle of preparing data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from labkit.auditing.agreement import check_agreement
from labkit.auditing.balance import check_balance
from labkit.auditing.contract import check_contract
from labkit.auditing.difficulty import check_difficulty
from labkit.auditing.diversity import check_diversity
from labkit.auditing.duplicates import check_conflicts, check_duplicates
from labkit.auditing.encoding import check_encoding
from labkit.auditing.exportable import check_export
from labkit.auditing.finding import Finding, Severity, finding_to_json, worst
from labkit.auditing.freshness import check_freshness
from labkit.auditing.knowledge import check_knowledge
from labkit.auditing.label_noise import check_label_noise
from labkit.auditing.leakage import check_leakage
from labkit.auditing.length import check_length
from labkit.auditing.partition import check_splits
from labkit.auditing.personal_data import check_personal_data
from labkit.auditing.provenance import check_provenance
from labkit.auditing.samples import Material
from labkit.auditing.size import check_size
from labkit.auditing.style import check_repetition, check_style

CHECKS: dict[str, Callable[[Material], Finding]] = {
    "D01": check_size,
    "D02": check_duplicates,
    "D03": check_conflicts,
    "D04": check_leakage,
    "D05": check_splits,
    "D06": check_balance,
    "D07": check_difficulty,
    "D08": check_diversity,
    "D09": check_contract,
    "D10": check_style,
    "D11": check_label_noise,
    "D12": check_agreement,
    "D13": check_knowledge,
    "D14": check_personal_data,
    "D15": check_length,
    "D16": check_repetition,
    "D17": check_encoding,
    "D18": check_freshness,
    "D19": check_provenance,
    "D20": check_export,
}
"""What is looked at, in the catalogue's order."""

PRINCIPLES: dict[str, tuple[str, ...]] = {
    "size": ("D01",),
    "difficulty": ("D07", "D11"),
    "diversity": ("D02", "D08"),
    "balance": ("D06",),
    "style": ("D09", "D10", "D16"),
    "knowledge": ("D13",),
}
"""Principle of the workflow -> the checks that speak of it; splits, leaks, privacy and origin stand for themselves."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What all checks found.

    Args:
        rows: how many rows were looked at.
        findings: one per check, in the catalogue's order.
    """

    rows: int
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether a check says that nobody should train on these rows as they are."""
        return any(finding.severity == "block" for finding in self.findings)

    def light(self, principle: str) -> Severity:
        """The worst that the checks of a principle say."""
        return worst([f for f in self.findings if f.check in PRINCIPLES[principle]])

    @property
    def lights(self) -> dict[str, Severity]:
        """Every principle with its light."""
        return {principle: self.light(principle) for principle in PRINCIPLES}

    def finding(self, check: str) -> Finding:
        """The finding of one check, such as "D04"."""
        return next(finding for finding in self.findings if finding.check == check)


def audit_material(material: Material, progress: Callable[[str], None] | None = None) -> Audit:
    """Run every check.

    Args:
        material: the rows and whatever else is known of them.
        progress: told each check, such as "D04", before it runs.
    """
    return Audit(len(material.samples), tuple(_findings(material, progress)))


def _findings(material: Material, progress: Callable[[str], None] | None) -> Iterator[Finding]:
    for name, check in CHECKS.items():
        if progress is not None:
            progress(name)
        yield check(material)


def audit_to_json(audit: Audit) -> dict[str, Any]:
    """An audit as JSON: what is to be mended, what passed, and what could not be examined and why."""
    return {
        "rows": audit.rows,
        "findings": [finding_to_json(finding) for finding in audit.findings if finding.to_mend],
        "passed": [finding_to_json(finding) for finding in audit.findings if finding.severity == "ok"],
        "not_examined": {f.check: f.reason for f in audit.findings if f.severity == "not examined"},
        "principles": audit.lights,
    }
