from __future__ import annotations

from datetime import date

import pytest

from labkit.costs import Price
from labkit.errors import BadInput
from labkit.workspace import Scene
from labkit.workspace.prices_file import bundled_prices


def test_a_scene_without_a_price_file_has_the_bundled_prices(scene: Scene):
    assert scene.prices() == bundled_prices()


def test_a_scenes_own_price_and_rate_come_first(scene: Scene):
    text = '["ours/x"]\ninput = 1\noutput = 2\ncurrency = "CNY"\ndate = 2026-11-01\n[rates]\nUSD_CNY = 7.05\n'
    (scene.path / "prices.toml").write_text(text, encoding="utf-8")
    found = scene.prices()
    assert found.prices["ours/x"] == Price(1, 2, "CNY", date=date(2026, 11, 1))
    assert found.rates.convert(1, "USD", "CNY") == pytest.approx(7.05)
    assert set(bundled_prices().prices) <= set(found.prices)


@pytest.mark.parametrize("content", [b"[", b"\xff\xfe[", b'["m"]\ninput = 1\n'])
def test_a_file_that_cannot_be_used_is_one_clear_line(scene: Scene, content: bytes):
    (scene.path / "prices.toml").write_bytes(content)
    with pytest.raises(BadInput, match=r"prices\.toml"):
        scene.prices()
