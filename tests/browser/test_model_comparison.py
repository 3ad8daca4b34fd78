"""ModelComparison in a real JupyterLab: sorted, chosen from, drawn, in both languages and themes; names stay text."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

SETUP = f"""
import os, sys
os.environ["LABKIT_LANG"] = LANGUAGE
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
import dataclasses
import labkit
from tests.hostile import HOSTILE
from tests.made_models import LABELS, MODELS, PRICES, TASK, model_runs
"""
SHOW = """
def quick(run):  # seconds of many digits
    rows = (dataclasses.replace(row, latency_s=row.latency_s / 17) for row in run.rows)
    return dataclasses.replace(run, rows=tuple(rows))

shown = labkit.ModelComparison([quick(run) for run in model_runs()], PRICES)
shown
"""
HOSTILE_SHOW = """
bar = dataclasses.replace(TASK.bar, minimum_recall={HOSTILE[0]: 0.9})
task = dataclasses.replace(TASK, labels=HOSTILE[:4], bar=bar)
shown = labkit.ModelComparison(model_runs(HOSTILE[4:8], task), PRICES)
shown
"""
PICTURE = {"en": "Picture", "zh": "图"}
TOO_WIDE = """figures => figures
    .filter(figure => figure.getBoundingClientRect().right > figure.parentElement.getBoundingClientRect().right + 1)
    .map(figure => figure.textContent)"""
DRAWN = ".js-plotly-plot .main-svg:first-child"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for name, language, show in (("en", "en", SHOW), ("zh", "zh", SHOW), ("hostile", "en", HOSTILE_SHOW)):
        cells = [nbformat.v4.new_code_cell(code) for code in (f"LANGUAGE = {language!r}\n{SETUP}", show)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / f"{name}.ipynb")
    return folder


def shown_comparison(page: Page) -> Locator:
    comparison = page.locator(".lk-model-comparison")
    expect(comparison).to_be_visible()
    expect(comparison.locator(DRAWN)).to_be_visible()
    return comparison


def letters(comparison: Locator) -> Locator:
    return comparison.locator(".lk-model-line button")


@pytest.mark.parametrize(
    ("notebook", "money", "differ"), [("en", "CNY for 1,000 rows", "differ"), ("zh", "每千行费用", "不一致")]
)
def test_columns_sort_and_two_letters_open_what_differs(
    jupyter_lab, folder: Path, visit: Visit, notebook: str, money: str, differ: str
):
    page = visit.page
    page.set_viewport_size({"width": 1400, "height": 1900})
    visit.run_notebook(jupyter_lab(folder), f"{notebook}.ipynb")
    comparison = shown_comparison(page)
    expect(letters(comparison)).to_have_text(["A", "B", "C", "D"])
    assert comparison.locator(".lk-figure").evaluate_all(TOO_WIDE) == []
    comparison.get_by_role("button", name=money).click()
    expect(letters(comparison)).to_have_text(["C", "D", "B", "A"])
    comparison.get_by_role("button", name=money).click()
    expect(letters(comparison).first).to_have_text("A")
    for theme in ("Light", "Dark"):
        visit.theme(theme)
        page.wait_for_timeout(500)
        visit.screenshot(f"model_comparison_{notebook}_choices_{theme.lower()}", comparison)
    for letter in ("B", "A"):
        comparison.get_by_role("button", name=letter, exact=True).click()
    browser = comparison.locator(".lk-error-browser")
    expect(browser).to_be_visible()
    assert visit.python("print(shown.chosen, len(shown.browser.found) > 0)").strip() == "('run-3', 'run-2') True"
    visit.screenshot(f"model_comparison_{notebook}_differ", comparison)
    comparison.get_by_role("button", name="A", exact=True).click()
    expect(browser).to_have_count(0)
    for value, theme in (("strengths", "Dark"), ("agreement", "Light")):
        comparison.get_by_label(PICTURE[notebook]).select_option(index=1 if value == "strengths" else 2)
        expect(comparison.locator(".js-plotly-plot .hm")).not_to_have_count(0)
        visit.theme(theme)
        page.wait_for_timeout(500)
        visit.screenshot(f"model_comparison_{notebook}_{value}", comparison)
    visit.assert_clean()


def test_hostile_names_stay_text_and_a_reload_shows_it_all_again(jupyter_lab, folder: Path, visit: Visit):
    visit.run_notebook(jupyter_lab(folder), "hostile.ipynb")
    page, comparison = visit.page, shown_comparison(visit.page)
    expect(comparison).to_contain_text("<svg onload")
    for value in ("strengths", "agreement", "choices"):
        visit.python(f"shown.picture.value = {value!r}")
        expect(comparison.locator(DRAWN)).to_be_visible()
    for letter in ("A", "D"):
        comparison.get_by_role("button", name=letter, exact=True).click()
    expect(comparison.locator(".lk-error-browser")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    visit.reload()
    again = shown_comparison(page)
    expect(again.locator(".lk-error-browser")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    visit.assert_clean()
