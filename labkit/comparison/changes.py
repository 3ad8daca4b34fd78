"""Which rows became right, and which became wrong, from one run to another; what McNemar's test counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labkit.comparison.common import Askings
from labkit.records import RunRow


def changes(
    first: Askings, second: Askings, right: Callable[[RunRow], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids that are right only in the second run, and those right only in the first.

    A row asked several times is right when more than half of its answers are. Where one run asked more often, only as
    many of its askings count as the other has: a majority of three is right more often than a single answer, even if
    both runs are equally good.

    Args:
        first: the askings of the first run.
        second: those of the second, of the same ids in the same order.
        right: whether one answer is right.
    """
    fixed: list[str] = []
    regressed: list[str] = []
    for row_id in first:
        times = min(len(first[row_id]), len(second[row_id]))
        was, now = (_mostly(askings[row_id][:times], right) for askings in (first, second))
        if was != now:
            (fixed if now else regressed).append(row_id)
    return tuple(fixed), tuple(regressed)


def _mostly(askings: Sequence[RunRow], right: Callable[[RunRow], bool]) -> bool:
    return 2 * sum(map(right, askings)) > len(askings)
