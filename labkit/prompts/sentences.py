"""Where the sentences of a prompt end, in Chinese and in English."""

from __future__ import annotations

import re

_CLOSERS = "”’」』）】》\"')\\]"
_END = re.compile(rf"(?:[。！？!?…]+[{_CLOSERS}]*|\.+[{_CLOSERS}]*(?=\s|$)|\n+)\s*")
# A full stop after one of these ends no sentence: "e.g. a parcel", "No. 5", "Dr. Li", "J. Smith".
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|approx|no|nos|dr|mr|mrs|ms|st|fig|incl|excl|resp|esp|min|max)|\b[A-Z])\.$", re.IGNORECASE
)
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
        if _goes_on(text[begin : end.end()]):
            continue
        found.append(text[begin : end.end()].strip())
        begin = end.end()
    found.append(text[begin:].strip())
    return tuple(sentence for sentence in found if sentence)


def _goes_on(text: str) -> bool:
    """Whether a stretch that ends in a full stop is not over: the stop belongs to its last word."""
    if text.endswith("\n") or "\n" in text[len(text.rstrip()) :]:
        return False
    said = text.rstrip()
    return bool(_NUMBERED.search(said)) or (said.endswith(".") and _ABBREVIATED.search(said[-12:]) is not None)
