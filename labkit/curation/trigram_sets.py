"""Many texts as sets of character 3-grams in one sparse matrix, so that all are compared by a few array operations."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from labkit.curation.noise import without_noise
from labkit.curation.owned_numbers import distinct
from labkit.records import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_BITS = 21  # of a code point
_NOTHING = (1 << _BITS) - 1  # no code point: fills the places of texts shorter than a gram


def squeezed(text: str) -> str:
    """A text in NFKC and lower case, without whitespace."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def told(text: str) -> str:
    """What a post says, squeezed, for comparing: without links and mentions."""
    return squeezed(without_noise(text))


def told_twice(row: Example, bare: Mapping[str, str]) -> tuple[str, str]:
    """What a row says without the words that others share, and whole.

    Args:
        row: the row.
        bare: id -> the row's text without them; a row that is not in it shares none.
    """
    whole = told(row.text)
    return (told(bare[row.id]) if row.id in bare else whole), whole


@dataclass(frozen=True, slots=True)
class TrigramSets:
    """Sets of grams, as the rows of a sparse matrix.

    Args:
        start: where each set begins in `grams`; one more entry than there are sets.
        grams: the sets' members one after another, each a number from 0, the rarest gram first.
        width: how many grams there are.
        whole: the sets of the same texts with what stands around them, where that is more; alike are only texts that
            are so with it and without it.
    """

    start: Ints
    grams: Ints
    width: int
    whole: TrigramSets | None = None

    @property
    def sizes(self) -> Ints:
        """Members of each set."""
        return self.start[1:] - self.start[:-1]

    def matrix(self, lengths: Ints | None = None) -> Any:
        """Ones where a set (row) has a gram (column): of all members, or of each set's rarest ones, so many."""
        import numpy as np
        from scipy.sparse import csr_array

        kept = self.sizes if lengths is None else lengths
        grams = self.grams if lengths is None else self.grams[self._place() < np.repeat(lengths, self.sizes)]
        start = np.concatenate([[0], np.cumsum(kept)])
        return csr_array((np.ones(len(grams), np.int32), grams, start), shape=(len(kept), self.width))

    def member(self, places: Ints) -> Ints:
        """The gram that stands at a place of each set, the rarest at 0."""
        found: Ints = self.grams[self.start[:-1] + places]
        return found

    def chosen(self, sets: Ints) -> TrigramSets:
        """Some of the sets, in that order."""
        import numpy as np

        sizes = self.sizes[sets]
        start = np.concatenate([[0], np.cumsum(sizes)])
        within = np.arange(start[-1]) - np.repeat(start[:-1], sizes)
        return TrigramSets(start, self.grams[np.repeat(self.start[sets], sizes) + within], self.width)

    def _place(self) -> Ints:
        import numpy as np

        return np.arange(len(self.grams)) - np.repeat(self.start[:-1], self.sizes)


def sets_of(texts: Sequence[tuple[str, str]]) -> TrigramSets:
    """The sets of texts, and those of the whole ones where any is more.

    Args:
        texts: each as it is compared and as it is whole, both as `squeezed` gives them.
    """
    sets = trigram_sets([text for text, _ in texts])
    if all(text == whole for text, whole in texts):
        return sets
    return replace(sets, whole=trigram_sets([whole for _, whole in texts]))


def trigram_sets(texts: Sequence[str]) -> TrigramSets:
    """The sets of 3-character pieces of texts.

    Args:
        texts: as `squeezed` gives them; one shorter than three characters is one piece.
    """
    import numpy as np
    import pandas as pd

    padded = [text if len(text) > 2 else text + "\0" * (3 - len(text)) for text in texts]
    lengths = np.array([len(text) for text in padded], dtype=np.int64)
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    ends = np.cumsum(lengths)
    for text, end in zip(texts, ends, strict=True):  # few: no text of a pool is shorter than three characters
        if len(text) < 3:
            codes[end - 3 + len(text) : end] = _NOTHING
    pieces = (codes[:-2] << 2 * _BITS) | (codes[1:-1] << _BITS) | codes[2:] if len(codes) else codes
    owner = np.repeat(np.arange(len(texts)), lengths)
    inside = np.ones(len(pieces), dtype=bool)
    for back in (1, 2):  # a piece that begins so near the end reaches into the next text
        at = ends[:-1] - back
        inside[at] = False
    number, _ = pd.factorize(pieces[inside])
    return _ranked(owner[: len(pieces)][inside], number, len(texts))


def _ranked(owner: Ints, number: Ints, texts: int) -> TrigramSets:
    """Each text's distinct grams, numbered from rare to common."""
    import numpy as np

    grams = int(number.max(initial=0)) + 1
    owner, number = distinct(owner, number)
    frequency = np.bincount(number, minlength=grams)
    rank = np.empty(grams, dtype=np.int64)
    rank[np.argsort(frequency, kind="stable")] = np.arange(grams)
    ordered = np.sort(owner * grams + rank[number])
    owner, number = np.divmod(ordered, grams)
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=texts))])
    return TrigramSets(start, number, grams)
