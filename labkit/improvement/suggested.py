"""What somebody suggests: one definition in other words, read strictly, since a model's reply is anybody's text."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from labkit.errors import BadData
from labkit.records import Definition
from labkit.texts import Phrase, listed

MOST_TEXT = 1500  # characters of a definition's text
MOST_ENTRIES, MOST_ENTRY = 12, 200  # entries of a list, characters of one
MOST_REPLY = 50_000
_KEYS = ("label", "text", "includes", "excludes", "why")
_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)
_MARKDOWN_START = re.compile(r"^[\s#>*+-]+")  # would begin a heading or a list in the prompt's file


@dataclass(frozen=True, slots=True)
class Suggested:
    """A definition as it is suggested, and why; both are only ever text."""

    definition: Definition
    why: str


def read_suggestion(reply: str, labels: Collection[str], before: Mapping[str, Definition]) -> Suggested:
    """Read a suggester's reply: exactly one JSON object with the known keys, and nothing around it but a fence.

    Args:
        reply: its text.
        labels: whose definition may be changed.
        before: label -> its present definition; its quoted examples are kept, since a suggester may not bring any.

    Raises:
        BadData: anything else, with what is wrong.
    """
    text = _THINKING.sub("", reply[:MOST_REPLY]).strip()
    fenced = _FENCE.match(text)
    try:
        value = json.loads(fenced.group(1) if fenced else text)
    except (ValueError, RecursionError):
        raise _unreadable("no_json") from None
    if not isinstance(value, dict) or set(value) != set(_KEYS):
        raise _unreadable("other_keys", keys=", ".join(_KEYS))
    label = value["label"]
    if label not in labels:
        raise _unreadable("other_label", label=str(label)[:60], labels=listed(map(repr, labels)))
    kept = before.get(label, Definition(label))
    definition = Definition(
        label,
        _sentence(value["text"], "text", MOST_TEXT),
        _entries(value, "includes"),
        _entries(value, "excludes"),
        kept.examples,
    )
    if not definition.text:
        raise _unreadable("empty")
    if definition == kept:
        raise _unreadable("unchanged")
    return Suggested(definition, _sentence(value["why"], "why", MOST_TEXT))


def _entries(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    entries = value[key]
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise _unreadable("no_list", part=key, most=MOST_ENTRIES)
    return tuple(text for entry in entries if (text := _sentence(entry, key, MOST_ENTRY)))


def _sentence(value: object, key: str, most: int) -> str:
    """One line of harmless text: no control or direction characters, nothing that begins a heading or a list."""
    if not isinstance(value, str):
        raise _unreadable("no_text", part=key)
    if "{{" in value or "}}" in value:
        raise _unreadable("placeholder", part=key)
    line = "".join(" " if category(ch) in ("Cc", "Cf", "Cs", "Zl", "Zp") else ch for ch in value)
    line = _MARKDOWN_START.sub("", " ".join(line.split()))
    if len(line) > most:
        raise _unreadable("too_long", part=key, most=most)
    return line


def _unreadable(why: str, **values: object) -> BadData:
    return BadData.told("error.suggestion.unusable", why=Phrase(f"error.suggestion.{why}", values).told())
