"""Messages as a local model reads them; the same for training and for answering."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from labkit.errors import ModelRefused
from labkit.prompts import read_rendered
from labkit.records import Message, Request

TEMPLATE_OPTIONS = {"enable_thinking": False}  # hybrid models answer at once; other templates ignore it
LONGEST_ANSWER = 512  # tokens: a rationale of two sentences, some quotes and the labels
_UNKNOWN_LABELS = 64  # tokens for an answer whose labels cannot be read from the prompt
_FRAME = 12  # tokens around the labels
_THINK, _THOUGHT = "<think>", "</think>"


def chat_messages(messages: Sequence[Message], tokenizer: Any) -> list[dict[str, str]]:
    """Messages for `apply_chat_template`, with the tokenizer's control words in them made harmless.

    Args:
        messages: rendered messages; a post in them may hold text such as `<|im_end|>`.
        tokenizer: a transformers tokenizer.

    Returns:
        One {"role", "content"} a message; no text of an author can end its turn or begin another. Where the chat
        template refuses a system message or leaves it out, it opens the user's first message.

    Raises:
        ModelRefused: the template takes no messages at all.
    """
    control = _control_words(tokenizer)
    found = [{"role": m.role, "content": control.sub(_break_up, m.content)} for m in messages]
    if len(found) > 1 and found[0]["role"] == "system" and not _takes_system(tokenizer):
        return _without_system(found)
    return found


def render_chat(messages: Sequence[dict[str, str]], tokenizer: Any) -> str:
    """What the model reads, up to where its answer begins.

    Args:
        messages: from `chat_messages`.
        tokenizer: a transformers tokenizer.

    Returns:
        The text; a line of thought that the template opens is closed again, since a classifier answers at once.

    Raises:
        ModelRefused: the template cannot render them.
    """
    from jinja2 import TemplateError

    try:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, **TEMPLATE_OPTIONS)
    except (TemplateError, TypeError, ValueError, KeyError, AttributeError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ModelRefused.told("error.local.template_fails", reason=reason) from error
    _, opened, thought = str(text).rpartition(_THINK)
    return f"{str(text).rstrip()}\n\n{_THOUGHT}\n\n" if opened and not thought.strip() else str(text)


def answer_budget(request: Request, tokenizer: Any) -> int:
    """How many tokens an answer may take: few when only labels are asked for, 512 with a rationale.

    Args:
        request: a rendered prompt; its contract says what is asked for.
        tokenizer: counts the tokens of the labels.
    """
    asked = read_rendered(request.messages)
    if asked.rationale != "none":
        return LONGEST_ANSWER
    if not asked.definitions:
        return _UNKNOWN_LABELS
    labels = list(asked.definitions)
    longest = labels if asked.several else [max(labels, key=len)]
    return min(LONGEST_ANSWER, _FRAME + len(tokenizer.encode(json.dumps(longest, ensure_ascii=False))))


def _control_words(tokenizer: Any) -> re.Pattern[str]:
    words = sorted(set(tokenizer.get_added_vocab()) | set(tokenizer.all_special_tokens), key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in words) or r"(?!)")


def _break_up(found: re.Match[str]) -> str:
    """The word with a space after its first character: readable, but no longer one token."""
    word = found.group()
    return f"{word[0]} {word[1:]}"


def _takes_system(tokenizer: Any) -> bool:
    """Whether a system message arrives; some templates raise at one, others leave it out without a word."""
    probe = [{"role": "system", "content": "labkit-rules"}, {"role": "user", "content": "labkit-posts"}]
    try:
        text = render_chat(probe, tokenizer)
    except ModelRefused:
        text = ""
    if all(message["content"] in text for message in probe):
        return True
    merged = _without_system(probe)
    if merged[0]["content"] not in render_chat(merged, tokenizer):
        raise ModelRefused.told("error.local.template_drops")
    return False


def _without_system(messages: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    system, first, *rest = messages
    return [{"role": first["role"], "content": f"{system['content']}\n\n{first['content']}"}, *rest]
