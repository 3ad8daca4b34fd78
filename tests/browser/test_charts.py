"""Charts in a real JupyterLab: drawn from the MIME bundle, without an upload button, names from data as text."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

SETUP = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from labkit import charts
from labkit.comparison import compare
from labkit.records import Task
from tests.made_runs import made_row, made_run
labels = ("退款", "<b>bold</b><img src=x onerror=window.hacked=1>", "$x^2$")
task = Task("made", labels, multi_label=True, allow_none=True)
rows = [made_row(f"r{{k}}", [labels[k % 3]], [labels[(k + k % 2) % 3]]) for k in range(60)]
a = made_run(rows, "a", task, prompt="v1")
rows = [made_row(f"r{{k}}", [labels[k % 3]], [labels[k % 3]] if k % 5 else []) for k in range(60)]
b = made_run(rows, "b", task, prompt="v2")
"""
SHOW = """
charts.show(charts.scores_chart([a, b]))
charts.show(charts.labels_chart(b))
charts.show(charts.confusion_chart(a))
charts.show(charts.differences_chart(compare([a, b]), "macro_f1"))
charts.labels_chart(a)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(code) for code in (SETUP, *SHOW.strip().splitlines())]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "charts.ipynb")
    return folder


def test_charts_are_drawn_and_offer_no_upload(jupyter_lab, folder: Path, visit: Visit):
    page = visit.page
    page.set_viewport_size({"width": 1300, "height": 2600})
    visit.run_notebook(jupyter_lab(folder), "charts.ipynb")
    expect(page.locator(".js-plotly-plot .main-svg:first-child")).to_have_count(5)
    for theme in ("Light", "Dark"):
        visit.theme(theme)
        visit.until(lambda: min(heights(page)) > 150, f"every chart is drawn in the theme {theme}")
        visit.screenshot(f"charts-{theme.lower()}")
    assert page.locator('[data-title*="hare"], [data-title*="cloud"]').count() == 0
    assert page.evaluate("window.hacked") is None
    for name in ("<b>bold</b>", "$x^2$"):
        expect(page.locator(".ytick", has_text=name)).not_to_have_count(0)
    visit.assert_clean()


def heights(page: Page) -> list[int]:
    return list(page.locator(".jp-RenderedPlotly").evaluate_all("all => all.map(chart => chart.clientHeight)"))
