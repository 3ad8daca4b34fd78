"""SceneForm in a real JupyterLab: from a team's GBK file and a pasted prompt to a scene, in both languages."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visit import Visit
from tests.widgets.test_scene_form import HOSTILE, write_posts

pytestmark = pytest.mark.browser

PROMPT = "你是客服质检员。\n标签：\n- 物流：快递慢、丢件\n- 退款：要求退钱\n微博：{text}\n只输出标签。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("team")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    write_posts(folder / "七月工单.csv", ["物流", "退款"], rows=60)
    write_posts(folder / "hostile.csv", ["refund", "Refund", HOSTILE], rows=60)
    for language in ("en", "zh"):
        setup = f"import os\nos.environ['LABKIT_LANG'] = {language!r}\nimport labkit"
        cells = [nbformat.v4.new_code_cell(c) for c in (setup, f"form = labkit.SceneForm('scene_{language}')\nform")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / f"{language}.ipynb")
    return folder


def shown_form(visit: Visit) -> Locator:
    form = visit.page.locator(".lk-scene-form")
    expect(form).to_be_visible()
    return form


def choose(form: Locator, label: str, value: str) -> None:
    form.get_by_label(label, exact=True).fill(value)
    form.get_by_label(label, exact=True).press("Tab")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Posts (--examples)", "Prompt, pasted", "Look at it", "Corrections", "Write the scene", "60 rows")),
        ("zh", ("帖子文件（--examples）", "提示词（粘贴）", "看看读到了什么", "更正", "写入场景", "60 行")),
    ],
)
def test_a_team_file_and_its_prompt_become_a_scene(
    chromium: Browser, jupyter_lab, folder: Path, language: str, words: tuple[str, ...]
):
    posts, prompt, look, corrections, write, rows = words
    visit = Visit(chromium, 1280, 2600)
    visit.run_notebook(jupyter_lab(folder), f"{language}.ipynb")
    form = shown_form(visit)
    choose(form, posts, "七月工单.csv")
    choose(form, prompt, PROMPT)
    visit.screenshot(f"scene_form_{language}_empty", form)
    form.get_by_role("button", name=look).click()
    expect(form).to_contain_text("七月工单.csv")
    expect(form).to_contain_text(rows)
    expect(form).to_contain_text("快递慢、丢件")
    form.get_by_text(corrections, exact=True).click()
    for theme in ("Light", "Dark"):
        visit.theme(theme)
        visit.screenshot(f"scene_form_{language}_{theme.lower()}", form)
    visit.theme("Light")
    assert not (folder / f"scene_{language}").exists()
    form.get_by_role("button", name=write).click()
    expect(form.get_by_role("alert")).to_contain_text(f"scene_{language}")
    assert (folder / f"scene_{language}" / "task.yaml").is_file()
    assert visit.python("print(form.scene.task.labels)").strip() == "('物流', '退款')"
    visit.screenshot(f"scene_form_{language}_written", form)
    visit.assert_clean()
    visit.close()


def test_hostile_labels_are_text_and_wait_for_a_decision(chromium: Browser, jupyter_lab, folder: Path):
    visit = Visit(chromium, 1280, 2600)
    visit.run_notebook(jupyter_lab(folder), "en.ipynb")
    form = shown_form(visit)
    choose(form, "New folder", "other")
    choose(form, "Posts (--examples)", "hostile.csv")
    form.get_by_role("button", name="Look at it").click()
    expect(form.get_by_role("alert")).to_contain_text("labels that look alike")
    expect(form).to_contain_text(HOSTILE)
    assert form.locator("img").count() == 0
    expect(form.get_by_role("button", name="Write the scene")).to_be_disabled()
    form.get_by_text("Corrections", exact=True).click()
    form.get_by_label("Labels that look alike").select_option(label="are one (--merge-labels)")
    expect(form.get_by_role("button", name="Write the scene")).to_be_enabled()
    expect(form.get_by_role("alert")).to_have_count(0)
    visit.assert_clean()
    visit.close()
