"""Two bodies of texts as sets of token n-grams, side by side: who can share enough, and who does."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from labkit.curation.owned_numbers import distinct
from labkit.curation.watched import Progress, unwatched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_TOKEN = re.compile("[\u2e80-\u9fff\uf900-\ufaff]|[^\\W\u2e80-\u9fff\uf900-\ufaff]+")
_ODD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: spreads the tokens of a gram over 64 bits
_SLACK = 1e-9


class WordNumbers(dict[str, int]):
    """Word -> its number, from 1; a new word gets the next."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self) + 1
        return number


class Tokens:
    """Words, numbers and single Chinese characters of many texts, as numbers; of a text without any, its characters.

    Args:
        texts: the texts.
        words: what they are numbered by; several bodies can share it.
    """

    def __init__(self, texts: Iterable[str], words: WordNumbers) -> None:
        import numpy as np

        flat, ends = array("i"), array("q", [0])
        for text in texts:
            flat.extend(map(words.__getitem__, _TOKEN.findall(text) or list(text) or [""]))
            ends.append(len(flat))
        self.flat, self.start = np.array(flat), np.array(ends)
        self.lengths: Ints = np.diff(self.start)

    def __len__(self) -> int:
        return len(self.lengths)

    def of(self, text: int) -> list[int]:
        """The tokens of one text."""
        found: list[int] = self.flat[self.start[text] : self.start[text + 1]].tolist()
        return found


class TokenGrams:
    """All runs of n tokens of both sides' texts, as two sparse matrices; a shorter text is one run.

    3-grams are compared by the Jaccard similarity of their sets, longer ones by how much of the held text they cover.

    Args:
        learnt, held: both sides' texts.
        length: n.
        alike, covered: least similarity, least share of the held text.
    """

    def __init__(self, learnt: Tokens, held: Tokens, length: int, alike: float, covered: float) -> None:
        import numpy as np

        self._tokens, self._length, self._covered, self._alike = (learnt, held), length, covered, alike
        owners, numbers, known = _numbered([_grams(tokens, length) for tokens in self._tokens])
        sides = [distinct(*side) for side in zip(owners, numbers, strict=True)]
        self._sizes = [np.bincount(owner, minlength=len(t)) for (owner, _), t in zip(sides, self._tokens, strict=True)]
        self._full = [_matrix(*side, known, len(tokens)) for side, tokens in zip(sides, self._tokens, strict=True)]
        self._in_order = np.where(numbers[1] < known, numbers[1], -1)
        self._runs = np.maximum(1, held.lengths - length + 1)
        self._run_start = np.cumsum(self._runs) - self._runs
        self._repeating = self._sizes[1] < self._runs
        row = np.repeat(np.arange(len(learnt)), np.diff(self._full[0].indptr))
        self._has = row * self._full[0].shape[1] + self._full[0].indices  # (learnt text, gram) as one number, ordered
        frequency = self._full[0].sum(axis=0) * self._full[1].sum(axis=0)
        self._probe, self._index = self._rare(0, frequency), self._rare(1, frequency)

    def _rare(self, side: int, frequency: Any) -> Any:
        """Each text without its commonest grams, so many that a partner must share one of those that stay."""
        import numpy as np

        if self._length == 3:
            needed = np.ceil(self._alike * self._sizes[side] - _SLACK)
        elif side == 1:
            needed = np.ceil(self._covered * self._tokens[1].lengths / self._length - _SLACK)
            needed[self._repeating] = 1  # one gram can cover much of a text in which it comes again and again
        else:
            return self._full[0]
        unshared = self._sizes[side] - np.diff(self._full[side].indptr)  # grams of no partner are the rarest of all
        kept = np.maximum(0, self._sizes[side] - needed.astype(np.int64) + 1 - unshared)
        if self._length > 3:
            kept[self._reach() < self._covered - _SLACK] = 0
        return _rarest(self._full[side], frequency, kept)

    def meetings(self, rows: Flags, columns: Flags | None) -> int:
        """How often texts of these rows share a rare gram with one of these columns."""
        index = self._index if columns is None else self._index[columns]
        return int(self._probe[rows].sum(axis=0) @ index.sum(axis=0))

    def meeting(
        self, rows: Flags, columns: Flags | None, at_once: int, progress: Progress = unwatched
    ) -> Iterator[tuple[Ints, Ints]]:
        """Pairs of these rows and columns that share a rare gram; some pairs at a time."""
        import numpy as np

        row = np.flatnonzero(rows)
        column = np.arange(len(self._tokens[1])) if columns is None else np.flatnonzero(columns)
        probe, partners = self._probe[row], self._index[column].T.tocsr()
        cost = np.cumsum(probe @ np.diff(partners.indptr))
        start = 0
        while start < len(row):
            progress(start / len(row))
            reached = cost[start - 1] if start else 0
            end = max(start + 1, int(np.searchsorted(cost, reached + at_once, "right")))
            met = (probe[start:end] @ partners).tocoo()
            yield row[met.row + start], column[met.col]
            start = end

    def likeliest(self, number: int) -> Iterator[tuple[Ints, Ints]]:
        """For each text of either side the first partner that has one of its rarest shared grams, and so on."""
        import numpy as np

        for side in (0, 1):
            own, other = (self._probe, self._index)[side], (self._probe, self._index)[1 - side].tocsc()
            holders = np.diff(other.indptr)
            place = _within(np.diff(own.indptr))
            owner = np.repeat(np.arange(own.shape[0]), np.diff(own.indptr))
            for rank in range(number):
                at = (place == rank) & (holders[own.indices] > 0)
                partner = other.indices[other.indptr[own.indices[at]]]
                yield (owner[at], partner) if side == 0 else (partner, owner[at])

    def leak(self, left: Ints, right: Ints) -> Flags:
        """Which pairs reach the similarity, or cover enough of the held text."""
        shared = self._full[0][left].multiply(self._full[1][right]).sum(axis=1)
        if self._length == 3:
            together = self._sizes[0][left] + self._sizes[1][right] - shared
            reached: Flags = shared >= self._alike * together - _SLACK
            return reached
        most = shared * self._length  # tokens that these grams can cover
        found: Flags = (most >= self._covered * self._tokens[1].lengths[right]) | self._repeating[right]
        found[found] = self._cover(left[found], right[found]) >= self._covered - _SLACK
        return found

    def _cover(self, left: Ints, right: Ints) -> NDArray[np.float64]:
        """Share of each held text's tokens that lie in grams of the other text."""
        import numpy as np

        lengths, runs = self._tokens[1].lengths[right], self._runs[right]
        pair, within = np.repeat(np.arange(len(right)), runs), _within(runs)
        gram = self._in_order[self._run_start[right][pair] + within]
        hit = (gram >= 0) & _among(left[pair] * self._full[0].shape[1] + gram, self._has)
        return _covered(lengths, pair[hit], within[hit], self._length)

    def _reach(self) -> NDArray[np.float64]:
        """Share of each held text's tokens that lie in grams of any other text: one alone covers no more."""
        import numpy as np

        text = np.repeat(np.arange(len(self._runs)), self._runs)
        known = self._in_order >= 0
        return _covered(self._tokens[1].lengths, text[known], _within(self._runs)[known], self._length)


def _covered(lengths: Ints, text: Ints, place: Ints, length: int) -> NDArray[np.float64]:
    """Share of each text's tokens that lie in grams: whose they are, and the token they begin at."""
    import numpy as np

    start = (np.cumsum(lengths) - lengths)[text] + place
    end = start + np.minimum(length, lengths[text])
    total = int(lengths.sum())
    inside = np.cumsum(np.bincount(start, minlength=total + 1) - np.bincount(end, minlength=total + 1))[:total] > 0
    covered = np.bincount(np.repeat(np.arange(len(lengths)), lengths)[inside], minlength=len(lengths))
    found: NDArray[np.float64] = covered / lengths
    return found


def _grams(tokens: Tokens, length: int) -> tuple[Ints, Any]:
    """All grams of each text in their order, as 64-bit words, after the text that has them."""
    import numpy as np

    runs = np.maximum(1, tokens.lengths - length + 1)
    owner = np.repeat(np.arange(len(tokens)), runs)
    at = _within(runs) + tokens.start[owner]
    end = tokens.start[owner + 1]
    word = np.zeros(len(owner), dtype=np.uint64)
    for k in range(length):
        step = tokens.flat[np.minimum(at + k, len(tokens.flat) - 1)].astype(np.uint64)
        word = (word ^ np.where(at + k < end, step, np.uint64(0))) * np.uint64(_ODD)
        word ^= word >> np.uint64(29)
    return owner, word


def _numbered(grams: Sequence[tuple[Ints, Any]]) -> tuple[list[Ints], list[Ints], int]:
    """Who has each gram, the grams as numbers from 0, and how many both sides know: these have the lowest numbers."""
    import numpy as np
    import pandas as pd

    owners, words = zip(*grams, strict=True)
    number, different = pd.factorize(np.concatenate(words))
    sides = np.split(number, [len(words[0])])
    has = np.zeros((2, len(different)), dtype=bool)
    has[0, sides[0]], has[1, sides[1]] = True, True
    renumbered = np.empty(len(different), dtype=np.int64)
    renumbered[np.argsort(~has.all(axis=0), kind="stable")] = np.arange(len(different))
    return list(owners), [renumbered[side] for side in sides], int(has.all(axis=0).sum())


def _within(sizes: Ints) -> Ints:
    """0, 1, … anew for each size."""
    import numpy as np

    found: Ints = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return found


def _among(values: Ints, ordered: Ints) -> Flags:
    """Which values stand in an ordered array."""
    import numpy as np

    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    found: Flags = ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values
    return found


def _matrix(owner: Ints, gram: Ints, known: int, texts: int) -> Any:
    """Ones where a text has one of the grams that both sides know, which are numbered first."""
    import numpy as np
    from scipy.sparse import csr_array

    shared = gram < known
    columns, start = gram[shared], np.concatenate([[0], np.cumsum(np.bincount(owner[shared], minlength=texts))])
    return csr_array((np.ones(len(columns), dtype=np.int64), columns, start), shape=(texts, max(1, known)))


def _rarest(matrix: Any, frequency: Any, kept: Ints) -> Any:
    """Each row's rarest columns, so many, the rarest first."""
    import numpy as np
    from scipy.sparse import csr_array

    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    by_frequency = np.argsort(frequency, kind="stable")
    rank = np.empty_like(by_frequency)
    rank[by_frequency] = np.arange(len(rank))
    columns = by_frequency[np.sort(row * len(rank) + rank[matrix.indices]) % len(rank)]
    place = _within(np.diff(matrix.indptr))
    stays = place < np.repeat(kept, np.diff(matrix.indptr))
    start = np.concatenate([[0], np.cumsum(np.bincount(row[stays], minlength=matrix.shape[0]))])
    return csr_array((np.ones(int(stays.sum()), dtype=np.int64), columns[stays], start), shape=matrix.shape)
