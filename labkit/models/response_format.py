"""The form an API is asked to answer in, as far as it can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.models.provider import Provider
from labkit.prompts import RenderedPrompt, read_rendered
from labkit.records import Message

_TEXT = {"type": "string"}


def response_format(provider: Provider, messages: Sequence[Message]) -> dict[str, Any] | None:
    """What to send as `response_format`; None where the provider has no JSON mode, or refuses it for this prompt.

    Args:
        provider: says which mode it has, and whether the prompt must say "json" for it.
        messages: the rendered prompt, which is never altered.
    """
    if provider.json_mode == "json_schema":
        prompt = read_rendered(tuple(messages))
        if prompt.definitions:
            schema = {"name": "answer", "strict": True, "schema": answer_schema(prompt)}
            return {"type": "json_schema", "json_schema": schema}
    says_json = any("json" in message.content.lower() for message in messages)
    if provider.json_mode == "none" or (provider.needs_json_word and not says_json):
        return None
    return {"type": "json_object"}


def answer_schema(prompt: RenderedPrompt) -> dict[str, Any]:
    """The JSON schema of an answer under a prompt's contract: its keys in order, its labels and no others."""
    labels = {"type": "array", "items": {"type": "string", "enum": list(prompt.definitions)}}
    quote = _closed({"post": {"type": "integer"}, "quote": _TEXT})
    reasons = {"rationale": _TEXT, "evidence": {"type": "array", "items": quote}, "definition": _TEXT}
    if prompt.rationale == "none":
        return _closed({"labels": labels})
    if prompt.rationale == "before":
        return _closed({**reasons, "labels": labels})
    return _closed({"labels": labels, **dict(reversed(reasons.items()))})


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    """An object of exactly these properties."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
