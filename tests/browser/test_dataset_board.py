"""DatasetBoard in a real JupyterLab: by keyboard alone, standing after a reload and in a new kernel, two people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, expect

from labkit.evaluation import evaluate
from labkit.records import Example
from labkit.workspace import Scene, create_scene, open_scene
from tests.browser.visit import Visit
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror='window.hacked=1'></script><b>abc"
METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SHOW = """
import os
os.environ["LABKIT_LANG"] = {language!r}
import labkit
scene = labkit.open_scene({scene!r})
board = labkit.DatasetBoard(scene, annotator={who!r}, overlap={overlap}, spot=2)
board
"""


def doubtful(folder: Path) -> Scene:
    """Two conflicts and two rows with personal data, asked of two prompts."""
    rows = list(tiny_examples())
    rows += [
        Example("copy-0", rows[0].items, ("退款",), group="g0"),
        Example("copy-8", rows[8].items, ("退款",), group="g8"),
        Example("phone", ("打13812345678给我退款", "第二条微博"), ("退款",), note="two posts"),
        Example("bad", (f"13900001111 {HOSTILE}",), ()),
    ]
    scene = create_scene(folder, TINY_TASK, rows, tiny_prompts())
    for prompt in ("v1", "v2"):
        evaluate(scene, prompt, "definition-reader", split="pool")
    return scene


def write_notebook(path: Path, scene: Scene, *, language: str = "en", who: str = "ann", overlap: float = 0.0) -> None:
    code = SHOW.format(language=language, scene=str(scene.path), who=who, overlap=overlap)
    cells = [nbformat.v4.new_code_cell(source) for source in (code, "1", "2")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("boards")


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Visit]:
    visit = Visit(chromium)
    yield visit
    visit.close()


def shown_board(visit: Visit) -> Locator:
    board = visit.page.locator(".lk-dataset-board")
    expect(board).to_be_visible()
    board.scroll_into_view_if_needed()
    return board


def detail(board: Locator) -> Locator:
    return board.get_by_role("region", name="The chosen item")


def answered(board: Locator, words: str) -> None:
    """Wait until a decision's answer is there: before, the board takes no other one."""
    expect(board.locator(".lk-said-done")).to_have_text(words)


def progress(board: Locator) -> Locator:
    return board.locator(".lk-found")


def test_the_queue_is_decided_by_keyboard_alone_and_stands_after_a_reload(desk: Visit, jupyter_lab, folder: Path):
    scene = doubtful(folder / "keys")
    write_notebook(folder / "keys.ipynb", scene)
    lab = jupyter_lab(folder)
    desk.run_notebook(lab, "keys.ipynb")
    board, keys, cells = shown_board(desk), desk.page.keyboard, desk.cell_count()
    opened = detail(board)
    total = json.loads(desk.python("import json; print(json.dumps(board.progress['total']))"))

    # the first item: copies that differ; nothing is chosen, nothing is told of what models said
    expect(opened).to_contain_text("2 copies of one post carry different labels.")
    expect(opened.locator(".lk-definition h5")).to_have_text(["物流", "退款"])
    assert "definition-reader" not in board.inner_text()
    board.get_by_role("grid").focus()
    keys.press("Enter")  # into the item
    expect(opened).to_be_focused()
    keys.press("Enter")
    expect(board.get_by_role("alert")).to_contain_text("choose the right ones")
    keys.press("v")
    expect(opened.locator(".lk-vote").first).to_contain_text("definition-reader")
    desk.screenshot("dataset_board_votes", board)
    keys.press("1")
    expect(opened.locator(".lk-choices [data-key='1']")).to_have_attribute("aria-pressed", "true")
    keys.press("n")
    expect(opened.get_by_label("Why")).to_be_focused()
    keys.type("same post d")
    keys.press("Enter")
    expect(progress(board)).to_have_text(f"1 of {total} decided")
    expect(opened.locator(".lk-vote")).to_have_count(0)
    answered(board, "relabelled: 物流")
    said = scene.decisions()[-1]
    assert (said["action"], said["to"], said["reason"], said["who"]) == ("relabel", ["物流"], "same post d", "ann")

    # a definition that decides nothing is noted for step 1, and the item stays
    keys.press("f")
    answered(board, "Noted for step 1 as unclear: 退款, 质量")
    expect(opened.locator(".lk-unclear")).to_have_count(2)
    expect(progress(board)).to_have_text(f"1 of {total} decided")
    desk.screenshot("dataset_board_unclear", board)
    keys.press("f")
    expect(opened.locator(".lk-unclear")).to_have_count(0)

    # dropped by one key, taken back by another, and decided otherwise
    expect(opened).to_contain_text("copy-8")
    keys.press("d")
    expect(progress(board)).to_have_text(f"2 of {total} decided")
    expect(board.locator(".lk-undo")).to_have_text("Undo: dropped")
    answered(board, "dropped")
    keys.press("u")
    answered(board, "Taken back: dropped")
    expect(progress(board)).to_have_text(f"1 of {total} decided")
    expect(opened).to_contain_text("copy-8")
    keys.press("a")
    expect(progress(board)).to_have_text(f"2 of {total} decided")
    lines = [line for line in scene.decisions() if line["kind"] == "adjudicate"]
    assert [line["action"] for line in lines] == ["relabel", "drop", "undo", "keep"]
    assert desk.cell_count() == cells, "no key reached the notebook"
    assert desk.page.evaluate("window.hacked") is None

    # the page is reloaded
    desk.reload()
    expect(progress(shown_board(desk))).to_have_text(f"2 of {total} decided")
    anew = open_scene(scene.path)
    assert {row.id: row.labels for row in anew.examples("pool")}["copy-0"] == ("物流",)
    desk.assert_clean()


def test_a_new_kernel_shows_what_was_decided_and_takes_it_back(desk: Visit, jupyter_lab, folder: Path):
    scene = doubtful(folder / "anew")
    write_notebook(folder / "anew.ipynb", scene)
    lab = jupyter_lab(folder)
    desk.run_notebook(lab, "anew.ipynb")
    board = shown_board(desk)
    detail(board).focus()
    desk.page.keyboard.press("d")
    expect(board.locator(".lk-undo")).to_have_text("Undo: dropped")
    write_notebook(folder / "other.ipynb", scene)  # a notebook of its own has a kernel of its own
    desk.run_notebook(lab, "other.ipynb")
    again = shown_board(desk)
    expect(again.locator(".lk-undo")).to_have_text("Undo: dropped")
    detail(again).focus()
    desk.page.keyboard.press("u")
    expect(again.locator(".lk-undo")).to_have_text("")
    expect(detail(again)).to_contain_text("copy-0")
    lines = [line for line in scene.decisions() if line["kind"] == "adjudicate"]
    assert [line["action"] for line in lines] == ["drop", "undo"]
    desk.assert_clean()


def test_two_people_and_a_disagreement_in_chinese_dark_and_narrow(chromium: Browser, jupyter_lab, folder: Path):
    scene = doubtful(folder / "two")
    for who in ("安", "波"):
        write_notebook(folder / f"{who}.ipynb", scene, language="zh", who=who, overlap=1.0)
    lab = jupyter_lab(folder)
    for who, key, said in (("安", "d", "剔除"), ("波", "a", "标签保留")):
        visit = Visit(chromium)
        visit.run_notebook(lab, f"{who}.ipynb")
        board = shown_board(visit)
        opened = board.get_by_role("region", name="当前条目")
        expect(opened).to_contain_text("同一条帖子出现了 2 次")
        opened.focus()
        visit.page.keyboard.press(key)
        expect(board.locator(".lk-undo")).to_contain_text("撤销")
        answered(board, said)
        if who == "安":
            expect(progress(board)).to_contain_text("1 条等第二人")
            visit.close()
    expect(opened).to_contain_text("标注分歧")
    expect(opened.locator(".lk-item .lk-card h5")).to_have_text(["安", "波"])
    visit.page.keyboard.press("d")
    expect(board.get_by_role("alert")).to_contain_text("定案需要理由")
    expect(opened.get_by_label("理由")).to_be_focused()
    visit.theme("Dark")
    visit.screenshot("dataset_board_zh_dark", board)
    assert visit.accessibility_faults(".lk-dataset-board") == []
    opened.get_by_label("理由").focus()
    visit.page.keyboard.type("广告")
    visit.page.keyboard.press("Enter")
    answered(board, "剔除")
    visit.theme("Light")
    visit.page.set_viewport_size({"width": 620, "height": 1000})
    visit.screenshot("dataset_board_narrow", board)
    width = "board => board.scrollWidth - board.clientWidth"
    visit.until(lambda: board.evaluate(width) <= 0, "the board fits a narrow page")
    assert visit.accessibility_faults(".lk-dataset-board") == []
    visit.assert_clean()
    visit.close()


def test_a_chip_shows_one_kind_and_hostile_text_stays_text(desk: Visit, jupyter_lab, folder: Path):
    scene = doubtful(folder / "chips")
    write_notebook(folder / "chips.ipynb", scene)
    desk.run_notebook(jupyter_lab(folder), "chips.ipynb")
    board = shown_board(desk)
    chip = board.get_by_role("button", name="personal data: 2 of 2 still open")
    chip.focus()
    desk.page.keyboard.press("Enter")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(board.locator("[role=row][data-position]")).to_have_count(2)
    expect(detail(board)).to_contain_text("It holds personal data: phone.")
    board.get_by_role("grid").focus()
    desk.page.keyboard.press("End")
    expect(detail(board)).to_contain_text(HOSTILE)
    expect(detail(board).locator("img")).to_have_count(0)
    desk.screenshot("dataset_board_hostile", board)
    assert desk.page.evaluate("window.hacked") is None
    assert desk.accessibility_faults(".lk-dataset-board") == []
    desk.assert_clean()
