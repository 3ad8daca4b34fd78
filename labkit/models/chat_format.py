"""Messages as a local model reads them; the same for training and for answering."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from labkit.prompts import read_rendered
from labkit.records import Message, Request

TEMPLATE_OPTIONS = {"enable_thinking": False}  # hybrid models answer at once; other templates ignore it
_LONG_ANSWER = 512  # tokens: a rationale of two sentences, some quotes and the labels
_UNKNOWN_LABELS = 64  # tokens for an answer whose labels cannot be read from the prompt
_FRAME = 12  # tokens around the labels


def chat_messages(messages: Sequence[Message], tokenizer: Any) -> list[dict[str, str]]:
    """Messages for `apply_chat_template`, with the tokenizer's control words in them made harmless.

    Args:
        messages: rendered messages; a post in them may hold text such as `<|im_end|>`.
        tokenizer: a transformers tokenizer.

    Returns:
        One {"role", "content"} a message; no text of an author can end its turn or begin another.
    """
    control = _control_words(tokenizer)
    return [{"role": m.role, "content": control.sub(_break_up, m.content)} for m in messages]


def answer_budget(request: Request, tokenizer: Any) -> int:
    """How many tokens an answer may take: few when only labels are asked for, 512 with a rationale.

    Args:
        request: a rendered prompt; its contract says what is asked for.
        tokenizer: counts the tokens of the labels.
    """
    asked = read_rendered(request.messages)
    if asked.rationale != "none":
        return _LONG_ANSWER
    if not asked.definitions:
        return _UNKNOWN_LABELS
    labels = list(asked.definitions)
    longest = labels if asked.several else [max(labels, key=len)]
    return min(_LONG_ANSWER, _FRAME + len(tokenizer.encode(json.dumps(longest, ensure_ascii=False))))


def _control_words(tokenizer: Any) -> re.Pattern[str]:
    words = sorted(set(tokenizer.get_added_vocab()) | set(tokenizer.all_special_tokens), key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in words) or r"(?!)")


def _break_up(found: re.Match[str]) -> str:
    """The word with a space after its first character: readable, but no longer one token."""
    word = found.group()
    return f"{word[0]} {word[1:]}"
