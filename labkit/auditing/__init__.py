"""Is a body of rows worth training on? Every check of the catalogue, on scenes, datasets and plain training data."""

from labkit.auditing.audit import CHECKS, PRINCIPLES, Audit, audit_material, audit_to_json
from labkit.auditing.finding import Finding, finding_to_json
from labkit.auditing.samples import Material, Sample, sample_of

__all__ = [
    "CHECKS",
    "PRINCIPLES",
    "Audit",
    "Finding",
    "Material",
    "Sample",
    "audit_material",
    "audit_to_json",
    "finding_to_json",
    "sample_of",
]
