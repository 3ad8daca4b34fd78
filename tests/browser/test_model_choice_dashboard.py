"""The model-choice dashboard as a product manager meets it: `python -m labkit dash --page models`, a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from labkit.evaluation import evaluate
from labkit.workspace import Scene, open_scene
from tests.browser.test_quality_dashboard import running_dash
from tests.browser.visit import Visit
from tests.hostile import HOSTILE
from tests.skilled import Skilled

pytestmark = pytest.mark.browser
PRICES = """
["moonshot/kimi"]
input = 4.0
output = 16.0
currency = "CNY"
date = "2026-11-20"
source = "the list"
"""
TERMS = "[tuning]\nonce = [8000, 12000, 20000]\nmonthly = 1200\ndate = 2026-11-20\nsource = 'an offer'\n"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The bundled Weibo scene with a floor, an API that reaches the bar, one with a hostile name, prices and terms."""
    scene = open_scene("weibo_service", tmp_path_factory.mktemp("choice"))
    evaluate(scene, "v2", "definition-reader")
    for name, skill in (("moonshot/kimi", 0.985), (f"x/{HOSTILE[0]}", 0.9)):
        evaluate(scene, "v2", Skilled(name, skill, scene.task, scene.examples("all")))
    (scene.path / "prices.toml").write_text(PRICES, encoding="utf-8")
    (scene.path / "terms.toml").write_text(TERMS, encoding="utf-8")
    return scene


@pytest.mark.parametrize(
    ("language", "theme", "advice"), [("en", "light", "Call the API: "), ("zh", "dark", "调用 API：")]
)
def test_a_product_manager_sees_what_to_do_and_why(
    measured: Scene, visit: Visit, language: str, theme: str, advice: str
):
    with running_dash(Path(measured.path), language, "models") as address:
        visit.page.set_viewport_size({"width": 1200, "height": 2000})
        visit.open_dashboard(f"{address}&theme={theme}")
        expect(visit.page.locator(".lk-headline")).to_have_text(f"{advice}moonshot/kimi", timeout=60_000)
        expect(visit.page.locator(".lk-tile")).to_have_count(3)
        expect(visit.page.locator("svg.lk-curve polyline")).to_have_count(2)
        visit.screenshot(f"models-{language}-{theme}")
        ink = visit.page.evaluate("getComputedStyle(document.querySelector('.lk')).color")
        assert (ink == "rgb(31, 35, 40)") == (theme == "light")
        fits = "document.querySelector('#rendered_cells').scrollWidth <= window.innerWidth"
        visit.until(lambda: visit.page.evaluate(fits), "the page fits its window")
        assert visit.page.evaluate("window.hacked") is None
        assert (
            visit.page.locator("#rendered_cells img, .lk a:not([href^='#']), #rendered_cells script[src]").count() == 0
        )
        visit.assert_clean()
