"""This week, Data, Training and releases as a stakeholder meets them: both languages, both themes, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from threading import Event
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from labkit.evaluation import evaluate
from labkit.releases import release, rollback
from labkit.workspace import Scene, create_scene
from tests.browser.test_quality_dashboard import running_dash, status_of
from tests.browser.visit import PATIENCE_MS, Visit
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.hostile import HOSTILE

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 1600}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
SAYS = {
    ("week", "en"): ("What waits for a decision", "r1 is live since", "Taken back: r2", "What it cost"),
    ("week", "zh"): ("待决事项", "r1 自", "回退：r2", "花费"),
    ("data", "en"): ("of 6 lights are green", "not examined"),
    ("data", "zh"): ("6 盏灯", "未检查"),
    ("releases", "en"): ("r1, live since", "What could go live next", "What was live, and when"),
    ("releases", "zh"): ("r1 自", "候选版本", "发布历史"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A scene whose posts, names and reasons are hostile: two releases, one taken back, a dataset, runs on dev."""
    examples = [
        replace(example, items=(f"{example.text} {HOSTILE[k % len(HOSTILE)]}",)) if k % 5 == 0 else example
        for k, example in enumerate(tiny_examples())
    ]
    scene = create_scene(tmp_path_factory.mktemp("told") / "tiny", TINY_TASK, examples, tiny_prompts())
    (scene.path / "gate.yaml").write_text("minimum: {macro_f1: 0.05}\n", encoding="utf-8")
    evaluate(scene, "v2", "definition-reader")
    v1, v2 = (evaluate(scene, name, "definition-reader", "test", reason="a test of pages") for name in ("v1", "v2"))
    release(scene, v1.id, "Lin")
    release(scene, v2.id, f"Wang {HOSTILE[0]}")
    rollback(scene, "Lin", f"slow {HOSTILE[2]}")
    rows = [
        {"id": row.id, "items": list(row.items), "labels": list(row.labels or ())} for row in scene.examples("pool")
    ]
    scene.save_dataset("first", rows, {})
    return scene


@pytest.fixture(scope="module")
def dash(told: Scene) -> Iterator[Callable[[str], str]]:
    """`dash(language)` is the address of the first page, with its token; the Chinese ones lie where a Hub puts them."""
    below = {"en": "/", "zh": "/services/labkit/"}
    with ExitStack() as started:
        yield cache(lambda language: started.enter_context(running_dash(told.path, language, "week", below[language])))


def page_of(address: str, page: str, theme: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path.replace('week', page)}?{parts.query}&theme={theme}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("page", "language"), list(SAYS))
def test_a_page_says_its_sentence_on_a_desk_and_on_a_phone(
    dash: Callable[[str], str], visit: Visit, page: str, language: str, theme: str
):
    visit.page.set_viewport_size(DESK)
    visit.open_dashboard(page_of(dash(language), page, theme))
    body = visit.page.locator("#rendered_cells")
    for words in SAYS[page, language]:
        expect(body).to_contain_text(words, timeout=2 * PATIENCE_MS)
    expect(visit.page.locator("html")).to_have_attribute("lang", language)
    ink = visit.page.evaluate("getComputedStyle(document.querySelector('.lk')).color")
    assert (ink == "rgb(31, 35, 40)") == (theme == "light")
    visit.screenshot(f"{page}-{language}-{theme}")
    assert visit.accessibility_faults("#rendered_cells") == []
    visit.page.set_viewport_size(PHONE)
    visit.until(lambda: visit.page.evaluate(FITS), "the page fits a phone")
    visit.screenshot(f"{page}-{language}-{theme}-phone")
    assert visit.page.evaluate("window.hacked") is None
    assert visit.page.locator("#rendered_cells img, .lk a:not([href^='#']), #rendered_cells script[src]").count() == 0
    assert visit.page.locator("#rendered_cells button, #rendered_cells input, #rendered_cells form").count() == 0
    visit.assert_clean()


def test_a_page_says_its_words_before_its_widgets_come_and_says_them_once(dash: Callable[[str], str], visit: Visit):
    held: list[Route] = []
    let_on = Event()
    widgets = "**/labextensions/**"  # the programs that draw them
    visit.page.route(widgets, lambda route: route.continue_() if let_on.is_set() else held.append(route))
    visit.page.goto(page_of(dash("en"), "week", "light"), wait_until="commit")
    first = visit.page.locator("#labkit-first-paint")
    for words in SAYS["week", "en"]:
        expect(first).to_contain_text(words, timeout=2 * PATIENCE_MS)
    expect(visit.page.locator("#loading")).to_be_hidden()
    visit.screenshot("week-first-paint")
    first.evaluate("first => first.inert = false")  # what is inert, the check passes over
    assert visit.accessibility_faults("#rendered_cells") == []
    visit.page.set_viewport_size({"width": 1200, "height": 500})
    visit.page.evaluate("scrollTo(0, 300)")
    visit.until(lambda: visit.page.evaluate("scrollY") == 300, "the reader has gone on")
    said, top = first.inner_text(), visit.page.locator(".lk h2").last.bounding_box()["y"]
    visit.until(lambda: bool(held), "the widgets' programs are asked for")
    let_on.set()
    for route in held:
        route.continue_()
    expect(first).to_have_count(0)
    assert visit.page.locator(".lk-dashboard").inner_text() == said
    assert abs(visit.page.locator(".lk h2").last.bounding_box()["y"] - top) < 8, "what is being read stays in its place"
    assert visit.page.evaluate("window.hacked") is None
    visit.assert_clean()


LOOK = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.lk')).color]"
LIGHT, DARK = ["rgb(255, 255, 255)", "rgb(31, 35, 40)"], ["rgb(17, 17, 17)", "rgb(230, 232, 234)"]


def test_a_page_is_dark_where_the_viewers_system_is_unless_they_say_otherwise_and_light_on_paper(
    dash: Callable[[str], str], visit: Visit
):
    visit.page.emulate_media(color_scheme="dark")
    parts = urlsplit(dash("en"))
    visit.open_dashboard(f"{parts.scheme}://{parts.netloc}/voila/render/releases.ipynb?{parts.query}")
    expect(visit.page.locator(".lk-history")).to_be_visible(timeout=2 * PATIENCE_MS)
    visit.until(lambda: visit.page.evaluate(LOOK) == DARK, "the page is as dark as the system")
    visit.page.emulate_media(media="print")
    assert visit.page.evaluate(LOOK) == LIGHT
    visit.page.emulate_media(media="screen")
    visit.page.locator("#labkit-theme").click()
    visit.until(lambda: visit.page.evaluate(LOOK) == LIGHT, "the viewer's choice shows at once")
    assert "theme=light" in visit.page.url
    assert "theme=light" in str(visit.page.locator("#labkit-pages a").first.get_attribute("href"))
    assert visit.page.locator(".lk-history").is_visible(), "the page was not loaded anew"
    visit.assert_clean()


def test_on_paper_a_page_comes_whole(dash: Callable[[str], str], visit: Visit):
    visit.page.set_viewport_size({"width": 800, "height": 300})
    visit.open_dashboard(page_of(dash("en"), "releases", "light"))
    expect(visit.page.locator(".lk-history")).to_be_visible(timeout=2 * PATIENCE_MS)
    visit.page.emulate_media(media="print")
    paper = visit.page.evaluate("document.documentElement.scrollHeight")
    assert paper >= visit.page.locator("#rendered_cells .lk-history").bounding_box()["y"] > 300
    assert visit.page.evaluate("document.getElementById('rendered_cells').scrollHeight") <= paper
    assert len(re.findall(rb"/Type\s*/Page[^s]", visit.page.pdf(height="300px", width="800px"))) > 2


CUT = """
[...document.querySelectorAll('.lk-cards td')].filter(cell => {
  const box = cell.getBoundingClientRect();
  return box.right > innerWidth || box.left < 0 || cell.scrollWidth > cell.clientWidth + 1;
}).map(cell => cell.textContent.trim())
"""
HEADS = """
[...document.querySelectorAll('.lk-cards tr:last-child td')].map(cell => getComputedStyle(cell, '::before').content)
"""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", ["releases", "models"])
def test_on_a_phone_a_wide_table_is_cards_that_name_every_figure_and_cut_none(
    dash: Callable[[str], str], visit: Visit, language: str, page: str
):
    visit.page.set_viewport_size(PHONE)
    visit.open_dashboard(page_of(dash(language), page, "light"))
    table = visit.page.locator(".lk-wide:has(.lk-cards)")
    expect(table).to_be_visible(timeout=2 * PATIENCE_MS)
    assert visit.page.evaluate(CUT) == []
    heads = visit.page.locator(".lk-cards th").all_text_contents()
    assert visit.page.evaluate(HEADS) == [f'"{head}"' for head in heads]
    assert visit.page.evaluate(FITS)
    table.scroll_into_view_if_needed()
    visit.screenshot(f"{page}-{language}-cards-phone", table)
    assert visit.page.evaluate(CUT_READOUTS) == []
    assert visit.accessibility_faults("#rendered_cells") == []


CUT_READOUTS = """
[...document.querySelectorAll('.widget-readout')].filter(said => said.scrollWidth > said.clientWidth + 1)
  .map(said => said.textContent)
"""

CRUMBLED_CELLS = """
[...document.querySelectorAll('#rendered_cells .lk-wide :is(th, td)')].filter(cell => {
  const lines = new Set(), range = document.createRange();
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  let characters = 0;
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    for (let k = 0; k < text.length; k++) {
      range.setStart(text, k);
      range.setEnd(text, k + 1);
      const box = range.getBoundingClientRect();
      if (!box.width || !text.data[k].trim()) continue;
      characters += 1;
      lines.add(Math.round(box.top / 8));
    }
  }
  return characters > 2 && characters < 2 * lines.size;
}).map(cell => cell.textContent.trim())
"""


@pytest.mark.parametrize("page", ["models", "quality", "data", "releases"])
def test_no_table_breaks_chinese_into_single_characters_on_a_phone(dash: Callable[[str], str], visit: Visit, page: str):
    visit.page.set_viewport_size(PHONE)
    visit.open_dashboard(page_of(dash("zh"), page, "light"))
    expect(visit.page.locator(".lk-wide table").first).to_be_visible(timeout=2 * PATIENCE_MS)
    assert visit.page.evaluate(CRUMBLED_CELLS) == []
    assert visit.page.evaluate(FITS)
    visit.screenshot(f"{page}-zh-table-phone", visit.page.locator(".lk-wide").first)


def test_a_link_to_a_row_opens_what_it_is_folded_into(dash: Callable[[str], str], visit: Visit):
    visit.open_dashboard(page_of(dash("en"), "week", "light"))
    row = visit.page.locator("details.lk-behind li").first
    expect(row).to_be_attached(timeout=2 * PATIENCE_MS)
    assert not row.is_visible()
    anchor = row.get_attribute("id")
    visit.page.goto("about:blank")
    visit.open_dashboard(f"{page_of(dash('en'), 'week', 'light')}#{anchor}")
    expect(visit.page.locator(f"[id='{anchor}']")).to_be_visible(timeout=2 * PATIENCE_MS)


@pytest.mark.parametrize("page", ["week", "data", "releases"])
def test_a_forged_host_gets_no_page(dash: Callable[[str], str], page: str):
    path = f"/voila/render/{page}.ipynb"
    assert status_of(dash("en"), path, token=True, host="evil.example") == 403
    assert status_of(dash("en"), path) == 302  # to where the token is asked for
