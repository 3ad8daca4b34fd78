"""Pairs of sets that are probably similar, among more sets than can be joined exactly: MinHash in bands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from labkit.curation.trigram_sets import TrigramSets
from labkit.curation.watched import Progress, unwatched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Words = NDArray[np.uint64]

_MISSED = 0.02  # share of pairs exactly at the threshold that may be missed; more similar ones are missed more rarely
_MOST_ROWS, _MOST_BANDS = 6, 64
_AT_ONCE = 50_000  # sets hashed at once


def hashed_pairs(
    sets: TrigramSets, threshold: float, seed: int = 0, progress: Progress = unwatched
) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that agree in a band of their MinHash values (Broder 1997; banding: Indyk & Motwani 1998).

    A band is r hashes; two sets of similarity t agree in one of b bands with probability 1 - (1 - t^r)^b. Of the sets
    that agree each is paired with the one before it and with the first of them, so that the work stays linear.

    Args:
        sets: the sets, none empty.
        threshold: similarity from which pairs are wanted.
        seed: of the hashes.
        progress: told the share of the bands that is done.

    Yields:
        Pairs by the sets' numbers, a band at a time; the caller compares them.
    """
    import numpy as np

    rows, bands = _bands(threshold)
    draw = np.random.default_rng(seed)
    grams = draw.integers(0, 1 << 63, sets.width, dtype=np.uint64)
    for band in range(bands):
        progress(band / bands)
        odd = draw.integers(0, 1 << 63, rows, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        key = _band(sets, grams, odd)
        order = np.argsort(key, kind="stable")
        same = key[order[1:]] == key[order[:-1]]
        first = np.maximum.accumulate(np.where(np.concatenate([[True], ~same]), np.arange(len(order)), 0))[1:]
        left, before = order[1:][same], order[:-1][same]
        yield np.concatenate([left, left]), np.concatenate([before, order[first[same]]])


def _bands(threshold: float) -> tuple[int, int]:
    """Hashes a band, as many as the bands that miss few enough pairs allow: more hashes meet fewer strangers."""
    from math import ceil, log

    for rows in range(_MOST_ROWS, 1, -1):
        missed = 1 - threshold**rows  # by one band
        if missed**_MOST_BANDS <= _MISSED:
            return rows, ceil(log(_MISSED) / log(missed)) if missed else 1
    return 1, _MOST_BANDS  # below a threshold of 0.06 these miss more than that


def _band(sets: TrigramSets, grams: Words, odd: Words) -> Words:
    """One word for each set, equal where all the band's hashes have the same minimum."""
    import numpy as np

    found = np.zeros(len(sets.sizes), dtype=np.uint64)
    for start in range(0, len(found), _AT_ONCE):
        end = min(start + _AT_ONCE, len(found))
        words = grams[sets.grams[sets.start[start] : sets.start[end]]]
        places = sets.start[start:end] - sets.start[start]
        for k, factor in enumerate(odd):
            mixed = words * factor
            mixed ^= mixed >> np.uint64(32)
            least = np.minimum.reduceat(mixed * odd[(k + 1) % len(odd)], places)
            found[start:end] = (found[start:end] ^ least) * np.uint64(0x9E3779B97F4A7C15)
            found[start:end] ^= found[start:end] >> np.uint64(29)
    return found
