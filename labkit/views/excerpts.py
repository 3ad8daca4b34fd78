"""A post with the words that a model quoted from it marked; long ones cut where the quote can still be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from labkit.prompts.hidden import visible

Stretch = tuple[str, bool]  # text as shown, and whether it was quoted
_LEAD = 24  # characters kept before a quote that stands far inside
_CUT = "…"


def stretches(text: str, quotes: Iterable[str]) -> tuple[Stretch, ...]:
    """A text parted where quotes begin and end; joined it is the text again, hidden characters made visible.

    Args:
        text: a post.
        quotes: words quoted from it; white space counts as in `parsing`, where one space is as good as several.
    """
    edges, spans = [0], _spans(text, quotes)
    for start, end in spans:
        edges += [start, end]
    edges.append(len(text))
    parts = [(visible(text[a:b]), k % 2 == 1) for k, (a, b) in enumerate(pairwise(edges))]
    return tuple(part for part in parts if part[0])


def excerpt(text: str, quotes: Sequence[str], limit: int) -> tuple[Stretch, ...]:
    """The same on one line and cut to about `limit` characters, with the first quote inside."""
    line = " ".join(text.split())
    first = next(iter(_spans(line, quotes)), (0, 0))
    start = max(0, first[0] - _LEAD) if first[1] > limit else 0
    cut = line[start : start + limit]
    parts = stretches(cut, quotes) or ((visible(cut), False),)
    before, after = ((_CUT, False),) if start else (), ((_CUT, False),) if start + limit < len(line) else ()
    return (*before, *parts, *after)


def _spans(text: str, quotes: Iterable[str]) -> list[tuple[int, int]]:
    """Where the quotes stand, in order, those that overlap joined; each where it is found first."""
    found = []
    for quote in quotes:
        words = [re.escape(word) for word in quote.split()]
        match = re.search(r"\s+".join(words), text) if words else None
        if match:
            found.append(match.span())
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
