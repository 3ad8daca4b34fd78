"""Writes the answer that labkit's contract asks for, in the words that the study model learns to use."""

from __future__ import annotations

import json
from typing import Any

from study_source.posts import Author, Mention
from study_source.schemes import Scheme

MOST_REASONS = 3  # matches that a rationale names
MOST_QUOTES = 5  # as in labkit's own grammar of answers, and no more than there are posts

# What stands between the words of an answer: one token each, so that answers are short.
FRAMES = (
    '{"rationale": "',
    '", "evidence": [{"post": ',
    '", "evidence": [], "definition": "", "labels": []}',
    ', "quote": "',
    '"}, {"post": ',
    '"}], "definition": "',
    '", "labels": ["',
    '"]}',
    '", "',
    '{"labels": ["',
    '{"labels": []}',
    '{"labels": [], "definition": "", "evidence": [], "rationale": "',
    '"], "definition": "',
    '"}], "rationale": "',
    '"}',
    "：“",
    "”合“",
    "”；",
    ": “",
    "” fits “",
    "”; ",
)


def answer(scheme: Scheme, author: Author, phrasing: dict[str, Any], labels_only: bool = False) -> str:
    """The answer to a row.

    Args:
        scheme: says which keys are asked for, in which order.
        author: the posts and what they speak of.
        phrasing: how a reason is worded.
        labels_only: give the labels alone, whatever is asked for.
    """
    labels = list(dict.fromkeys(mention.label for mention in author.mentions))
    order = "none" if labels_only else scheme.prompt.rationale
    reasons = {
        "rationale": rationale(author, phrasing),
        "evidence": [{"post": mention.post, "quote": mention.quote} for mention in _quoted(author)],
        "definition": labels[0] if labels else "",
    }
    named = {"labels": labels}
    asked = {"none": named, "before": {**reasons, **named}, "after": {**named, **dict(reversed(reasons.items()))}}
    return json.dumps(asked[order], ensure_ascii=False)


def rationale(author: Author, phrasing: dict[str, Any]) -> str:
    """Each label with the words that fit its definition; it is named first, so that all of the post has a say in it."""
    first = {mention.label: mention for mention in reversed(author.mentions)}
    told = [mention for mention in author.mentions if first[mention.label] is mention][:MOST_REASONS]
    said = [phrasing["found"].format(quote=m.quote, said=m.said, label=m.label) for m in told]
    return phrasing["between"].join(said) or str(phrasing["nothing"])


def _quoted(author: Author) -> list[Mention]:
    """The first mention of each post."""
    first = {mention.post: mention for mention in reversed(author.mentions)}
    return [first[post] for post in sorted(first)][:MOST_QUOTES]
