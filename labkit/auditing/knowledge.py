"""D13: would training teach what the base does not know, or what neither posts nor prompt say, so that it invents?"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from labkit.auditing.finding import Finding, Severity
from labkit.auditing.samples import Material, Sample
from labkit.curation.known_rows import KNOWN, KnownRows
from labkit.curation.near_duplicates import folded
from labkit.texts import listed, say

SHARE, CROWDED = 0.05, 0.5  # of all rows that may be unknown, and of a label's
FEWEST = 3  # unknown rows of a label that are worth a warning; one or two are no share of anything
# What can be checked without a model: numbers, web addresses, codes, names in capitals, and quoted words.
_FACTS = re.compile(
    r"https?://\S{1,200}|\d[\d,.:/-]{0,30}|[A-Z][A-Za-z]{1,30}(?:\s[A-Z][a-z]{1,30}){1,4}|[A-Z]{2,}[A-Z0-9-]{0,20}"
    r"|[“「『《\"]([^”」』》\"]{2,60})[”」』》\"]"
)


def check_knowledge(material: Material) -> Finding:
    """Rows that the base model does not know, where it was asked, and facts of answers that nobody gave.

    The facts stand neither in the question nor in the prompt (both after Gekhman et al. 2024).
    """
    answered = [sample for sample in material.learnt if sample.answer is not None]
    known = material.known
    if not answered and known is None:
        return Finding("D13", "not examined", say("audit.knowledge.no_answers"))
    novel = _novel(answered, _prompt_text(material))
    share = len(novel) / max(1, len(answered))
    unknown = known.rows("Unknown") if known else ()
    unknown_share = len(unknown) / len(known.ratings) if known and known.ratings else 0.0
    crowded = _crowded(material, unknown)
    severity: Severity = "note" if novel or unknown else "ok"
    return Finding(
        "D13",
        "warn" if max(share, unknown_share) > SHARE or crowded else severity,
        say("audit.style.joint").join(_said(known, answered, novel, crowded)),
        say("audit.knowledge.fix") if novel or unknown else "",
        value=unknown_share if known else share,
        threshold=SHARE,
        rows=tuple(dict.fromkeys([*unknown, *novel])),
        counts={"ungrounded": len(novel), **(_counts(known) if known else {"model": None}), "unknown_labels": crowded},
    )


def _novel(answered: Sequence[Sample], told: str) -> list[str]:
    return [sample.id for sample in answered if _has_novel_facts(sample, told)]


def _crowded(material: Material, unknown: Sequence[str]) -> list[str]:
    """Labels of which the base knows less than half: what is new as a whole does the harm (arXiv 2511.02626)."""
    if material.known is None:
        return []
    asked = {sample.id: sample for sample in material.learnt if sample.id in material.known.ratings}
    total = Counter(label for sample in asked.values() for label in sample.labels or ())
    missed = Counter(label for id in unknown if id in asked for label in asked[id].labels or ())
    return [label for label in total if missed[label] >= FEWEST and missed[label] > CROWDED * total[label]]


def _counts(known: KnownRows) -> dict[str, Any]:
    kinds = {kind: len(known.rows(kind)) for kind in KNOWN}
    asked = {"model": known.model, "asked": len(known.ratings), "prompts": known.prompts}
    return {**asked, "known": kinds, "unanswered": len(known.unanswered)}


def _said(
    known: KnownRows | None, answered: Sequence[Sample], novel: Sequence[str], crowded: Sequence[str]
) -> Iterator[str]:
    """What the model knows, or that nobody asked one; then what answers assert of their own."""
    if known:
        counts: dict[str, Any] = {kind: len(known.rows(kind)) for kind in KNOWN}
        yield say("audit.knowledge.model", model=known.model, asked=len(known.ratings), prompts=known.prompts, **counts)
        if known.unanswered:
            yield say("audit.knowledge.unanswered", rows=len(known.unanswered))
        if not known.weighed:
            yield say("audit.knowledge.unweighed")
        if crowded:
            yield say("audit.knowledge.labels", labels=listed(crowded))
    if answered:
        yield say("audit.knowledge", rows=len(novel), share=f"{len(novel) / len(answered):.1%}")
    if not known:
        yield say("audit.knowledge.no_model")


def facts(text: str) -> Iterator[str]:
    """What a text asserts and a machine can look up: numbers, addresses, codes, names in capitals, quoted words."""
    for match in _FACTS.finditer(text):
        yield folded(match.group(1) or match.group(0)).strip(".,:/- ")


def _has_novel_facts(sample: Sample, known: str) -> bool:
    source = folded(f"{sample.context}\n{sample.question}\n{known}\n{' '.join(sample.labels or ())}")
    return any(fact and fact not in source for fact in facts(_prose(sample)))


def _prose(sample: Sample) -> str:
    """What an answer says; of JSON its texts and numbers, as keys, marks and the posts' numbers are the contract's."""
    answer = sample.answer or ""
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError):
        return answer
    return "\n".join(_texts(read)) if isinstance(read, dict | list) else answer


def _texts(value: object) -> Iterator[str]:
    left = [value]  # no recursion: an answer may be nested as deeply as JSON is read
    while left:
        found = left.pop()
        if isinstance(found, dict):
            left += [inner for key, inner in found.items() if key != "post"]
        elif isinstance(found, list):
            left += found
        elif isinstance(found, str | int | float) and not isinstance(found, bool):
            yield str(found)


def _prompt_text(material: Material) -> str:
    prompt = material.prompt
    if prompt is None:
        return ""
    told = [(d.label, d.text, *d.includes, *d.excludes, *d.examples) for d in prompt.definitions]
    return "\n".join([prompt.system, prompt.input, prompt.instruction, prompt.examples, *(" ".join(t) for t in told)])
