"""Reading the body of a chat completion, whatever it turns out to be; nothing in it can raise anything unexpected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from labkit.errors import ModelBusy, WebPage
from labkit.models.api_errors import ErrorKind, api_error, excerpt, kind_of
from labkit.models.provider import Provider
from labkit.records import Reply, Usage
from labkit.texts import say

FILTERED = "content_filter"
_ANY = Provider("", "")


def read_completion(body: bytes, model: str, latency_s: float, provider: Provider = _ANY) -> Reply:
    """The answer in the body of a reply with status 200.

    Args:
        body: the bytes as received.
        model: the model's name, for errors.
        latency_s: seconds the exchange took.
        provider: says what its words for errors are, and where its usage stands.

    Returns:
        The first choice's text; `raw` is the whole body.

    Raises:
        ModelBusy: it holds no choice (half a body, an empty one, an error in place of an answer); it keeps the body.
        WebPage: it is a web page, so what answers there is no model.
        ModelRefused: it says that the account or key is refused.
    """
    if body.lstrip()[:1] == b"<":
        problem = say("error.reply.web_page", model=model, body=excerpt(body))
        raise WebPage(problem, say("error.reply.web_page.fix"), body)
    completion = as_object(body)
    if completion.get("error"):
        return error_in_answer(body, body, model, latency_s, provider)
    choice = first_choice(completion)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise ModelBusy(say("error.reply.no_answer", model=model, body=excerpt(body)), raw=body)
    text = text_of(message.get("content"))
    refusal = text_of(message.get("refusal"))
    finish_reason = choice.get("finish_reason")
    if refusal and not text:
        text, finish_reason = refusal, FILTERED
    return Reply(
        text=text,
        raw=body,
        finish_reason=finish_reason if isinstance(finish_reason, str) else None,
        usage=read_usage(completion.get("usage"), provider),
        latency_s=latency_s,
        served_by=served_by(completion),
        reasoning=reasoning_of(message),
    )


def error_in_answer(said: bytes, raw: bytes, model: str, latency_s: float, provider: Provider) -> Reply:
    """What an error sent with status 200 means: an answer withheld, or one of `api_error`'s errors raised.

    Args:
        said: the error, as JSON.
        raw: the whole body, to be kept.
        model: the model's name.
        latency_s: seconds the exchange took.
        provider: says what its words mean.
    """
    if kind_of(200, said, provider.errors) is ErrorKind.FILTER:
        return Reply("", raw, FILTERED, latency_s=latency_s)
    error = api_error(200, {}, said, model, provider.errors)
    error.raw = raw
    raise error


def read_usage(usage: object, provider: Provider = _ANY) -> Usage:
    """Tokens as a provider reports them, those from its cache wherever it has them; None where it is silent."""
    if not isinstance(usage, dict):
        return Usage()
    cached = (_count(_at(usage, path)) for path in provider.cached_tokens)
    return Usage(
        prompt_tokens=_count(usage.get("prompt_tokens")),
        cached_tokens=next((tokens for tokens in cached if tokens is not None), None),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def served_by(completion: Mapping[str, Any]) -> str | None:
    """The model that says it answered, with its fingerprint in brackets; None when it does not say."""
    model, fingerprint = completion.get("model"), completion.get("system_fingerprint")
    if not isinstance(model, str) or not model:
        return None
    return f"{model} ({fingerprint})" if isinstance(fingerprint, str) and fingerprint else model


def reasoning_of(message: Mapping[str, Any]) -> str:
    """What a thinking model wrote before its answer, under either of the names in use."""
    return text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))


def as_object(body: bytes) -> Mapping[str, Any]:
    """The body as a JSON object, in UTF-8 or else GB18030; anything else is an object without a choice."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            value = _DECODER.decode(body.decode(encoding))
        except UnicodeDecodeError:
            continue
        except (ValueError, RecursionError):
            break
        return value if isinstance(value, dict) else {}
    return {}


def first_choice(completion: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first choice of a completion; empty when it has none."""
    choices = completion.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def text_of(content: object) -> str:
    """A message's text; some servers send a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _whole_number(digits: str) -> int:
    """Numbers of a reply are token counts: one beyond 63 bits is none, and no database takes it."""
    return int(digits) if len(digits) < 19 else 0


_DECODER = json.JSONDecoder(parse_int=_whole_number)


def _at(usage: Mapping[str, Any], path: str) -> object:
    found: object = usage
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _count(value: object) -> int | None:
    """A number of tokens; some servers write it as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
