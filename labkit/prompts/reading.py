"""Read a rendered prompt back: what a model that knows nothing else can find in the messages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from labkit.prompts.escaping import unescape_index
from labkit.prompts.wording import WORDING, Wording
from labkit.records import Message, Rationale

_DEFINITION = re.compile(r"^- (.+?)(?:: (.*))?$", re.MULTILINE)  # a label may hold a colon, but not one and a space
_POST = re.compile(r"^(\S.*?) (\d+): (.*)$", re.MULTILINE)  # an item may have several words: "Customer message 1: …"


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """What can be read in the messages of one request.

    Args:
        definitions: label -> (what it means, what it excludes), as written; both empty for a bare name.
        posts: the posts, unescaped, in order.
        language: the language of the fixed words.
        several: whether several labels may be chosen.
        none: whether an empty list is allowed.
        rationale: where the answer contract wants the rationale.
    """

    definitions: dict[str, tuple[str, str]]
    posts: tuple[str, ...]
    language: str
    several: bool
    none: bool
    rationale: Rationale


def read_rendered(messages: tuple[Message, ...]) -> RenderedPrompt:
    """Find definitions, posts and contract in rendered messages.

    Args:
        messages: a request's messages, as `render` made them.

    Returns:
        What stands there; empty definitions or posts where none are found.
    """
    text = "\n\n".join(message.content for message in messages)
    language = "zh" if WORDING["zh"].definitions_head in text else "en"
    wording = WORDING[language]
    return RenderedPrompt(
        definitions=_read_definitions(text, wording),
        posts=_read_posts(_behind_shots(messages[-1].content, wording)),
        language=language,
        several=wording.several in text,
        none=wording.none.strip() in text,
        rationale=_read_rationale(text),
    )


def _read_definitions(text: str, wording: Wording) -> dict[str, tuple[str, str]]:
    _, _, after = text.partition(wording.definitions_head + "\n")
    block = after.split("\n\n", 1)[0]
    return {match.group(1): _split_excludes(match.group(2) or "", wording) for match in _DEFINITION.finditer(block)}


def _split_excludes(body: str, wording: Wording) -> tuple[str, str]:
    """Part a definition line into what it means and what it excludes; quoted examples belong to the meaning."""
    meaning, found, rest = body.partition(wording.excludes)
    if not found:
        return body, ""
    excludes, _, examples = rest.partition(wording.examples)
    return f"{meaning} {examples}".strip(), excludes.strip()


def _behind_shots(content: str, wording: Wording) -> str:
    """What stands behind retrieved examples (their lines are JSON, so none is the end); all where there are none."""
    head, end = f"{wording.shots_head}\n", f"\n{wording.shots_end}\n"
    _, found, rest = content.partition(head)
    _, closed, behind = rest.partition(end)
    return behind if found and closed else content


def _read_posts(content: str) -> tuple[str, ...]:
    """Index lines numbered 1, 2, 3, … behind one and the same word; any other line is not a post of ours."""
    posts: list[str] = []
    word: str | None = None
    for match in _POST.finditer(content):
        item, index, text = match.groups()
        if int(index) == len(posts) + 1 and item == (word or item):
            word = item
            posts.append(unescape_index(text, item))
    return tuple(posts)


def _read_rationale(text: str) -> Rationale:
    rationale, labels = text.rfind('"rationale":'), text.rfind('"labels":')
    if rationale < 0:
        return "none"
    return "before" if rationale < labels else "after"
