"""CoverageBoard in a real JupyterLab: a region clicked, a quota moved, a curve asked for, a dataset written."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, expect

from labkit.records import Example
from labkit.workspace import Scene, create_scene
from tests.browser.visit import Visit
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror='window.hacked=1'></script><b>abc 13812345678"
METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SHOW = """
import os
os.environ["LABKIT_LANG"] = {language!r}
import labkit
board = labkit.CoverageBoard(labkit.open_scene({scene!r}), budget=60)
board
"""

LONELY = """
x, y, region = (board.places[name] for name in ("x", "y", "region"))
far = lambda k: min((x[k] - x[j]) ** 2 + (y[k] - y[j]) ** 2 for j in range(len(x)) if j != k)
k = max(range(len(x)), key=far)
print(x[k], y[k], region[k])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("maps")


def hostile_scene(folder: Path) -> Scene:
    """Ninety pool rows, dev rows, and a post that would be a script, a tag and a telephone number."""
    splits = ("pool", "pool", "pool", "dev")
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],), splits[k % 4]) for k in range(120)]
    rows += [Example(f"bad{k}", (f"{HOSTILE} {k} {post(500 + k)}",), None, "pool") for k in range(3)]
    return create_scene(folder, TINY_TASK, rows, tiny_prompts())


def opened_board(visit: Visit, lab: object, folder: Path, scene: str, language: str) -> Locator:
    path = folder / f"{language}-{Path(scene).name}.ipynb"
    cells = [nbformat.v4.new_code_cell(SHOW.format(language=language, scene=scene))]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), path)
    visit.run_notebook(lab, path.name)
    board = visit.page.locator(".lk-coverage-board")
    expect(board).to_be_visible()
    board.scroll_into_view_if_needed()
    return board


def test_a_region_is_read_a_quota_moved_and_the_plan_written(jupyter_lab, folder: Path, visit: Visit):
    scene = hostile_scene(folder / "scene")
    board = opened_board(visit, jupyter_lab(folder), folder, str(scene.path), "en")
    summary = board.locator(".lk-summary")
    expect(summary).to_contain_text("60 rows chosen")

    # a dot of the map opens its region; posts stay text, personal data is masked
    box = board.locator(".lk-map svg").bounding_box()
    place = visit.python(LONELY).split()
    x, y, region = map(int, place)
    board.locator(".lk-map svg").click(
        position={"x": box["width"] * (x + 30) / 1060, "y": box["height"] * (1030 - y) / 1060}, force=True
    )
    expect(board.locator(".lk-opened h3")).to_contain_text(f"Region {region}:")
    bad = visit.python("print(next(m.region for m in board.plan.coverage[None].rows if m.id == 'bad0'))").strip()
    if int(bad) != region:
        board.locator(f".lk-regions [data-region='{bad}']").click()
    expect(board.locator(".lk-opened")).to_contain_text("<img src=x onerror='window.hacked=1'>")
    expect(board.locator(".lk-opened")).to_contain_text("not labelled")
    assert "13812345678" not in board.inner_text()
    assert visit.page.evaluate("window.hacked") is None

    # a quota moved by keyboard is seen at once, and released again
    slider = board.get_by_role("slider", name="退款")
    chosen = int(visit.python("print(next(c[3] for c in board.found['cells'] if board.labels[c[0]] == '退款'))"))
    slider.focus()
    for _ in range(3):
        visit.page.keyboard.press("ArrowLeft")
    expect(board.locator(".lk-fixed output")).to_have_text(f"{chosen - 3} of 30")
    visit.python_until("print(board.wanted['quotas'])", f"[[1, 'unrated', {chosen - 3}]]")
    visit.python_until("print([c[3] for c in board.found['cells'] if c[0] == 1])", f"[{chosen - 3}]")
    expect(summary).to_contain_text("60 rows chosen")
    visit.screenshot("coverage_board_light", board)
    assert visit.accessibility_faults(".lk-coverage-board") == []

    # the curve beside it, and a dataset with the quotas as they are
    board.get_by_role("button", name="Find out").click()
    expect(board.locator(".lk-curve")).to_contain_text("points", timeout=120_000)
    expect(board.locator(".lk-curve svg circle")).to_have_count(4)
    board.get_by_label("Name of the dataset").fill("from the map")
    visit.page.keyboard.press("Enter")
    expect(board.locator(".lk-writing [role=status]")).to_contain_text("Wrote 60 rows")
    quotas = scene.dataset("from the map").manifest["parameters"]["quotas"]
    assert quotas == [{"label": "退款", "difficulty": "unrated", "rows": chosen - 3}]
    board.get_by_label("Name of the dataset").press("Enter")
    expect(board.get_by_role("alert")).to_contain_text("exists already")
    board.get_by_label("Rows at most").fill("2")
    expect(board.get_by_role("alert")).to_contain_text("the budget is 2")
    board.get_by_role("button", name="Release all").click()
    expect(summary).to_contain_text("2 rows chosen")

    # all that stands after a reload
    visit.reload()
    again = visit.page.locator(".lk-coverage-board")
    expect(again.locator(".lk-summary")).to_contain_text("2 rows chosen")
    expect(again.get_by_label("Rows at most")).to_have_value("2")
    visit.assert_clean()


def test_it_speaks_chinese_and_fits_dark_themes_and_narrow_windows(jupyter_lab, folder: Path, visit: Visit):
    board = opened_board(visit, jupyter_lab(folder), folder, "weibo_service", "zh")
    expect(board.get_by_role("heading", name="所选数据的覆盖情况")).to_be_visible()
    expect(board.locator(".lk-summary")).to_contain_text("已选 60 行")
    board.locator(".lk-regions button").first.click()
    expect(board.locator(".lk-opened li").first).to_be_visible()
    visit.theme("Dark")
    visit.screenshot("coverage_board_zh_dark", board)
    assert visit.accessibility_faults(".lk-coverage-board") == []
    visit.theme("Light")
    visit.page.set_viewport_size({"width": 700, "height": 1000})
    expect(board.locator(".lk-map")).to_be_visible()
    visit.screenshot("coverage_board_narrow", board)
    assert board.evaluate("board => board.scrollWidth <= board.clientWidth")
    visit.assert_clean()
