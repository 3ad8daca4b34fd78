"""Reading a streamed answer (server-sent events); one that was cut short is never taken for an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from labkit.errors import ModelBusy
from labkit.models.api_errors import excerpt
from labkit.models.completion import (
    as_object,
    error_in_answer,
    first_choice,
    read_completion,
    read_usage,
    reasoning_of,
    served_by,
    text_of,
)
from labkit.models.provider import Provider
from labkit.records import Reply
from labkit.texts import say

_END = "[DONE]"


def read_stream(body: bytes, model: str, latency_s: float, provider: Provider) -> Reply:
    """The answer in the body of a streamed reply.

    Args:
        body: all bytes as received; a plain completion, from a server that does not stream, is read as one.
        model: the model's name, for errors.
        latency_s: seconds from sending to the last byte.
        provider: says what its words for errors are, and where its usage stands.

    Returns:
        The pieces of the first choice put together; `raw` is the whole body.

    Raises:
        ModelBusy: it ended before the answer did, or an event in it is no JSON object; it keeps the body.
        WebPage, ModelRefused: see `read_completion`.
    """
    if body.lstrip()[:1] in (b"{", b"<"):
        return read_completion(body, model, latency_s, provider)
    chunks: list[Mapping[str, Any]] = []
    ended = False
    for data in events(body):
        if data == _END:
            ended = True
            break
        chunk = as_object(data.encode("utf-8", "surrogatepass"))
        if chunk.get("error"):
            error = json.dumps({"error": chunk["error"]}, ensure_ascii=False).encode("utf-8", "replace")
            return error_in_answer(error, body, model, latency_s, provider)
        if not chunk:
            raise ModelBusy(say("error.reply.unreadable", model=model, body=data[:80]), raw=body)
        chunks.append(chunk)
    reply = _put_together(chunks, body, latency_s, provider)
    if reply.finish_reason is None and not (ended and chunks):
        raise ModelBusy(say("error.reply.torn", model=model, body=excerpt(body)), raw=body)
    return reply


def events(body: bytes) -> Iterator[str]:
    """The data of each event; comments, other fields and empty events are left out."""
    text = body.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    for block in text.split("\n\n"):
        data = [line[5:].removeprefix(" ") for line in block.split("\n") if line.startswith("data:")]
        if any(data):
            yield "\n".join(data)


def _put_together(chunks: list[Mapping[str, Any]], body: bytes, latency_s: float, provider: Provider) -> Reply:
    choices = [first_choice(chunk) for chunk in chunks]
    deltas = [delta for choice in choices if isinstance(delta := choice.get("delta"), dict)]
    reasons = [reason for choice in choices if isinstance(reason := choice.get("finish_reason"), str) and reason]
    usages = [usage for chunk in chunks if isinstance(usage := chunk.get("usage"), dict)]
    named = [name for chunk in chunks if (name := served_by(chunk))]
    return Reply(
        text="".join(text_of(delta.get("content")) for delta in deltas),
        raw=body,
        finish_reason=reasons[-1] if reasons else None,
        usage=read_usage(usages[-1] if usages else None, provider),
        latency_s=latency_s,
        served_by=named[-1] if named else None,
        reasoning="".join(reasoning_of(delta) for delta in deltas),
    )
