"""D13: does an answer assert what neither the posts nor the prompt say, so that the model learns to invent?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.curation.near_duplicates import folded
from labkit.texts import say

SHARE = 0.05
# What can be checked without a model: numbers, web addresses, codes, names in capitals, and quoted words.
_FACTS = re.compile(
    r"https?://\S{1,200}|\d[\d,.:/-]{0,30}|[A-Z][A-Za-z]{1,30}(?:\s[A-Z][a-z]{1,30}){1,4}|[A-Z]{2,}[A-Z0-9-]{0,20}"
    r"|[“「『《\"]([^”」』》\"]{2,60})[”」』》\"]"
)


def check_knowledge(material: Material) -> Finding:
    """Facts of answers that stand neither in the question nor in the prompt (after Gekhman et al. 2024)."""
    answered = [sample for sample in material.learnt if sample.answer is not None]
    if not answered:
        return Finding("D13", "not examined", say("audit.knowledge.no_answers"))
    known = _prompt_text(material)
    novel = [sample.id for sample in answered if _has_novel_facts(sample, known)]
    share = len(novel) / len(answered)
    return Finding(
        "D13",
        "warn" if share > SHARE else "note" if novel else "ok",
        say("audit.knowledge", rows=len(novel), share=f"{share:.1%}"),
        say("audit.knowledge.fix") if novel else "",
        value=share,
        threshold=SHARE,
        rows=tuple(novel),
    )


def facts(text: str) -> Iterator[str]:
    """What a text asserts and a machine can look up: numbers, addresses, codes, names in capitals, quoted words."""
    for match in _FACTS.finditer(text):
        yield folded(match.group(1) or match.group(0)).strip(".,:/- ")


def _has_novel_facts(sample: Sample, known: str) -> bool:
    source = folded(f"{sample.context}\n{sample.question}\n{known}\n{' '.join(sample.labels or ())}")
    return any(fact and fact not in source for fact in facts(_prose(sample)))


def _prose(sample: Sample) -> str:
    """The answer without the names of its JSON fields, which are the contract's, not its own."""
    return re.sub(r'"[A-Za-z_]{1,40}"\s*:', " ", sample.answer or "")


def _prompt_text(material: Material) -> str:
    prompt = material.prompt
    if prompt is None:
        return ""
    told = [(d.label, d.text, *d.includes, *d.excludes, *d.examples) for d in prompt.definitions]
    return "\n".join([prompt.system, prompt.input, prompt.instruction, prompt.examples, *(" ".join(t) for t in told)])
