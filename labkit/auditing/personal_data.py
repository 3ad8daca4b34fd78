"""D14: personal data and secrets, also glued to Chinese characters."""

from __future__ import annotations

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material
from labkit.privacy import survey
from labkit.privacy.kinds import SECRET
from labkit.texts import say


def check_personal_data(material: Material) -> Finding:
    """Counts by kind over questions, answers and contexts; a secret blocks, personal data is to be masked."""
    texts = [(s.id, part) for s in material.samples for part in (s.question, s.answer or "", s.context) if part]
    found = survey(texts)
    secrets = found.counts.get(SECRET, 0)
    return Finding(
        "D14",
        "block" if secrets else "warn" if found else "ok",
        say("audit.personal", total=sum(found.counts.values()), rows=len(found.ids), secrets=secrets),
        say("audit.personal.fix") if found else "",
        value=secrets,
        threshold=0,
        rows=found.ids,
        counts={"kinds": dict(found.counts), "samples": {kind: list(shown) for kind, shown in found.samples.items()}},
    )
