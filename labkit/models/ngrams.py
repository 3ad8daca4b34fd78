"""The pieces of text that models without a network compare: Chinese character n-grams, stemmed English words, emoji."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LENGTHS = (1, 2, 3)  # characters of a Chinese n-gram; most Chinese words have one or two, idioms contain such
QUOTE = 160  # characters of a quoted clause at most

_HAN = "\u3400-\u9fff"
_EMOJI = "\u2600-\u27bf\U0001f300-\U0001faff"
_UNIT = re.compile(rf"[a-z0-9]+(?:['’][a-z]+)?|[{_HAN}]+|[{_EMOJI}]", re.IGNORECASE)
_CLAUSE_END = re.compile(rf"[,;!?，。；！？、…~]|\.(?=\s|$)|(?<=[{_HAN}])\s")
_SUFFIX = re.compile(r"(?:'s|ing|ed|es|s|ly|e|y)$")
_DOUBLED = re.compile(r"([bdfgkmnprtvz])\1$")
FUNCTION_CHARACTERS = frozenset("的了是我你他她它们这那也都就还在和与或把被给让跟个很吧吗呢啊呀嘛哦着过地得")
_FUNCTION_WORDS_TEXT = """
    a about all also am an and any are as at be been but by can could did do does for from had has have he her his
    how i i'd i'll i'm i've if in into is it it's its just may me might my no not of on only or other our own shall she
    should so some such than that that's the their them then there they this those these to too us very was we were
    what when which who why will with would you you're your don't didn't can't won't isn't"""
_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_TEXT.split())


@dataclass(frozen=True, slots=True)
class Ngram:
    """One n-gram in its normal form, and where it stands in the text."""

    text: str
    start: int
    end: int


def ngrams(text: str) -> Iterator[Ngram]:
    """Every n-gram of a text: Chinese by 1 to 3 characters, English by 1 and 2 stemmed words, each emoji alone.

    Function words and whatever contains a function character are left out: they say nothing about a topic.

    Args:
        text: any text; scripts may be mixed.

    Yields:
        N-grams with their positions in `text`, overlapping ones included.
    """
    previous: Ngram | None = None
    for unit in _UNIT.finditer(text):
        word = unit.group()
        if not word[0].isascii():
            yield from _characters(word, unit.start())
            continue
        lower = word.lower().replace("’", "'")
        current = None if lower in _FUNCTION_WORDS else Ngram(stem(lower), unit.start(), unit.end())
        if current:
            yield current
            if previous:
                yield Ngram(f"{previous.text} {current.text}", previous.start, current.end)
        previous = current


def stem(word: str) -> str:
    """An English word without its commonest ending, so that "refund" meets "refunded"; crude and the same everywhere.

    Args:
        word: in lower case.
    """
    ending = _SUFFIX.search(word)
    if ending is None or ending.start() < 3:
        return word
    return _DOUBLED.sub(r"\1", word[: ending.start()])


def clause_around(text: str, start: int, end: int) -> str:
    """The clause of a text that holds a stretch of it, verbatim, at most `QUOTE` characters longer than the stretch."""
    before = [mark.end() for mark in _CLAUSE_END.finditer(text, 0, start)]
    after = _CLAUSE_END.search(text, end)
    left = max(before[-1] if before else 0, start - QUOTE // 2)
    right = min(after.start() if after else len(text), end + QUOTE // 2)
    return text[left:right].strip()


def _characters(run: str, offset: int) -> Iterator[Ngram]:
    for length in LENGTHS:
        for i in range(len(run) - length + 1):
            piece = run[i : i + length]
            if FUNCTION_CHARACTERS.isdisjoint(piece):
                yield Ngram(piece, offset + i, offset + i + length)
