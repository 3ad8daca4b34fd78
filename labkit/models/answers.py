"""The answer object as models that need no language model write it, in the order its contract asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from labkit.prompts import RenderedPrompt
from labkit.prompts.escaping import ITEM_WORDS, escape_index
from labkit.records import Reply


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


def reply_of(text: str, latency_s: float) -> Reply:
    """An in-process model's answer as a reply."""
    return Reply(text, text.encode(), latency_s=latency_s)
