"""How a conversation looks in other tools' files, and how it is read back from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.conversations.conversation import Conversation

Record = Any  # one line of a file: an object, or for Qianfan an array of one


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write a conversation.

    Args:
        write: conversation -> record.
        read: record -> conversation; KeyError, IndexError or TypeError when it is none.
    """

    write: Callable[[Conversation], Record]
    read: Callable[[Record], Conversation]


def _messages(conversation: Conversation) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in conversation.messages]


def _from_messages(messages: list[dict[str, str]]) -> Conversation:
    said = {message["role"]: message["content"] for message in messages}
    return Conversation(said.get("system", ""), said["user"], said["assistant"])


def _read_prompt_completion(record: Mapping[str, Any]) -> Conversation:
    return _from_messages([*record["prompt"], *record["completion"]])


def _write_prompt_completion(conversation: Conversation) -> Record:
    *prompt, completion = _messages(conversation)
    return {"prompt": prompt, "completion": [completion]}


def _write_sharegpt(conversation: Conversation) -> Record:
    turns = [{"from": "human", "value": conversation.user}, {"from": "gpt", "value": conversation.answer}]
    return {"conversations": turns, **({"system": conversation.system} if conversation.system else {})}


def _read_sharegpt(record: Mapping[str, Any]) -> Conversation:
    said = {turn["from"]: turn["value"] for turn in record["conversations"]}
    return Conversation(record.get("system", ""), said["human"], said["gpt"])


def _write_alpaca(conversation: Conversation) -> Record:
    # Readers join instruction and input with a line break, in that order: the whole user text goes into one of them,
    # so that the order of Input and Instruction in training is that of serving.
    row = {"instruction": conversation.user, "input": "", "output": conversation.answer}
    return {**row, **({"system": conversation.system} if conversation.system else {})}


def _read_alpaca(record: Mapping[str, Any]) -> Conversation:
    asked = "\n".join(part for part in (record["instruction"], record["input"]) if part)
    return Conversation(record.get("system", ""), asked, record["output"])


def _write_qianfan(conversation: Conversation) -> Record:
    turn = {"prompt": conversation.user, "response": conversation.answer}
    return [{"system": conversation.system, **turn} if conversation.system else turn]


def _read_qianfan(record: list[dict[str, str]]) -> Conversation:
    return Conversation(record[0].get("system", ""), record[0]["prompt"], record[0]["response"])


MESSAGES = Shape(lambda c: {"messages": _messages(c)}, lambda record: _from_messages(record["messages"]))
PROMPT_COMPLETION = Shape(_write_prompt_completion, _read_prompt_completion)
SHAREGPT = Shape(_write_sharegpt, _read_sharegpt)
ALPACA = Shape(_write_alpaca, _read_alpaca)
QIANFAN = Shape(_write_qianfan, _read_qianfan)
SHAPES: Mapping[str, Shape] = {
    "messages": MESSAGES,
    "prompt-completion": PROMPT_COMPLETION,
    "sharegpt": SHAREGPT,
    "alpaca": ALPACA,
    "qianfan": QIANFAN,
}
"""Every shape by its name; formats that differ only in their files share one."""
