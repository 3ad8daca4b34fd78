from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labkit.comparison.frontier import frontier

CLOUDS = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[st.integers(0, 4)] * width), min_size=1, max_size=12)
)


def test_the_best_and_the_cheapest_stay_and_what_is_worse_and_dearer_goes():
    assert frontier([(90, -10), (80, -1), (70, -5), (80, -1)]) == (0, 1, 3)


def test_one_figure_leaves_the_largest():
    assert frontier([(1,), (3,), (3,)]) == (1, 2)


def test_of_nothing_nothing():
    assert frontier([]) == ()


@given(CLOUDS)
def test_nobody_outside_is_unbeaten_and_nobody_inside_is_beaten(points: list[tuple[int, ...]]):
    def beaten(k: int) -> bool:
        return any(all(a >= b for a, b in zip(p, points[k], strict=True)) and p != points[k] for p in points)

    assert set(frontier(points)) == {k for k in range(len(points)) if not beaten(k)}
