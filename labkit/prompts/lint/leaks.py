"""Dev and test text that stands in the prompt: a score on these rows then measures memory, not understanding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from labkit.prompts.lint.finding import Hit, Section
from labkit.prompts.lint.prose import WIDE, squeezed
from labkit.prompts.lint.subject import Subject

# A common run of eight words, or of sixteen Chinese characters: below it two people may hit on the same words.
_RUN, _WORD_WEIGHT = 16, 2
_WHOLE = 6  # characters of a short post that counts when a line of the prompt is that post, word for word
_TOKEN = re.compile(rf"[{WIDE}]|[^\W_{WIDE}]+")
_LINE_HEAD = re.compile(r"^\s{0,8}(?:[-*•]\s{0,4})?(?:\w{1,12}\s?\d{1,3}\s?[:：])?")

Place = tuple[Section, str | None, str]


def leak_hits(subject: Subject) -> Iterator[Hit]:
    """The rows of dev and test whose words stand in the prompt: one hit per split and place."""
    held = [example for example in subject.examples if example.split in ("dev", "test")]
    texts = [place for place in subject.texts() if place[2].strip()] if held else []
    runs, lines = _runs_of_texts(texts), _lines_of_texts(texts)
    known = {token for run in runs for token in run.split(" ")}
    found: dict[tuple[str, int], dict[str, str]] = {}
    for example in held:
        for post in example.items:
            if (place := _common(post, runs, lines, known)) is not None:
                found.setdefault((example.split, place[1]), {}).setdefault(example.id, place[0])
    for (split, k), rows in found.items():
        section, label, _ = texts[k]
        yield Hit(f"{split}-leak", section, label, next(iter(rows.values())), tuple(rows))


def _common(post: str, runs: dict[str, int], lines: dict[str, int], known: set[str]) -> tuple[str, int] | None:
    """The first words of a post that stand in the prompt, and in which of its texts."""
    whole = squeezed(post)
    if whole in lines:
        return post, lines[whole]
    for stretch in _known_stretches(list(_TOKEN.finditer(post)), known):
        words = _words(stretch)
        for start, end in _runs(words):
            if (run := " ".join(words[start:end])) in runs:
                return post[stretch[start].start() : stretch[end - 1].end()], runs[run]
    return None


def _words(tokens: Iterable[re.Match[str]]) -> list[str]:
    return [token.group().lower() for token in tokens]


def _known_stretches(tokens: list[re.Match[str]], known: set[str]) -> Iterator[list[re.Match[str]]]:
    """The stretches of a post all of whose words the prompt has too: only there can a common run be."""
    for is_known, stretch in groupby(tokens, lambda token: token.group().lower() in known):
        if is_known:
            yield list(stretch)


def _runs_of_texts(texts: Sequence[Place]) -> dict[str, int]:
    tokens = [_words(_TOKEN.finditer(text)) for _, _, text in texts]
    return {" ".join(words[start:end]): k for k, words in enumerate(tokens) for start, end in _runs(words)}


def _lines_of_texts(texts: Sequence[Place]) -> dict[str, int]:
    """Lines of the prompt without bullet and index -> the text they stand in; too short ones say nothing."""
    lines = ((squeezed(_LINE_HEAD.sub("", line)), k) for k, place in enumerate(texts) for line in place[2].splitlines())
    return {line: k for line, k in lines if len(line) >= _WHOLE}


def _runs(tokens: list[str]) -> Iterator[tuple[int, int]]:
    """From where to where every stretch of words and characters goes that is just long enough to count."""
    weights = [1 if len(token) == 1 and not token.isascii() else _WORD_WEIGHT for token in tokens]
    end = weight = 0
    for start in range(len(tokens)):
        while weight < _RUN and end < len(tokens):
            weight += weights[end]
            end += 1
        if weight < _RUN:
            return
        yield start, end
        weight -= weights[start]
