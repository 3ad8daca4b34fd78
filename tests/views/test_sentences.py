from __future__ import annotations

import pytest

from labkit.views.sentences import from_the_bar


@pytest.mark.parametrize(
    ("distance", "said"),
    [(-0.65, "65.0 points short of it"), (0.031, "3.1 points past it"), (0.0, "just on it"), (-0.0001, "just on it")],
)
def test_the_way_to_the_bar_is_told_without_a_sign(distance: float, said: str):
    assert from_the_bar(distance) == said


def test_it_is_told_in_chinese_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    assert from_the_bar(-0.65) == "还差 65.0 分"
