"""A reply's text becomes labels, rationale and checked evidence, or a stated reason why not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from labkit.privacy import mask_texts
from labkit.prompts.escaping import unescape_index
from labkit.records import Evidence, Example, Prediction, Reply, Status, Task
from labkit.texts import listed, say

PARSER = 3  # raised whenever a stored reply could be read differently
_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_FILTERED = {"content_filter", "sensitive"}
_HALF = re.compile("[\ud800-\udfff]")
_REPLY_LIMIT = 200_000  # characters; a longer reply is no answer, and scanning it would take for ever


def parse_reply(reply: Reply, task: Task, example: Example) -> Prediction:
    """Read one reply.

    Args:
        reply: what the model sent.
        task: allowed labels, how many, item word.
        example: the posts that quotes are checked against, and the subtask whose labels apply.

    Returns:
        A prediction whose status says how the row ended; `reason` says why when it is not answered.
    """
    if reply.finish_reason in _FILTERED:
        return Prediction(Status.FILTERED, reason=say("reply.withheld", reason=reply.finish_reason))
    text = _THINKING.sub("", reply.text).strip()
    if reply.finish_reason == "length":
        return Prediction(Status.TRUNCATED, reason=say("reply.out_of_tokens"))
    if is_blank(reply):
        return Prediction(Status.BLANK, reason=say("reply.empty"))
    try:
        return _read_text(text, task, example)
    except RecursionError:  # lists in lists, deeper than any answer is
        return Prediction(Status.UNPARSED, reason=say("reply.no_answer"))


def is_blank(reply: Reply) -> bool:
    """Whether a reply that came to its end, and was not withheld, says nothing beside what was thought."""
    if reply.finish_reason in _FILTERED or reply.finish_reason == "length":
        return False
    return not (_THINKING.sub("", reply.text) if "<" in reply.text else reply.text).strip()


def _read_text(text: str, task: Task, example: Example) -> Prediction:
    answers = _distinct(_answer_objects(text[:_REPLY_LIMIT]))
    if not answers:
        breaks_off = text.count("{") > text.count("}")
        return Prediction(Status.UNPARSED, reason=say("reply.breaks_off" if breaks_off else "reply.no_answer"))
    if len(answers) > 1 or isinstance(answers[0], _AnswersTwice):
        return Prediction(Status.UNPARSED, reason=say("reply.several"))
    return _read_answer(answers[0], task, example)


def _answer_objects(text: str) -> Iterator[Mapping[str, Any]]:
    """Every top-level JSON object in the text that holds `labels`, fences and prose around it ignored."""
    position = text.find("{")
    while position >= 0:
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            if isinstance(value, dict) and "labels" in value:
                yield value
        position = text.find("{", end)


def _bounded_int(digits: str) -> int | str:
    """An integer; text when it has more digits than any index, since Python refuses to convert very long ones."""
    return int(digits) if len(digits) < 20 else digits


class _AnswersTwice(dict[str, Any]):
    """An object that gives `labels` twice and differently; a plain dict would keep the last and say nothing."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs) and any(value != found["labels"] for name, value in pairs if name == "labels"):
        return _AnswersTwice(found)
    return found


_DECODER = json.JSONDecoder(parse_int=_bounded_int, object_pairs_hook=_object)


def _whole(text: str) -> str:
    r"""The same with U+FFFD for each half of a character (`\ud83d`), which no file, page or terminal can take."""
    return _HALF.sub("\ufffd", text)


def _distinct(answers: Iterator[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Answers without exact repetitions: a model that says the same twice is not ambiguous."""
    found = list(answers)
    return list({json.dumps(answer, sort_keys=True): answer for answer in found}.values()) if len(found) > 1 else found


def _read_answer(answer: Mapping[str, Any], task: Task, example: Example) -> Prediction:
    named = answer["labels"]
    named = [named] if isinstance(named, str) else named
    if not isinstance(named, list) or not all(isinstance(label, str) for label in named):
        return Prediction(Status.UNPARSED, reason=say("reply.no_list"))
    allowed = task.labels_of(example.subtask)
    words = {_whole(label).strip() for label in named}
    fault = _off_list(words, task, allowed)
    definition = answer.get("definition")
    quotes = tuple(_read_evidence(answer.get("evidence"), task, example))
    there = range(1, len(example.items) + 1)
    return Prediction(
        status=Status.OFF_LIST if fault else Status.ANSWERED,
        labels=tuple(label for label in allowed if label in words),
        rationale=_whole(str(answer.get("rationale") or "")),
        evidence=tuple(quote for quote in quotes if quote.post in there),
        unplaced=tuple(quote for quote in quotes if quote.post not in there),
        definition=_whole(definition) if isinstance(definition, str) and definition else None,
        reason=fault,
    )


def _off_list(words: set[str], task: Task, allowed: tuple[str, ...]) -> str:
    """Why the task does not allow these labels, or "" when it does."""
    outside = sorted(words - set(allowed))
    if outside:
        return say("reply.off_list", labels=listed(outside)[:200])
    if not words and not task.allow_none:
        return say("reply.no_label")
    if len(words) > 1 and not task.multi_label:
        return say("reply.too_many")
    return ""


def _read_evidence(value: object, task: Task, example: Example) -> Iterator[Evidence]:
    """Quotes, each compared with the post it names as its author wrote it, or as it was masked."""
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("quote"), str) and entry["quote"]:
            quote, post = unescape_index(_whole(entry["quote"]), task.item), _index(entry.get("post", 1))
            there = 1 <= post <= len(example.items)
            yield Evidence(post, quote, there and _stands_in(quote, post, task, example))


def _index(value: Any) -> int:
    """The index that a quote gives; 0, which no post has, where it is no number."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _stands_in(quote: str, post: int, task: Task, example: Example) -> bool:
    """Whether a post holds a quote; placeholders stand only in the post that was sent."""
    if _squeeze(quote) in _squeeze(example.items[post - 1]):
        return True
    return "[" in quote and _squeeze(quote) in _squeeze(mask_texts(example.items, task.language)[post - 1])


def _squeeze(text: str) -> str:
    return " ".join(text.split())
