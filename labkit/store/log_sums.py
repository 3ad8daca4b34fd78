"""SQLite's sum over a write-ahead log, for all frames at once.

Of pairs of words, each pair adds `first += even + second; second += odd + first`, modulo 2^32
(https://www.sqlite.org/fileformat2.html#checksum_algorithm). So a frame's sum is linear in its words and in the sum
before it: what its words add is one product of matrices, what the sum before adds is a 2 x 2 matrix of determinant 1.
"""

from __future__ import annotations

import struct
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

NATIVE = "<" if sys.byteorder == "little" else ">"
_MASK = 0xFFFFFFFF
_HEAD_WORDS = 6  # of a frame; the first two are summed, the others hold salts and the sum itself
_AT_ONCE = 4096  # frames

Checksum = tuple[int, int]
_Step = tuple[int, int, int, int]  # first of first, first of second, second of first, second of second


class FrameSums:
    """The sums of a log's frames.

    Args:
        log: all of it.
        start: where the first frame begins, in bytes.
        page: bytes of a page.
        words: "<" or ">", the order of the bytes in the words that are summed.
    """

    def __init__(self, log: bytes, start: int, page: int, words: str) -> None:
        self._step, weights = _weights(page)
        self._added = _products(log, start, weights, words)

    def total(self, frame: int, seed: Checksum) -> Checksum:
        """The sum up to and with a frame, when it is `seed` before it."""
        a, b, c, d = self._step
        first, second = self._added[frame]
        return (first + a * seed[0] + b * seed[1]) & _MASK, (second + c * seed[0] + d * seed[1]) & _MASK

    def seed(self, frame: int, total: Checksum) -> Checksum:
        """The sum before a frame, when it is `total` with it."""
        a, b, c, d = self._step
        first, second = total[0] - self._added[frame][0], total[1] - self._added[frame][1]
        return (d * first - b * second) & _MASK, (a * second - c * first) & _MASK


def checksum(content: bytes, seed: Checksum, words: str) -> Checksum:
    """The sum of a few words, pair by pair."""
    first, second = seed
    numbers = iter(struct.unpack(f"{words}{len(content) // 4}I", content))
    for even, odd in zip(numbers, numbers, strict=True):
        first = (first + even + second) & _MASK
        second = (second + odd + first) & _MASK
    return first, second


@lru_cache(maxsize=2)
def _weights(page: int) -> tuple[_Step, np.ndarray[Any, Any]]:
    """What the sum before a frame, and what each word of the frame, adds to the sum with it."""
    import numpy as np

    a, b, c, d = 1, 0, 0, 1
    backwards: list[Checksum] = []
    for _ in range((8 + page) // 8):
        backwards += [(b, d), ((a + b) & _MASK, (c + d) & _MASK)]  # an odd word enters the second half alone
        a, b, c, d = (a + b) & _MASK, (a + 2 * b) & _MASK, (c + d) & _MASK, (c + 2 * d) & _MASK
    summed = backwards[::-1]
    unsummed = [(0, 0)] * (_HEAD_WORDS - 2)
    return (a, b, c, d), np.array([*summed[:2], *unsummed, *summed[2:]], np.uint32)


def _products(log: bytes, start: int, weights: np.ndarray[Any, Any], words: str) -> list[Checksum]:
    import numpy as np

    count = max(len(log) - start, 0) // (4 * len(weights))
    if not count:
        return []
    table = np.frombuffer(log, f"{words}u4", count * len(weights), start).reshape(count, len(weights))
    added: list[Checksum] = []
    for first in range(0, count, _AT_ONCE):
        part = table[first : first + _AT_ONCE].astype(np.uint32, copy=False)
        added += [(int(one), int(two)) for one, two in (part @ weights).tolist()]
    return added
