"""What nobody beats on everything at once: the choices that are worth talking about."""

from __future__ import annotations

from collections.abc import Sequence


def frontier(points: Sequence[Sequence[float]]) -> tuple[int, ...]:
    """The points that no other is as good as in every respect and better in one (Pareto).

    Args:
        points: each with as many figures, in the same order, of which more is better.

    Returns:
        Their positions, in the order given; of equal points all.
    """
    return tuple(k for k, point in enumerate(points) if not any(_beats(other, point) for other in points))


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)
