"""D19: is it known where the rows come from?"""

from __future__ import annotations

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material
from labkit.texts import listed, say

WANTED = ("licence", "source", "annotator")
_SPELLINGS = {
    "license": "licence",
    "annotators": "annotator",
    "来源": "source",
    "许可": "licence",
    "标注人": "annotator",
}


def check_provenance(material: Material) -> Finding:
    """Whether manifest or rows name licence, source and annotator, and a teacher's terms allow what is done with it.

    A changed file never gets as far as here.
    """
    said = {_SPELLINGS.get(key.lower(), key.lower()) for key, value in (material.manifest or {}).items() if value}
    in_rows = [{_SPELLINGS.get(key.lower(), key.lower()) for key, v in s.meta.items() if v} for s in material.samples]
    teacher = (material.manifest or {}).get("teacher") or {}
    unclear = bool(teacher) and teacher.get("training") != "allowed"
    missing = [name for name in WANTED if name not in said and not (in_rows and all(name in row for row in in_rows))]
    reason = say("audit.provenance", missing=listed(say(f"audit.{name}") for name in missing) or "-")
    if teacher:
        reason += say("audit.provenance.teacher", model=teacher.get("model"), training=teacher.get("training"))
    fix = [say("audit.provenance.fix")] * bool(missing) + [say("audit.provenance.terms")] * unclear
    return Finding(
        "D19",
        "warn" if unclear else "note" if missing else "ok",
        reason,
        "; ".join(fix),
        value=len(missing),
        threshold=0,
        counts={"missing": missing, **({"teacher": dict(teacher)} if teacher else {})},
    )
