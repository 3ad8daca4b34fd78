"""Every lesson runs to its end, whatever ran before, with no key and no network; the first two in a real JupyterLab.

They share a workspace, in this order: the last lesson comes first, so that none finds what an earlier one makes; then
the first two are opened in JupyterLab and the others run again, where everything is there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.visit import Visit
from tests.calls_outside import refuse_calls_outside
from tests.notebooks.lessons import LESSON_SECONDS, NAMES, NOTEBOOKS, folders_as_git_sees_them, run_lesson

pytestmark = [pytest.mark.browser, pytest.mark.training, pytest.mark.timeout(2 * LESSON_SECONDS)]

ON_A_COPY = ("05_iterate",)  # of its scene: it finds nothing of what ran before


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: JupyterLab saves what it has run."""
    folder = tmp_path_factory.mktemp("lessons") / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns("workspace", "__pycache__", ".ipynb_checkpoints"))
    return folder


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lessons") / "workspace"


@pytest.fixture(autouse=True)
def in_one_workspace(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABKIT_WORKSPACE", str(workspace))


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hosts beyond this machine that a lesson or anything it started tried to reach; absent when there are none."""
    return refuse_calls_outside(tmp_path, monkeypatch)


@pytest.fixture
def lab(jupyter_lab, folder: Path) -> Server:
    return jupyter_lab(folder)


@pytest.mark.parametrize("name", NAMES[::-1])
def test_a_lesson_needs_none_before_it(name: str, calls: Path):
    assert_runs_and_leaves_nothing(name, calls)


def test_tour_runs_to_its_end(visit: Visit, lab: Server):
    visit.page.set_default_timeout(1000 * LESSON_SECONDS)
    visit.page.set_viewport_size({"width": 1300, "height": 5200})  # charts out of sight are not drawn
    visit.run_notebook(lab, "00_tour.ipynb")
    charts = visit.page.locator(".js-plotly-plot .main-svg:first-child")
    expect(charts).to_have_count(4)  # three of the lesson's own and the training monitor's
    visit.screenshot("lesson_tour")
    assert_solution_is_folded(visit)
    visit.assert_clean()


def test_prompt_lesson_takes_your_answers(visit: Visit, lab: Server):
    visit.page.set_default_timeout(1000 * LESSON_SECONDS)
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


@pytest.mark.parametrize("name", [name for name in NAMES[2:] if name not in ON_A_COPY])
def test_a_lesson_runs_where_everything_is_there(name: str, calls: Path):
    assert_runs_and_leaves_nothing(name, calls)


def assert_runs_and_leaves_nothing(name: str, calls: Path) -> None:
    """It reaches no other machine, and the checkout stays as it was."""
    before = folders_as_git_sees_them()
    run_lesson(name)
    assert not calls.exists(), calls.read_text()
    assert folders_as_git_sees_them() == before


def assert_solution_is_folded(visit: Visit) -> None:
    """Of the solution's code nothing is on the page but its first line, which says what it is."""
    folded = visit.page.locator(".jp-CodeCell .jp-Placeholder")
    expect(folded).to_have_count(1)
    folded.scroll_into_view_if_needed()
    visit.screenshot("lesson_solution")
    assert folded.inner_text().strip().startswith("# solution · 答案")
    assert visit.page.locator(".jp-CodeCell .cm-content", has_text="# solution").count() == 0
