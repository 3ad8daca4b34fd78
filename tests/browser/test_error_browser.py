"""ErrorBrowser in a real JupyterLab: filters, confusions, two runs, keyboard alone, reload, themes, hostile text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror='window.hacked=1'></script><b>\\u202eabc"
SETUP = f"""
import os
os.environ["LABKIT_LANG"] = LANGUAGE
from labkit.prompts import format_prompt
from labkit.records import *
from labkit.widgets import ErrorBrowser
task = Task("tiny", ("物流", "退款", "质量"), language="zh", item="微博", multi_label=True, allow_none=True)
definitions = tuple(Definition(label, f"关于{{label}}的一切。") for label in task.labels)
text = format_prompt(Prompt("v2", "{{{{definitions}}}}", "{{{{posts}}}}", "请回答。", definitions))
HOSTILE = "{HOSTILE}"

def row(k, seed):
    gold, answer = task.labels[k % 3], task.labels[(k + (k % (6 + seed) == 0)) % 3]
    if k % 50 == 49:
        return RunRow(example(k, gold), Prediction(Status.UNPARSED, reason="two answers"), reply="??")
    quote = Evidence(1, f"第{{k}}条", True)
    return RunRow(example(k, gold), Prediction(Status.ANSWERED, (answer,), f"理由{{k}}", (quote,), answer))

def example(k, gold):
    return Example(f"w{{k:05d}}", (f"第{{k}}条微博,说的是{{gold}}", HOSTILE), (gold,), "dev")

def run(name, seed, rows=5000):
    header = RunHeader(name, "tiny", name, "0", text, "model", {{}}, "dev", "0", "2026-11-25T00:00:00Z", "0")
    return Run(header, task, tuple(row(k, seed) for k in range(rows)))

v1, v2 = run("v1", 1), run("v2", 3)
"""
SCENE = """
import tempfile
from pathlib import Path
from labkit.workspace import create_scene
read = run("v1", 1, 400)
prompt = Prompt("v2", "{{definitions}}", "{{posts}}", "请回答。", definitions)
scene = create_scene(Path(tempfile.mkdtemp()) / "scene", task, [row.example for row in read.rows], [prompt])
handed = []
judged = ErrorBrowser(read, scene=scene, edit=handed.append)
judged
"""
QUEUED = """
import tempfile
from pathlib import Path
from labkit.workspace import create_scene
from labkit.workspace.queueing import sent_rows
read = run("v1", 1, 60)
prompt = Prompt("v2", "{{definitions}}", "{{posts}}", "请回答。", definitions)
pool = [Example("p1", ("快递站说的是物流太慢,催了三遍还没有人管",), ("物流",), "pool"),
        Example("p2", ("衣服洗一次就开线",), ("质量",), "pool")]
rows = [*pool, *(row.example for row in read.rows)]
scene = create_scene(Path(tempfile.mkdtemp()) / "scene", task, rows, [prompt])
queued = ErrorBrowser(read, scene=scene)
queued
"""
PLACE = "card => card.getBoundingClientRect().toJSON()"
STOPS = (
    "browser => [...browser.querySelectorAll('*')].filter(e => e.tabIndex === 0 && !e.disabled).map(e => e.outerHTML)"
)
RERUN = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
ONE, TWO = "one = ErrorBrowser(v1)\none", "two = ErrorBrowser(v2, v1)\ntwo"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    shown = [("one", "en", ONE), ("two", "en", TWO), ("zh", "zh", TWO), ("judged", "zh", SCENE)]
    shown += [(f"queued_{language}", language, QUEUED) for language in ("en", "zh")]
    for name, language, show in shown:
        cells = [nbformat.v4.new_code_cell(c) for c in (f"LANGUAGE = {language!r}\n{SETUP}", show, "1", "2")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="module")
def desk(chromium: Browser, jupyter_lab, folder: Path) -> Iterator[Visit]:
    """One page with one run in the browser, shared by the tests: opening it is what takes long."""
    visit = Visit(chromium)
    visit.run_notebook(jupyter_lab(folder), "one.ipynb")
    expect(visit.page.get_by_role("region", name="Odd rationales")).to_be_visible()  # worked out after the first paint
    yield visit
    visit.close()


@pytest.fixture
def browser(desk: Visit) -> Locator:
    """The browser on the shared page, with the filter it began with: set by key, after all that was asked before."""
    desk.errors.clear()
    shown = shown_browser(desk)
    for key, chips, rows in (("c", 0, "5,000"), ("e", 2, "800")):
        grid(shown).press(key)
        expect(shown.locator(".lk-chip")).to_have_count(chips)
        expect(shown.locator(".lk-found")).to_have_text(f"{rows} of 5,000 rows")
    expect(chosen(shown)).to_have_attribute("aria-rowindex", "2")
    expect(shown.get_by_role("alert")).to_be_hidden()
    return shown


def shown_browser(visit: Visit) -> Locator:
    browser = visit.page.locator(".lk-error-browser")
    expect(browser).to_be_visible()
    browser.scroll_into_view_if_needed()
    return browser


def grid(browser: Locator) -> Locator:
    return browser.get_by_role("grid")


def detail(browser: Locator) -> Locator:
    return browser.get_by_role("region", name="The chosen row")


def chosen(browser: Locator) -> Locator:
    return browser.locator("[role=row][aria-selected=true]")


def found(visit: Visit, name: str = "one") -> str:
    return visit.python(f"print(len({name}.found))").strip()


def test_a_confusion_opens_its_rows_with_both_definitions_side_by_side(desk: Visit, browser: Locator):
    browser.get_by_role("button", name="物流 taken for 退款", exact=False).click()
    expect(browser.locator(".lk-found")).to_have_text(f"{found(desk)} of 5,000 rows")
    expect(browser.get_by_role("button", name="Remove filter: missed: 物流")).to_be_visible()
    expect(browser.get_by_role("button", name="Remove filter: wrongly given: 退款")).to_be_visible()
    left, right = detail(browser).locator(".lk-card").all()
    expect(left).to_contain_text("关于物流的一切。")
    expect(right).to_contain_text("关于退款的一切。")
    places = [left.evaluate(PLACE), right.evaluate(PLACE)]
    assert places[0]["y"] == places[1]["y"]
    assert places[0]["x"] < places[1]["x"]
    expect(detail(browser).locator("mark").first).to_have_text("第0条")
    desk.screenshot("error_browser_confusion", browser)
    desk.assert_clean()


def test_what_arrives_between_press_and_release_takes_no_click_away(desk: Visit, browser: Locator):
    browser.get_by_role("button", name="Show all rows").hover()
    desk.page.mouse.down()
    assert desk.python("one.groups = [group | {'rows': 7} for group in one.groups]") == ""
    desk.page.mouse.up()
    expect(browser.locator(".lk-found")).to_have_text("5,000 of 5,000 rows")
    expect(browser.get_by_role("button", name="the rationale denies the label that is answered: 7")).to_be_visible()
    desk.assert_clean()


def test_rows_come_from_the_kernel_as_they_are_scrolled_to(desk: Visit, browser: Locator):
    browser.get_by_role("button", name="Show all rows").click()
    expect(browser.locator(".lk-found")).to_have_text("5,000 of 5,000 rows")
    assert grid(browser).locator("[data-position]").count() < 40
    grid(browser).evaluate("grid => grid.scrollTop = 46 * 4200")
    expect(grid(browser).get_by_text("w04203", exact=True)).to_be_visible()
    grid(browser).get_by_text("w04203", exact=True).click()
    expect(detail(browser).get_by_role("heading", name="w04203")).to_be_visible()
    grid(browser).press("End")
    expect(detail(browser).get_by_role("heading", name="w04999")).to_be_visible()
    desk.assert_clean()


def test_the_keyboard_alone_goes_everywhere_and_never_leaves(desk: Visit, browser: Locator):
    before, keyboard = desk.cell_count(), desk.page.keyboard
    chosen(browser).click()
    first = chosen(browser).get_attribute("aria-rowindex")
    for key in ("j", "j", "k", "j"):
        keyboard.press(key)
    expect(chosen(browser)).not_to_have_attribute("aria-rowindex", str(first))
    expect(detail(browser).get_by_role("heading").first).to_have_text(
        desk.python("print(one.found[2].example.id)").strip()
    )
    keyboard.press("Enter")
    expect(detail(browser)).to_be_focused()
    keyboard.press("Escape")
    expect(grid(browser)).to_be_focused()
    keyboard.press("e")
    expect(browser.locator(".lk-found")).to_have_text("5,000 of 5,000 rows")
    keyboard.press("/")
    keyboard.type("第42条")
    expect(browser.locator(".lk-found")).to_have_text("1 of 5,000 rows")
    keyboard.press("Escape")
    keyboard.press("Backspace")
    expect(browser.locator(".lk-found")).to_have_text("5,000 of 5,000 rows")
    for key in ("a", "b", "x", "d", "d", "Shift+Enter", "m", "c"):
        keyboard.press(key)
        desk.page.wait_for_timeout(40)
    inside = "() => Boolean(document.activeElement.closest('.lk-error-browser'))"
    assert desk.page.evaluate(inside), "the focus stays inside"
    assert desk.cell_count() == before, "a key reached the notebook"
    desk.assert_clean()


def test_filters_are_chips_and_stand_again_after_a_reload_and_in_a_new_browser(desk: Visit, browser: Locator):
    shown = browser.locator(".lk-found")
    for field, option in (("Status", "unreadable"), ("Label", "退款")):
        earlier = shown.inner_text()
        browser.get_by_label(field, exact=True).select_option(label=option)
        expect(shown).to_have_text(re.compile(f"^(?!{earlier})[0-9,]+ of 5,000 rows$"))  # now the kernel knows of it
    expect(browser.get_by_role("button", name="Remove filter: status: unreadable")).to_be_visible()
    count = f"{found(desk)} of 5,000 rows"
    expect(shown).to_have_text(count)
    expect(detail(browser)).to_contain_text("two answers")
    desk.reload()
    again = shown_browser(desk)
    expect(again.get_by_role("button", name="Remove filter: label: 退款")).to_be_visible()
    expect(again.locator(".lk-found")).to_have_text(count)
    again.evaluate("browser => browser.classList.remove('lk-error-browser')")  # a new one takes its place
    desk.page.evaluate(RERUN)
    anew = shown_browser(desk)
    expect(anew.get_by_role("button", name="Remove filter: label: 退款")).to_be_visible()
    expect(anew.locator(".lk-found")).to_have_text(count)
    expect(anew.get_by_role("region", name="Odd rationales")).to_be_visible()
    desk.assert_clean()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_serious_and_the_tab_key_is_not_held_up(desk: Visit, browser: Locator, theme: str):
    desk.theme(theme)
    browser.get_by_role("button", name="物流 taken for 退款", exact=False).click()
    expect(detail(browser).locator(".lk-card").first).to_be_visible()
    assert desk.accessibility_faults(".lk-error-browser") == []
    assert len(browser.evaluate(STOPS)) < 40
    desk.theme("Light")
    desk.assert_clean()


def test_hostile_text_stays_text(desk: Visit, browser: Locator):
    expect(detail(browser)).to_contain_text("<img src=x onerror='window.hacked=1'></script><b>⟨U+202E⟩abc")
    assert browser.locator("img, script").count() == 0
    assert desk.page.evaluate("() => window.hacked") is None
    desk.assert_clean()


def test_a_busy_kernel_is_named_and_the_rows_follow(desk: Visit, browser: Locator):
    with desk.held_up("one"):
        browser.get_by_role("button", name="Show all rows").click()
        expect(browser.locator(".lk-found")).to_have_text("The kernel is busy; the rows follow.")
    expect(browser.locator(".lk-found")).to_have_text("5,000 of 5,000 rows")
    desk.assert_clean()


def test_a_refused_filter_is_an_alert(desk: Visit, browser: Locator):
    assert desk.python("one.wanted = one.wanted | {'status': 'broken', 'revision': one.wanted['revision'] + 1}") == ""
    expect(browser.get_by_role("alert")).to_contain_text("broken")
    browser.get_by_role("button", name="Show all rows").click()
    expect(browser.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize(("notebook", "fixed"), [("two", "fixed"), ("zh", "改对")])
def test_two_runs_show_what_changed(chromium: Browser, jupyter_lab, folder: Path, notebook: str, fixed: str):
    visit = Visit(chromium, 1280)
    visit.run_notebook(jupyter_lab(folder), f"{notebook}.ipynb")
    browser = shown_browser(visit)
    rows = int(found(visit, "two"))
    expect(browser.locator(".lk-found")).to_contain_text(f"{rows:,}")
    for theme in ("Light", "Dark"):
        visit.theme(theme)
        visit.screenshot(f"error_browser_{notebook}_{theme.lower()}", browser)
    count = int(visit.python("print(two.changes[0][0])"))
    chosen(browser).click()
    visit.page.keyboard.press("f")
    expect(browser.locator(".lk-found")).to_contain_text(re.compile(rf"\b{count:,} (of|条)"))
    expect(chosen(browser)).to_contain_text(fixed)
    assert int(found(visit, "two")) == count > 0
    counts = browser.locator(".lk-changes tbody tr").nth(1).locator("button")
    assert counts.nth(0).text_content() == visit.python("print(two.changes[1][0])").strip()
    counts.nth(0).click()
    expect(browser.locator(".lk-chip")).to_have_count(3)
    visit.theme("Light")
    visit.assert_clean()
    visit.close()


def test_errors_are_judged_by_keyboard_alone_and_every_decision_can_be_taken_back(
    chromium: Browser, jupyter_lab, folder: Path
):
    visit = Visit(chromium, 1380, 1300)
    visit.run_notebook(jupyter_lab(folder), "judged.ipynb")
    browser, keyboard = shown_browser(visit), visit.page.keyboard
    opened = browser.get_by_role("region", name="选中的样本")
    cells, wrong = visit.cell_count(), int(found(visit, "judged"))
    last = "print({key: scene.decisions()[-1][key] for key in ('kind', 'id', 'from', 'to')})"
    browser.get_by_role("region", name="这些错误需要什么").get_by_role("button", name="尚未标记", exact=False).click()
    expect(browser.locator(".lk-chip")).to_have_count(2)
    expect(browser.locator(".lk-found")).to_contain_text(str(found(visit, "judged")))
    grid(browser).focus()
    first = visit.python("print(judged.found[0].example.id)").strip()
    keyboard.press("2")
    expect(opened.get_by_role("heading", name=first)).to_be_hidden()
    assert visit.python(last).strip() == str({"kind": "tag", "id": first, "from": None, "to": "definition_unclear"})
    keyboard.press("u")
    expect(opened.get_by_role("heading", name=first)).to_be_visible()
    keyboard.press("3")
    expect(opened.get_by_role("heading", name=first)).to_be_hidden()
    expect(grid(browser)).to_be_focused()
    second = visit.python("print(judged.found[0].example.id)").strip()
    keyboard.press("x")
    expect(browser.locator(".lk-said-done")).to_contain_text("已在编辑器中打开")
    keyboard.press("g")
    expect(browser.locator("form input:checked")).to_be_focused()
    visit.screenshot("error_browser_gold", browser)
    answered = visit.python("print(task.labels.index(judged.found[0].prediction.labels[0]))").strip()
    keyboard.press("Space")
    browser.locator("form input").nth(int(answered)).focus()
    keyboard.press("Space")
    browser.get_by_label("理由", exact=True).focus()
    keyboard.type("说的是另一件事")
    keyboard.press("Enter")
    expect(grid(browser)).to_be_focused()
    assert second in visit.python(last)
    assert int(visit.python("print(len(judged.run.rows) - sum(r.correct for r in judged.run.rows))")) == wrong - 1
    for theme in ("Light", "Dark"):
        visit.theme(theme)
        visit.screenshot(f"error_browser_judged_{theme.lower()}", browser)
    keyboard.press("u")
    expect(browser.locator(".lk-said-done")).to_contain_text("已撤销")
    assert visit.cell_count() == cells, "a key reached the notebook"
    visit.theme("Light")
    visit.assert_clean()
    visit.close()


@pytest.mark.parametrize(
    ("language", "sent", "again"), [("en", "1 row sent", "0 rows sent"), ("zh", "送审 1 行", "送审 0 行")]
)
def test_a_row_and_more_like_it_go_to_the_queue_by_keyboard(
    chromium: Browser, jupyter_lab, folder: Path, language: str, sent: str, again: str
):
    visit = Visit(chromium, 1380, 1300)
    visit.run_notebook(jupyter_lab(folder), f"queued_{language}.ipynb")
    browser, keyboard, cells = shown_browser(visit), visit.page.keyboard, visit.cell_count()
    said = browser.locator(".lk-said-done")
    grid(browser).focus()
    keyboard.press("q")
    expect(said).to_contain_text(sent)
    first = visit.python("print(queued.found[0].example.id)").strip()
    assert visit.python("print(list(sent_rows(scene)))").strip() == str([first])
    keyboard.press("q")
    expect(said).to_contain_text(again)
    keyboard.press("m")
    expect(said).to_contain_text("p1")
    assert visit.python("print(list(sent_rows(scene))[:2])").strip() == str([first, "p1"])
    expect(grid(browser)).to_be_focused()
    for theme in ("Light", "Dark"):
        visit.theme(theme)
        visit.screenshot(f"error_browser_queued_{language}_{theme.lower()}", browser)
    assert visit.cell_count() == cells, "a key reached the notebook"
    visit.theme("Light")
    visit.assert_clean()
    visit.close()
