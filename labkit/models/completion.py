"""Reading the body of a chat completion, whatever it turns out to be; nothing in it can raise anything unexpected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from labkit.errors import ModelBusy, ModelUnreachable
from labkit.models.api_errors import api_error, excerpt
from labkit.records import Reply, Usage

_FILTERED = "content_filter"


def read_completion(body: bytes, model: str, latency_s: float) -> Reply:
    """The answer in the body of a reply with status 200.

    Args:
        body: the bytes as received.
        model: the model's name, for errors.
        latency_s: seconds the exchange took.

    Returns:
        The first choice's text; `raw` is the whole body.

    Raises:
        ModelBusy: it holds no choice (half a body, an empty one, an error in place of an answer); it keeps the body.
        ModelUnreachable: it is a web page, so what answers there is no model.
        ModelRefused: it says that the account or key is refused.
    """
    if body.lstrip()[:1] == b"<":
        raise ModelUnreachable(
            f"{model}: a web page came instead of an answer: {excerpt(body)!r}", "See to its base_url in models.toml"
        )
    completion = _as_object(body)
    if completion.get("error"):
        raise api_error(200, {}, body, model)
    choice = _first_choice(completion)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise ModelBusy(f"{model}: the reply holds no answer: {excerpt(body)!r}", raw=body)
    text = _text(message.get("content"))
    refusal = _text(message.get("refusal"))
    finish_reason = choice.get("finish_reason")
    if refusal and not text:
        text, finish_reason = refusal, _FILTERED
    return Reply(
        text=text,
        raw=body,
        finish_reason=finish_reason if isinstance(finish_reason, str) else None,
        usage=read_usage(completion.get("usage")),
        latency_s=latency_s,
    )


def read_usage(usage: object) -> Usage:
    """Tokens as a provider reports them: cached ones in OpenAI's spelling or DeepSeek's; None where it says nothing."""
    if not isinstance(usage, dict):
        return Usage()
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    return Usage(
        prompt_tokens=_count(usage.get("prompt_tokens")),
        cached_tokens=_count(usage.get("prompt_cache_hit_tokens") if cached is None else cached),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def _as_object(body: bytes) -> Mapping[str, Any]:
    """The body as a JSON object; anything else is an object without a choice."""
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_int=_whole_number)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _whole_number(digits: str) -> int:
    """Numbers of a reply are token counts: one of thousands of digits is none, and slow to read."""
    return int(digits) if len(digits) < 20 else 0


def _first_choice(completion: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = completion.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _text(content: object) -> str:
    """A message's text; some servers send a list of parts."""
    parts = content if isinstance(content, list) else [{"text": content}]
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _count(value: object) -> int | None:
    """A number of tokens; some servers write it as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
