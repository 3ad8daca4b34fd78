"""D10 and D16: do all answers look as if one person wrote them, and does none repeat or excuse itself?"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from labkit.auditing.finding import Finding, Severity
from labkit.auditing.samples import Material, Sample
from labkit.curation.subtasks import by_subtask
from labkit.texts import say

MODAL, LEAST_MODAL = 0.95, 0.90  # share of the commonest skeleton, per subtask
LONG = 3.5  # robust z of the length (Iglewicz & Hoaglin 1993)
REPEATED = 0.2  # share of an answer's 8-grams that stand in it again
_GRAM = 8
_FULL, _HALF = "，。；：！？", ",.;:!?"
_EXCUSES = re.compile(
    r"作为(?:一个|一名)?\s*(?:AI|人工智能|语言模型)|很抱歉|对不起，我|无法回答|as an? (?:AI|language model)"
    r"|I'?m sorry|I cannot (?:help|assist|answer)|I can't (?:help|assist|answer)",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def check_style(material: Material) -> Finding:
    """The share of the commonest answer skeleton in each subtask, and answers much longer or shorter than the rest."""
    answered = [sample for sample in material.learnt if sample.answer is not None]
    if not answered:
        return Finding("D10", "not examined", say("audit.style.no_answers"))
    parts = by_subtask(answered)
    shares, odd = {}, list[str]()
    for name, samples in parts.items():
        skeletons = {sample.id: skeleton(sample.answer or "") for sample in samples}
        commonest, count = Counter(skeletons.values()).most_common(1)[0]
        shares[name] = count / len(samples)
        odd += [row for row, form in skeletons.items() if form != commonest]
    lengths = [row for samples in parts.values() for row in _odd_lengths(samples)]
    least = min(shares.values())
    severity: Severity = "ok" if least >= MODAL else "warn" if least >= LEAST_MODAL else "block"
    style, followed = _house_style(material)
    found = [say("audit.style", share=f"{least:.0%}", odd=len(odd), lengths=len(lengths))]
    found += [say("audit.style.house" if followed else "audit.style.not_followed", style=style)] if style else []
    fine = not lengths and followed
    return Finding(
        "D10",
        "note" if severity == "ok" and not fine else severity,
        say("audit.style.joint").join(found),
        "" if severity == "ok" and fine else say("audit.style.fix" if material.task else "audit.style.fix_file"),
        value=least,
        threshold=MODAL,
        rows=tuple(dict.fromkeys([*odd, *lengths])),
        counts={"shares": shares, "odd_lengths": len(lengths), "style": style},
    )


def _house_style(material: Material) -> tuple[str, bool]:
    """The scene's sentence of style, and whether reasons that were written by another hand have been brought to it."""
    style = material.task.style if material.task else ""
    manifest = material.manifest or {}
    free = bool(style) and manifest.get("targets") == "rationale"
    return style, not free or (manifest.get("style") or {}).get("sentence") == style


def check_repetition(material: Material) -> Finding:
    """Answers that repeat themselves, excuse themselves as a machine, or carry emoji."""
    answered = [sample for sample in material.learnt if sample.answer is not None]
    if not answered:
        return Finding("D16", "not examined", say("audit.style.no_answers"))
    found: Mapping[str, list[str]] = {
        "repeating": [s.id for s in answered if repeated_share(s.answer or "") > REPEATED],
        "excuses": [s.id for s in answered if _EXCUSES.search(s.answer or "")],
        "emoji": [s.id for s in answered if _EMOJI.search(s.answer or "")],
    }
    rows = tuple(dict.fromkeys(row for ids in found.values() for row in ids))
    counts: dict[str, Any] = {kind: len(ids) for kind, ids in found.items()}
    return Finding(
        "D16",
        "note" if rows else "ok",
        say("audit.repetition", **counts),
        say("audit.repetition.fix") if rows else "",
        value=len(rows),
        threshold=0,
        rows=rows,
        counts=counts,
    )


def skeleton(answer: str) -> str:
    """The form of an answer without its words: JSON keys in order, else lists, headings, field names and marks."""
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError):
        return " ".join(_plain_form(answer))
    return _json_form(read)


def _json_form(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_json_form(inner)}" for key, inner in value.items()) + "}"
    return "[]" if isinstance(value, list) else type(value).__name__


def _plain_form(answer: str) -> Iterator[str]:
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    yield "lines:" + ("1" if len(lines) <= 1 else "2-5" if len(lines) <= 5 else "6+")
    yield from dict.fromkeys(kind for line in lines for kind in _line_kinds(line))
    wide, narrow = (sum(answer.count(mark) for mark in marks) for marks in (_FULL, _HALF))
    yield "marks:" + ("none" if not wide + narrow else "wide" if wide >= narrow else "narrow")
    yield "ends:" + (answer.rstrip()[-1:] if answer.rstrip()[-1:] in f"{_FULL}{_HALF}" else "open")


def _line_kinds(line: str) -> Iterator[str]:
    if re.match(r"#{1,6}\s|【", line):
        yield "heading"
    if re.match(r"[-*•]\s", line):
        yield "bullet"
    if re.match(r"\(?\d{1,3}[.)、）]", line):
        yield "number"
    if named := re.match(r"([A-Za-z_一-鿿]{1,12})[:：]", line):
        yield f"field:{named.group(1)}"


def repeated_share(answer: str) -> float:
    """Share of an answer's character 8-grams that have stood in it before."""
    packed = "".join(answer.split())
    grams = [packed[i : i + _GRAM] for i in range(len(packed) - _GRAM + 1)]
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def _odd_lengths(samples: Sequence[Sample]) -> list[str]:
    """Rows whose answer's length has a robust z beyond LONG; equal lengths have no spread to judge by."""
    lengths = {sample.id: len(sample.answer or "") for sample in samples}
    middle = median(lengths.values())
    spread = 1.4826 * median(abs(length - middle) for length in lengths.values())
    return [row for row, length in lengths.items() if spread and abs(length - middle) / spread > LONG]
