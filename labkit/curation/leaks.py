"""Texts that give away others which are held back: verbatim, nearly, or perhaps only by a template.

The rule of Tülu 3 (2024): half of a held text lies in 8-grams that it shares with one other text. Its 5-gram twin also
meets templates, so a person decides. A gram is of tokens: words, or single Chinese characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from labkit.curation.near_duplicates import folded
from labkit.curation.noise import without_noise
from labkit.curation.token_grams import TokenGrams, Tokens, WordNumbers
from labkit.curation.watched import Progress, Watched, stretch, unwatched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

ALIKE, COVERED = 0.5, 0.5  # Jaccard similarity of 3-grams, share of a held text's tokens in shared longer grams
LONG, SHORT = 8, 5
KINDS = ("review", "near", "exact")
_MEETINGS = 4_000_000  # pairs that share a gram, looked at together: bounds the memory
MOST_MEETINGS = 2_000_000_000  # beyond so many in one search only the likeliest partners of each text are compared
_COMPARED = 50_000  # pairs compared at once
_FOLDED, _READ = 0.15, 0.35  # shares of the work: texts folded, and taken apart into tokens
_LIKELIEST = 4  # of a text, those that share most of its rare grams


@dataclass(frozen=True, slots=True)
class Leak:
    """A text that gives away a held one.

    Args:
        learnt, held: their positions.
        kind: "exact", "near" (a copy with changes) or "review" (perhaps only a template).
    """

    learnt: int
    held: int
    kind: str


@dataclass(frozen=True, slots=True)
class Leaks:
    """What was found between two bodies of texts.

    Args:
        pairs: every text that leaks or is given away stands in at least one, which is of its gravest kind.
        complete: False where the texts share so many grams that rarer partners of a text were not compared.
    """

    pairs: tuple[Leak, ...] = ()
    complete: bool = True

    def learnt(self, *kinds: str) -> set[int]:
        """Positions of texts that give away others, of some kinds."""
        return {leak.learnt for leak in self.pairs if leak.kind in kinds}

    def held(self, *kinds: str) -> set[int]:
        """Positions of texts that are given away, of some kinds."""
        return {leak.held for leak in self.pairs if leak.kind in kinds}


SERIOUS = ("near", "exact")  # kinds that block; the third is for a person to look at


def find_leaks(
    learnt: Sequence[str],
    held: Sequence[str],
    progress: Progress = unwatched,
    bare: Sequence[Sequence[str]] | None = None,
) -> Leaks:
    """Find the texts that give away, once learnt, a text that is held back.

    Exact after folding. Links and mentions apart, near by Jaccard similarity of 3-grams from 0.5, or half of the held
    text in 8-grams shared with that same text; for review by 5-grams. Equal texts are compared once, and two texts that
    are known to leak no more, so that one post copied thousands of times costs little.

    Args:
        learnt: texts that training sees.
        held: texts that judge it.
        progress: told the share that is done.
        bare: both sides' texts without the words that many of them share. A near leak is one with these words and
            without them. For review is what is found only without them, as it may be one question about two things,
            and a held text in words of its own that holds what a learnt one says behind shared words. Texts that are
            alike by the shared words alone do not count.
    """
    if not learnt or not held:
        return Leaks()
    sides = [folded(text) for text in Watched(learnt, stretch(progress, 0.0, _FOLDED))], [folded(text) for text in held]
    alone = [_once(whole, said) for whole, said in zip(sides, bare or sides, strict=True)]
    search = _Search(alone[0], alone[1], stretch(progress, _FOLDED, _READ))
    search.run(stretch(progress, _READ, 1.0))
    return Leaks(tuple(search.pairs(*sides)), search.complete)


def _once(texts: Sequence[str], bare: Sequence[str]) -> dict[str, str]:
    """Each different text, folded, and how it is compared: without the words that others share."""
    found: dict[str, str] = {}
    for text, said in zip(texts, bare, strict=True):
        if text not in found:
            found[text] = text if said is text else folded(said)
    return found


def _tokens_of(sides: Sequence[Iterable[str]], progress: Progress) -> tuple[Tokens, Tokens]:
    words = WordNumbers()
    learnt, held = ([without_noise(text) for text in texts] for texts in sides)
    return Tokens(Watched(learnt, progress), words), Tokens(held, words)


class _Search:
    """Different texts on both sides; for each the gravest kind that is known (-1: none) and with whom."""

    def __init__(self, learnt: dict[str, str], held: dict[str, str], progress: Progress) -> None:
        import numpy as np

        self._texts = (list(learnt), list(held))
        self._tokens = _tokens_of((learnt.values(), held.values()), progress)
        self._said = (list(learnt.values()), list(held.values()))
        self._framed = any(text != said for side in (learnt, held) for text, said in side.items())
        self._kind = tuple(np.full(len(texts), -1) for texts in self._texts)
        self._partner = tuple(np.zeros(len(texts), dtype=np.int64) for texts in self._texts)
        self.complete = True

    def run(self, progress: Progress) -> None:
        """The gravest rule first: whoever leaks by it need not be tried by the others."""
        import numpy as np

        place = {text: k for k, text in enumerate(self._texts[1])}
        same = [(k, place[text]) for k, text in enumerate(self._texts[0]) if text in place]
        left, right = np.array(same, dtype=np.int64).reshape(-1, 2).T
        self._note(left, right, KINDS.index("exact"))
        rules = (3, 1), (LONG, 1), (SHORT, 0)
        for k, (length, kind) in enumerate(rules):
            searching = stretch(progress, k / len(rules), (k + 1) / len(rules))
            searching(0.0)
            self._search(TokenGrams(*self._tokens, length, ALIKE, COVERED), kind, searching)
        if self._framed:
            self._search_other_words()

    def _search_other_words(self) -> None:
        """A post in other words than those that learnt ones share may be less than half of a held text: for review."""
        import numpy as np

        learnt = [k for k, text in enumerate(self._texts[0]) if text != self._said[0][k]]
        held = [k for k, text in enumerate(self._texts[1]) if text == self._said[1][k] and self._kind[1][k] < 0]
        found = find_leaks([self._texts[1][k] for k in held], [self._said[0][k] for k in learnt])
        serious = [(learnt[leak.held], held[leak.learnt]) for leak in found.pairs if leak.kind in SERIOUS]
        left, right = np.array(serious, dtype=np.int64).reshape(-1, 2).T
        self._note(left, right, KINDS.index("review"))
        self.complete &= found.complete

    def _search(self, grams: TokenGrams, kind: int, progress: Progress) -> None:
        progress(0.5)
        for left, right in grams.likeliest(_LIKELIEST):
            self._try(grams, left, right, kind)
        opened, known = self._open(0, kind), ~self._open(0, kind)
        for rows, columns, begin in ((opened, None, 0.6), (known, self._open(1, kind), 0.9)):
            if grams.meetings(rows, columns) > MOST_MEETINGS:
                self.complete = False
                continue
            for left, right in grams.meeting(rows, columns, _MEETINGS, stretch(progress, begin, begin + 0.1)):
                self._try(grams, left, right, kind)

    def _open(self, side: int, kind: int) -> NDArray[np.bool_]:
        """Texts of a side of which nothing as grave is known."""
        found: NDArray[np.bool_] = self._kind[side] < kind
        return found

    def _try(self, grams: TokenGrams, left: Ints, right: Ints, kind: int) -> None:
        """Compare pairs, some at a time: once both texts of one are known to leak, it is not needed."""
        for start in range(0, len(left), _COMPARED):
            one, other = left[start : start + _COMPARED], right[start : start + _COMPARED]
            wanted = (self._kind[0][one] < kind) | (self._kind[1][other] < kind)
            one, other = one[wanted], other[wanted]
            alike = grams.leak(one, other)
            one, other = one[alike], other[alike]
            whole = self._leak_whole(one, other) if self._framed and kind else slice(None)
            self._note(one, other, KINDS.index("review"))
            self._note(one[whole], other[whole], kind)

    def _leak_whole(self, left: Ints, right: Ints) -> NDArray[np.bool_]:
        """Whether pairs give each other away with the words that others share, too."""
        alike, covering = self._whole
        found: NDArray[np.bool_] = alike.leak(left, right) | covering.leak(left, right)
        return found

    @cached_property
    def _whole(self) -> tuple[TokenGrams, TokenGrams]:
        tokens = _tokens_of(self._texts, unwatched)
        return TokenGrams(*tokens, 3, ALIKE, COVERED), TokenGrams(*tokens, LONG, ALIKE, COVERED)

    def _note(self, left: Ints, right: Ints, kind: int) -> None:
        for side, own, other in ((0, left, right), (1, right, left)):
            graver = self._kind[side][own] < kind
            self._partner[side][own[graver]] = other[graver]
            self._kind[side][own[graver]] = kind

    def pairs(self, learnt: list[str], held: list[str]) -> Iterator[Leak]:
        """One pair of each text that leaks, and of each that is given away, by the positions of all texts."""
        first = tuple({text: k for k, text in reversed(list(enumerate(texts)))} for texts in (learnt, held))
        found: set[tuple[int, int, int]] = set()
        for side, texts in enumerate((learnt, held)):
            place = {text: k for k, text in enumerate(self._texts[side])}
            for position, text in enumerate(texts):
                at = place[text]
                if (kind := int(self._kind[side][at])) >= 0:
                    other = first[1 - side][self._texts[1 - side][self._partner[side][at]]]
                    found.add((position, other, kind) if side == 0 else (other, position, kind))
        yield from (Leak(a, b, KINDS[kind]) for a, b, kind in sorted(found))
