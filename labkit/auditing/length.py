"""D15: would a row be cut off in training?"""

from __future__ import annotations

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.costs.tokens import estimated_tokens
from labkit.prompts import render
from labkit.texts import say


def check_length(material: Material) -> Finding:
    """Rows whose prompt and answer together exceed the length of training; the tokens are estimated, and said so."""
    if material.max_tokens is None:
        return Finding("D15", "not examined", say("audit.length.no_limit"))
    long = [sample.id for sample in material.learnt if _tokens(sample, material) > material.max_tokens]
    share = len(long) / max(1, len(material.learnt))
    return Finding(
        "D15",
        "block" if long else "ok",
        say("audit.length", rows=len(long), limit=material.max_tokens),
        say("audit.length.fix") if long else "",
        value=share,
        threshold=0,
        rows=tuple(long),
    )


def _tokens(sample: Sample, material: Material) -> float:
    if sample.example is not None and material.prompt is not None and material.task is not None:
        asked = [m.content for m in render(material.prompt, material.task, sample.example).messages]
    else:
        asked = [sample.context, sample.question]
    return estimated_tokens([*asked, sample.answer or " ".join(sample.labels or ())])
