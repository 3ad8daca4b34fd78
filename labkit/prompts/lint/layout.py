"""Rules about the order of things: what stands behind the posts, and the index before each post."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from labkit.costs import estimated_tokens
from labkit.errors import BadPrompt
from labkit.prompts.escaping import holds_index
from labkit.prompts.lint.finding import Hit, Section
from labkit.prompts.lint.subject import Subject
from labkit.prompts.render import render
from labkit.records import Example

_MARK = "\ue000posts\ue000"  # a private character: stands in no prompt
_CLOSING_TOKENS = 60  # one or two closing sentences; behind them begins what every request pays for anew
_FRAME = estimated_tokens([""])


def layout_hits(subject: Subject) -> Iterator[Hit]:
    """Text behind the posts, and indices that a model may miscount."""
    yield from _behind_the_posts(subject)
    yield from _index_before_posts(subject)
    yield from _examples(subject)


def _behind_the_posts(subject: Subject) -> Iterator[Hit]:
    """Text that no two requests can share, since each request's own posts stand before it."""
    subtask = next(iter(subject.task.subtasks), None)
    try:
        messages = render(subject.prompt, subject.task, Example("", (_MARK,), subtask=subtask)).messages
    except BadPrompt:
        return  # another rule says why
    whole = "\n\n".join(message.content for message in messages)
    behind = whole.partition(_MARK)[2].strip()
    tokens = max(0, estimated_tokens([behind]) - _FRAME)
    if tokens > _CLOSING_TOKENS:
        section: Section = (
            "system" if _MARK in messages[0].content else "instruction" if subject.prompt.instruction else "input"
        )
        values: dict[str, object] = {"tokens": f"{tokens:,.0f}", "thousand": f"{1000 * tokens:,.0f}"}
        yield Hit("behind-posts", section, None, behind, values=values)


def _index_before_posts(subject: Subject) -> Iterator[Hit]:
    """An index written by hand before the posts, which bring their own."""
    item = subject.task.item
    pattern = re.compile(
        rf"{re.escape(item)}\s{{0,3}}\d{{1,3}}\s{{0,3}}[:：]\s{{0,3}}\{{\{{\s{{0,3}}posts\s{{0,3}}\}}\}}"
    )
    for section, text in subject.sections:
        if found := pattern.search(text):
            yield Hit("doubled-index", section, None, found.group(), values={"item": item})


def _examples(subject: Subject) -> Iterator[Hit]:
    """Few-shot examples whose posts are numbered otherwise than those that are sent, or not at all."""
    text, item = subject.prompt.examples, subject.task.item
    if not text.strip():
        return
    if not holds_index(text, item):
        yield Hit("joined", "examples", None, text.strip().splitlines()[0], values={"item": item})
        return
    line = re.compile(rf"^\s{{0,8}}{re.escape(item)}\s{{0,3}}(\d{{1,3}})\s{{0,3}}[:：]", re.IGNORECASE | re.MULTILINE)
    numbers = [0, *(int(found.group(1)) for found in line.finditer(text))]
    for before, after in pairwise(numbers):
        if after not in (1, before + 1):
            expected = f"{item} {before + 1}"
            yield Hit("index-gap", "examples", None, f"{item} {after}", values={"expected": expected})
    highest = max(numbers)
    for cited in sorted({int(k) for k in re.findall(r'"post"\s{0,3}:\s{0,3}(\d{1,6})', text)}):
        if highest and not 1 <= cited <= highest:
            values: dict[str, object] = {"expected": f"1 … {highest}"}
            yield Hit("index-gap", "examples", None, f'"post": {cited}', values=values)
