"""Requests and answers of the Chat Completions API, as its clients send and read them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from labkit.records import Message
from labkit.serving.dispatch import Answered

MOST_MESSAGES, MOST_CHARACTERS = 1000, 100_000

Text = Annotated[str, Field(max_length=MOST_CHARACTERS)]


class TextPart(BaseModel):
    """A part of a message, as clients send it that could send pictures as well."""

    type: Literal["text"]
    text: Text


class ChatMessage(BaseModel):
    """A message: a text, or parts of one."""

    role: str
    content: Text | Annotated[list[TextPart], Field(min_length=1, max_length=MOST_MESSAGES)]

    def as_message(self) -> Message:
        """The message as models read it."""
        if isinstance(self.content, str):
            return Message(self.role, self.content)
        return Message(self.role, "".join(part.text for part in self.content))


class StreamOptions(BaseModel):
    """What else a stream is to say."""

    include_usage: bool = False


class Chat(BaseModel):
    """A request; sampling is the release's own, so other fields change nothing.

    Its model is "current" or the id of the release that is live, as `/v1/models` lists them.
    """

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=MOST_MESSAGES)]
    model: str = "current"
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = 1


def completion_of(found: Answered) -> dict[str, Any]:
    """An answer as a whole."""
    reply, usage = found.reply, found.reply.usage
    prompt, completion = usage.prompt_tokens or 0, usage.completion_tokens or 0
    message = {"role": "assistant", "content": reply.text}
    return {
        "id": f"chatcmpl-{found.request.row}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": found.live.release.id,
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason or "stop"}],
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion},
    }


def events_of(completion: Mapping[str, Any], *, with_usage: bool) -> Iterator[str]:
    """The same as a stream of events: an answer is checked whole, so all of it comes at once.

    Args:
        completion: what `completion_of` gave.
        with_usage: whether the client asked for the tokens, which then come last.
    """
    head = {name: completion[name] for name in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    (choice,) = completion["choices"]
    yield _event({**head, "choices": [{"index": 0, "delta": choice["message"], "finish_reason": None}]})
    yield _event({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
    if with_usage:
        yield _event({**head, "choices": [], "usage": completion["usage"]})
    yield "data: [DONE]\n\n"


def _event(chunk: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
