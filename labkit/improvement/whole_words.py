"""Chinese n-grams that are words or phrases, told from torn ones by what stands beside them: 快递员 and not 递员.

Texts without spaces say nothing of where words begin. Two signs do: a word's neighbours vary (accessor variety: Feng,
Chen, Deng & Zheng 2004), and its characters meet more often than chance would have them (pointwise mutual information:
Church & Hanks 1990).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from labkit.models.ngrams import FUNCTION_CHARACTERS

SAME = 0.75  # of an n-gram's places that have the same neighbour: then the longer one carries about the same count
VARIETY = 3  # different neighbours on either side of a word, the least of Feng et al.; an end of a clause is one each
COHESION = 10.0  # times as often as its parts would meet by chance; our choice, from the bundled Chinese scene
LONGEST = 8  # characters of a phrase
_HAN = re.compile("[\u3400-\u9fff]+")
_NUMERALS = frozenset("〇零一二两俩三四五六七八九十百千万亿半几")
_Sides = tuple[Counter[str], Counter[str]]


class WholeWords:
    """Finds the word or phrase that an n-gram belongs to.

    Args:
        texts: where n-grams stand; the more, the surer. Nobody's labels are looked at.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = "\n".join(texts)
        self._size = sum(len(run) for run in _HAN.findall(self._text))

    def of(self, ngram: str) -> str | None:
        """The n-gram, or the longer one that stands nearly wherever it stands; None for a torn one and for a number.

        What is not Chinese is whole as it is, unless it is a number: how much and when is not what a post is about.
        """
        if not _HAN.fullmatch(ngram):
            return None if ngram.isdecimal() else ngram
        grown = self._grown(ngram)
        content = [character for character in grown if character not in _NUMERALS]
        return grown if len(content) > 1 and self._stands_free(grown) and self._holds_together(grown) else None

    def _grown(self, ngram: str) -> str:
        while len(ngram) < LONGEST and (longer := self._with_neighbour(ngram)) != ngram:
            ngram = longer
        return ngram

    def _with_neighbour(self, ngram: str) -> str:
        """The n-gram with the neighbour that it nearly always has; itself where neighbours vary."""
        before, after = self._sides(ngram)
        for side, template in ((before, "{near}{ngram}"), (after, "{ngram}{near}")):
            for near, count in side.most_common(1):
                if count >= SAME * side.total() and _HAN.fullmatch(near) and near not in FUNCTION_CHARACTERS:
                    return template.format(near=near, ngram=ngram)
        return ngram

    def _stands_free(self, ngram: str) -> bool:
        """Whether its neighbours vary on both sides."""
        return all(_variety(side) >= VARIETY for side in self._sides(ngram))

    def _sides(self, ngram: str) -> _Sides:
        """The characters before and after, each with how often."""
        text, places = self._text, [found.start() for found in re.finditer(re.escape(ngram), self._text)]
        before = Counter(text[max(0, place - 1) : place] for place in places)
        return before, Counter(text[place + len(ngram) : place + len(ngram) + 1] for place in places)

    def _holds_together(self, ngram: str) -> bool:
        """Whether no two parts of it have met by chance; a part that stands nowhere else belongs to it anyway."""
        count = self._text.count(ngram)
        parts = [(self._text.count(ngram[:k]), self._text.count(ngram[k:])) for k in range(1, len(ngram))]
        return all(count >= min(COHESION * a * b / self._size, SAME * min(a, b)) for a, b in parts)


def _variety(side: Counter[str]) -> int:
    return sum(1 if _HAN.fullmatch(near) else count for near, count in side.items())
