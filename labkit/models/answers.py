"""The answer object as models that need no language model write it, in the order its contract asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.prompts import RenderedPrompt
from labkit.prompts.escaping import ITEM_WORDS, escape_index
from labkit.records import Reply

WORDS_SHOWN = 3  # words named in a rationale, per label
_QUOTED = {
    "zh": ("“{}”", "", "；", "。"),
    "en": ('"{}"', ", ", "; ", "."),
}  # a word, between words, between labels, end


@dataclass(frozen=True, slots=True)
class RationaleWording:
    """How a model words its reasons in one language.

    Args:
        sentence: with {label} and {words}.
        nothing: when no label is chosen.
        scattered: stands for the words when no single one is worth naming.
    """

    sentence: str
    nothing: str
    scattered: str


def write_rationale(language: str, found: Mapping[str, Sequence[str]], wording: RationaleWording) -> str:
    """One sentence over the chosen labels.

    Args:
        language: "zh" or "en".
        found: chosen label -> the words that spoke for it, weightiest first.
        wording: the model's own phrases.
    """
    quoted, comma, semicolon, stop = _QUOTED[language]
    parts = []
    for label, words in found.items():
        named = comma.join(quoted.format(word) for word in list(dict.fromkeys(words))[:WORDS_SHOWN])
        parts.append(wording.sentence.format(label=label, words=named or wording.scattered))
    return (semicolon.join(parts) or wording.nothing) + stop


def write_answer(
    prompt: RenderedPrompt, labels: Sequence[str], rationale: str, quotes: Iterable[tuple[int, str]]
) -> str:
    """The text of one answer.

    Args:
        prompt: what was read in the messages; gives the key order and the order of the labels.
        labels: the chosen labels, the one that decided first.
        rationale: why, in the prompt's language.
        quotes: (post's index from 1, words of that post); repetitions are dropped, index patterns escaped as shown.

    Returns:
        JSON text: rationale, evidence and definition before or after the labels, or the labels alone.
    """
    answer: dict[str, Any] = {"labels": sorted(labels, key=list(prompt.definitions).index)}
    if prompt.rationale == "none":
        return json.dumps(answer, ensure_ascii=False)
    reasons: dict[str, Any] = {
        "rationale": rationale,
        "evidence": [{"post": k, "quote": escape_index(q, ITEM_WORDS[0])} for k, q in dict.fromkeys(quotes)],
        "definition": labels[0] if labels else "",
    }
    ordered = reasons | answer if prompt.rationale == "before" else answer | dict(reversed(reasons.items()))
    return json.dumps(ordered, ensure_ascii=False)


def reply_of(text: str, latency_s: float, probabilities: Mapping[str, float] | None = None) -> Reply:
    """An in-process model's answer as a reply."""
    return Reply(text, text.encode(), latency_s=latency_s, probabilities=probabilities)
