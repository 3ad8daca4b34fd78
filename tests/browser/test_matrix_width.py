"""ErrorBrowser's matrix of long Chinese labels stays in its place: what is too wide for it scrolls there alone."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

SHOW = """
import os
os.environ["LABKIT_LANG"] = "zh"
from labkit.prompts import format_prompt
from labkit.records import *
from labkit.widgets import ErrorBrowser
labels = tuple(f"快递延误导致的退款与售后服务投诉以及其他相关问题之{k}" for k in range(LABELS))
task = Task("long", labels, language="zh", multi_label=True, allow_none=True)
defined = tuple(Definition(label, "说明。") for label in labels)
text = format_prompt(Prompt("v1", "{{definitions}}", "{{posts}}", "请回答。", defined))

def row(k):
    gold, said = labels[k % LABELS], (labels[k * 7 % LABELS],) if k % 9 else ()
    return RunRow(Example(f"r{k}", (f"第{k}条",), (gold,) if k % 11 else (), "dev"), Prediction(Status.ANSWERED, said))

header = RunHeader("r1", "long", "v1", "0", text, "model", {}, "dev", "0", "2026-11-25T00:00:00Z", "0")
ErrorBrowser(Run(header, task, tuple(row(k) for k in range(400))))
"""
SPILT = """panel => [...panel.querySelectorAll('*')].filter(e => {
    if (e.parentElement.closest('.lk-matrix')) return false;
    return e.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1;
}).map(e => e.tagName + ' ' + e.className)"""


# What lies at the middle of each row's name once the columns are scrolled to their end, and what it stands on.
NAMES = """matrix => {
    matrix.scrollLeft = matrix.scrollWidth;
    return [...matrix.querySelectorAll('th[scope=row]')].map(name => {
        const { left, top, width, height } = name.getBoundingClientRect();
        const there = document.elementFromPoint(left + width / 2, top + height / 2);
        const inside = left >= matrix.getBoundingClientRect().left;
        return [inside, name.contains(there), getComputedStyle(name).backgroundColor];
    });
}"""
SEEN = """matrix => {
    const at = document.activeElement.getBoundingClientRect();
    return document.activeElement.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2));
}"""


@pytest.mark.parametrize("labels", [4, 14, 30])  # few, the most that a matrix takes, and a list instead
def test_long_labels_spill_over_nothing(chromium: Browser, jupyter_lab, tmp_path: Path, labels: int):
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(f"LABELS = {labels}\n{SHOW}")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), tmp_path / "long.ipynb")
    visit = Visit(chromium, 1380)
    visit.run_notebook(jupyter_lab(tmp_path), "long.ipynb")
    browser = visit.page.locator(".lk-error-browser")
    for width in (1900, 1380, 900):
        visit.page.set_viewport_size({"width": width, "height": 1100})
        expect(browser.locator(".lk-confusion button").first).to_be_visible()
        visit.page.wait_for_timeout(300)  # JupyterLab lays itself out anew
        assert browser.evaluate("browser => browser.scrollWidth - browser.clientWidth") <= 0
        assert browser.locator(".lk-confusion").evaluate(SPILT) == []
        visit.screenshot(f"matrix_{labels}_{width}", browser.locator(".lk-confusion"))
    if labels == 14:
        _names_stay(visit, browser.locator(".lk-matrix"))
    assert visit.accessibility_faults(".lk-confusion") == []
    visit.assert_clean()
    visit.close()


def _names_stay(visit: Visit, matrix: Locator) -> None:
    """Scrolled to the last column, each row still says whose it is; by keys nothing hides under the names."""
    for theme in ("Light", "Dark"):
        visit.theme(theme)
        assert matrix.evaluate("matrix => matrix.scrollWidth - matrix.clientWidth") > 100
        matrix.scroll_into_view_if_needed()
        names = matrix.evaluate(NAMES)
        assert len(names) >= 14
        paper = matrix.page.locator(".lk-error-browser").evaluate("e => getComputedStyle(e).backgroundColor")
        assert names == [[True, True, paper]] * len(names)
        visit.screenshot(f"matrix_scrolled_{theme}", matrix)
    matrix.locator("tbody tr").nth(2).locator("td button:enabled").last.focus()
    for _ in range(6):
        visit.page.keyboard.press("ArrowLeft")
        assert matrix.evaluate(SEEN)
    visit.theme("Light")
