"""D19: is it known where the rows come from?"""

from __future__ import annotations

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material
from labkit.texts import say

WANTED = ("licence", "source", "annotator")
_SPELLINGS = {
    "license": "licence",
    "annotators": "annotator",
    "来源": "source",
    "许可": "licence",
    "标注人": "annotator",
}


def check_provenance(material: Material) -> Finding:
    """Whether manifest or rows name licence, source and annotator; a changed file never gets as far as here."""
    said = {_SPELLINGS.get(key.lower(), key.lower()) for key, value in (material.manifest or {}).items() if value}
    in_rows = [{_SPELLINGS.get(key.lower(), key.lower()) for key, v in s.meta.items() if v} for s in material.samples]
    missing = [name for name in WANTED if name not in said and not (in_rows and all(name in row for row in in_rows))]
    return Finding(
        "D19",
        "note" if missing else "ok",
        say("audit.provenance", missing=", ".join(say(f"audit.{name}") for name in missing) or "-"),
        say("audit.provenance.fix") if missing else "",
        value=len(missing),
        threshold=0,
        counts={"missing": missing},
    )
