"""The first two lessons in a real JupyterLab: every cell runs, widgets and charts show, nothing leaves the page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSON_MS = 900_000  # the tour trains, and a language model answers in the prompt's lesson


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: JupyterLab saves what it has run."""
    folder = tmp_path_factory.mktemp("lessons") / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns("workspace", "__pycache__", ".ipynb_checkpoints"))
    return folder


@pytest.fixture
def lab(jupyter_lab, folder: Path) -> Server:
    return jupyter_lab(folder)


@pytest.mark.training
def test_tour_runs_to_its_end(visit: Visit, lab: Server):
    visit.page.set_default_timeout(LESSON_MS)
    visit.page.set_viewport_size({"width": 1300, "height": 5200})  # charts out of sight are not drawn
    visit.run_notebook(lab, "00_tour.ipynb")
    charts = visit.page.locator(".js-plotly-plot .main-svg:first-child")
    expect(charts).to_have_count(4)  # three of the lesson's own and the training monitor's
    visit.screenshot("lesson_tour")
    assert_solution_is_folded(visit)
    visit.assert_clean()


def test_prompt_lesson_takes_your_answers(visit: Visit, lab: Server):
    visit.page.set_default_timeout(LESSON_MS)
    visit.run_notebook(lab, "01_prompt.ipynb")
    names_only = visit.page.locator(".widget-toggle-button", has_text="物流").first
    names_only.scroll_into_view_if_needed()
    visit.screenshot("lesson_prompt_person")
    names_only.click()
    expect(names_only).to_have_class("lm-Widget jupyter-widgets jupyter-button widget-toggle-button mod-active")
    visit.python_until("print(names_only.parameters['pressed'][posts[0].id])", "['物流']")
    expect(visit.page.locator(".lk-error-browser")).to_have_count(2)
    missed, worst = visit.page.locator(".lk-error-browser").all()
    expect(missed.get_by_role("button", name="Remove filter: missed: 退款")).to_be_visible()
    expect(worst.get_by_role("columnheader", name="Before")).to_be_visible()
    editor = visit.page.locator(".lk-prompt-editor")
    expect(editor).to_be_visible()
    editor.scroll_into_view_if_needed()
    visit.screenshot("lesson_prompt_editor")
    assert_solution_is_folded(visit)
    visit.assert_clean()


def assert_solution_is_folded(visit: Visit) -> None:
    """Of the solution's code nothing is on the page but its first line, which says what it is."""
    folded = visit.page.locator(".jp-CodeCell .jp-Placeholder")
    expect(folded).to_have_count(1)
    folded.scroll_into_view_if_needed()
    visit.screenshot("lesson_solution")
    assert folded.inner_text().strip().startswith("# solution · 答案")
    assert visit.page.locator(".jp-CodeCell .cm-content", has_text="# solution").count() == 0
