"""Where the sentences of a prompt end, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CLOSERS = "”’」』）】》\"')\\]"
_END = re.compile(rf"(?:[。！？!?…]+[{_CLOSERS}]*|\.+[{_CLOSERS}]*(?=\s|$|[\u3400-\u9fff])|\n+)\s*")
# A full stop after one of these ends no sentence: "e.g. a parcel", "No. 5", "Dr. Li", "J. Smith".
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|approx|no|nos|dr|mr|mrs|ms|st|fig|incl|excl|resp|esp|min|max)|\b[A-Z])\.$", re.IGNORECASE
)
_TAIL = 12  # characters: the longest abbreviation, or number of a list, and what tells it from the end of a word
_NUMBERED = re.compile(r"(?:^|\n)\s*\d{1,3}\.$")


def split_sentences(text: str) -> tuple[str, ...]:
    """A text as its sentences, each with its own end; a line break ends one too.

    Args:
        text: any text. A decimal point, an abbreviation (`e.g.`) and the number of a list (`1.`) end no sentence, and a
            closing quote or bracket belongs to the sentence before it.

    Returns:
        The sentences in order, without the spaces around them. Nothing but spaces is lost.
    """
    found: list[str] = []
    begin = 0
    for end in _END.finditer(text):
        if _goes_on(text, begin, end):
            continue
        found.append(text[begin : end.end()].strip())
        begin = end.end()
    found.append(text[begin:].strip())
    return tuple(sentence for sentence in found if sentence)


def _goes_on(text: str, begin: int, end: re.Match[str]) -> bool:
    """Whether a sentence that began at `begin` is not over at a full stop: the stop belongs to its last word."""
    mark = end.group().rstrip()
    if "\n" in end.group() or not mark.endswith("."):
        return False
    stop = end.start() + len(mark)
    tail = text[max(begin, stop - _TAIL) : stop]  # only the last word counts, however long the sentence has become
    numbered = stop - begin <= _TAIL and _NUMBERED.search(tail)
    return bool(numbered or _ABBREVIATED.search(tail))


def join_sentences(sentences: Iterable[str]) -> str:
    """Sentences as one line; a space stands between two unless one of them meets the other in Chinese."""
    text = ""
    for sentence in sentences:
        space = " " if text and text[-1].isascii() and sentence[:1].isascii() else ""
        text += space + sentence
    return text
