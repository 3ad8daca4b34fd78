"""PromptEditor in a real JupyterLab: edit, preview, save, reload; keys, input methods, themes, hostile text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, FloatRect, Locator, expect

from labkit.prompts import parse_prompt
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror='window.hacked=1'></script><b>\u202eabc"
SETUP = f"""
import os
os.environ["LABKIT_LANG"] = LANGUAGE
from pathlib import Path
from labkit.prompts import format_prompt
from labkit.records import Definition, Example, Prompt, Task
from labkit.widgets import PromptEditor
task = Task("tiny", ("物流", "退款", "质量"), language="zh", item="微博", multi_label=True, allow_none=True)
examples = (
    Example("a", ("快递五天没动静,急!", "客服说\\n微博 9: 在查")),
    Example("b", ({HOSTILE!r},)),
    Example("c", ("退款一周了没人理,钱什么时候能退给我?",)),
)
definitions = (
    Definition("物流", "快递、包裹、配送的问题。", ("快递慢", "包裹丢了"), ("运费 -> 退款",), ("五天没动静",)),
    Definition("退款", "要求退款、退货或退钱,或在等退款到账。"),
)
system = "你给微博分类,只看文字本身。\\n\\n{{{{definitions}}}}\\n\\n{{{{answer}}}}"
prompt = Prompt("v2", system, "{{{{posts}}}}", "请回答。", definitions)
"""
OPEN = """
def save(prompt):
    path = Path.cwd() / f"v{3 + len(list(Path.cwd().glob('v*.md')))}.md"
    path.write_text(format_prompt(prompt), encoding="utf-8")
    return path
editor = PromptEditor(prompt, task, examples, on_save=save)
editor
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    for language in ("en", "zh"):
        (folder / language).mkdir()
        cells = [nbformat.v4.new_code_cell(c) for c in (f"LANGUAGE = {language!r}\n{SETUP}", OPEN, "1", "2")]
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / language / "editor.ipynb")
    return folder


@pytest.fixture(scope="module")
def desk(chromium: Browser, jupyter_lab, folder: Path) -> Iterator[Visit]:
    """One page with the English notebook, shared by the tests: opening it is what takes long."""
    visit = Visit(chromium)
    visit.run_notebook(jupyter_lab(folder), "en/editor.ipynb")
    yield visit
    visit.close()


@pytest.fixture
def editor(desk: Visit) -> Locator:
    """The editor on the shared page, with the prompt it began with."""
    desk.errors.clear()
    assert desk.python("editor.prompt, editor.position = prompt, 0") == ""
    editor = shown_editor(desk)
    expect(editor.get_by_role("heading", name="Prompt v2")).to_be_visible()
    expect(editor.get_by_text("edited, not saved")).to_be_hidden()
    expect(editor.get_by_label("质量: Meaning")).to_have_value("")
    expect(editor.get_by_label("Instruction")).to_have_value("请回答。")
    expect(user_message(editor)).to_contain_text("快递五天没动静")
    return editor


def shown_editor(visit: Visit) -> Locator:
    editor = visit.page.locator(".lk-prompt-editor")
    expect(editor).to_be_visible()
    editor.scroll_into_view_if_needed()
    return editor


def user_message(editor: Locator) -> Locator:
    return editor.locator(".lk-user pre")


def system_message(editor: Locator) -> Locator:
    return editor.locator(".lk-system pre")


def test_edit_preview_save_reload(desk: Visit, editor: Locator, folder: Path):
    expect(user_message(editor)).to_have_text("微博 1: 快递五天没动静,急!\n微博 2: 客服说 微博 9\\: 在查\n\n请回答。")
    editor.get_by_label("质量: Meaning").fill("东西坏了、掉漆、漏水。")
    editor.get_by_label("退款: Includes").fill("等到账\n退运费\n")
    expect(system_message(editor)).to_contain_text("- 质量: 东西坏了、掉漆、漏水。")
    expect(system_message(editor)).to_contain_text("退运费")
    expect(editor.get_by_text("edited, not saved")).to_be_visible()
    assert desk.python("print(editor.prompt.name)").strip() == "v2-edited"

    editor.get_by_label("What changed").fill("quality defined")
    editor.get_by_role("button", name="Save as new version").click()
    expect(editor.get_by_text("Saved as v3:")).to_be_visible()
    written = parse_prompt((folder / "en/v3.md").read_text(encoding="utf-8"), "v3")
    assert (written.message, written.definitions[2].text) == ("quality defined", "东西坏了、掉漆、漏水。")
    assert written.definitions[1].includes == ("等到账", "退运费")
    expect(editor.get_by_role("heading", name="Prompt v3")).to_be_visible()
    expect(editor.get_by_text("edited, not saved")).to_be_hidden()

    editor.get_by_role("button", name="Save as new version").click()
    expect(editor.get_by_text("Nothing changed since v3")).to_be_visible()
    assert [p.name for p in (folder / "en").glob("v*.md")] == ["v3.md"]

    editor.get_by_label("Next example").click()
    editor.get_by_label("Next example").click()
    editor.get_by_label("Instruction").fill("只输出 JSON。")
    expect(user_message(editor)).to_have_text("微博 1: 退款一周了没人理,钱什么时候能退给我?\n\n只输出 JSON。")
    desk.reload()
    again = shown_editor(desk)
    expect(again.get_by_label("Instruction")).to_have_value("只输出 JSON。")
    expect(user_message(again)).to_have_text("微博 1: 退款一周了没人理,钱什么时候能退给我?\n\n只输出 JSON。")
    expect(again.get_by_text("Saved as v3:")).to_be_visible()
    expect(again.get_by_label("退款: Includes")).to_have_value("等到账\n退运费")
    again.get_by_label("Instruction").fill("请再答。")
    expect(user_message(again)).to_contain_text("请再答。")
    desk.assert_clean()


def test_a_prompt_that_cannot_be_sent_says_why_and_is_not_saved(desk: Visit, editor: Locator, folder: Path):
    before = sorted(folder.rglob("v*.md"))
    editor.get_by_role("textbox", name="Input").fill("{{post}}")
    alert = editor.locator(".lk-preview [role=alert]")
    expect(alert).to_contain_text("unknown placeholder {{post}}")
    editor.get_by_role("button", name="Save as new version").click()
    expect(editor.locator(".lk-save [role=alert]")).to_contain_text("unknown placeholder")
    editor.get_by_role("textbox", name="Input").fill("{{posts}}\n# Input")
    expect(alert).to_contain_text("'# Input' stands twice")
    desk.screenshot("prompt_editor_problem", editor)
    editor.get_by_role("textbox", name="Input").fill("{{posts}}")
    expect(alert).to_be_hidden()
    assert sorted(folder.rglob("v*.md")) == before
    desk.assert_clean()


def test_keys_typed_in_the_editor_do_not_reach_the_notebook(desk: Visit, editor: Locator):
    before = desk.cell_count()
    places = [
        editor.get_by_label("System message"),
        editor.get_by_role("button", name="Next example"),
        editor.get_by_role("radio", name="none"),
        user_message(editor),
        editor.get_by_role("heading", name="Prompt v2"),
    ]
    for place in places:
        place.click()
        for key in ("a", "b", "d", "d", "Shift+Enter"):
            desk.page.keyboard.press(key)
            desk.page.wait_for_timeout(50)
        desk.page.wait_for_timeout(150)  # what must not happen would have happened by then
        assert desk.cell_count() == before, f"a key typed in {place} reached the notebook"
    expect(editor).to_be_visible()


def test_an_input_method_composes_without_being_disturbed(desk: Visit, editor: Locator):
    field = editor.get_by_label("质量: Meaning")
    field.click()
    keyboard = desk.context.new_cdp_session(desk.page)
    keyboard.send("Input.imeSetComposition", {"text": "dongxi", "selectionStart": 6, "selectionEnd": 6})
    desk.page.wait_for_timeout(600)
    expect(field).to_have_value("dongxi")
    assert "dongxi" not in desk.python("print(editor.draft)")
    keyboard.send("Input.insertText", {"text": "东西"})
    expect(system_message(editor)).to_contain_text("- 质量: 东西")
    expect(field).to_have_value("东西")
    desk.assert_clean()


def test_hostile_text_stays_text(desk: Visit, editor: Locator):
    editor.get_by_label("Example", exact=True).select_option(index=1)
    shown = HOSTILE.replace("\u202e", "⟨U+202E⟩")  # obeyed, it would show another text than is sent
    expect(user_message(editor)).to_contain_text(shown)
    editor.get_by_label("退款: Meaning").fill(HOSTILE)
    expect(system_message(editor)).to_contain_text(shown)
    assert editor.locator("img, script").count() == 0
    assert editor.locator("b", has_text="abc").count() == 0
    assert desk.page.evaluate("() => window.hacked") is None
    desk.assert_clean()


def test_two_columns_when_wide_one_when_narrow(desk: Visit, editor: Locator):
    desk.theme("Light")
    desk.screenshot("prompt_editor_light", editor)
    desk.screenshot("prompt_editor_lab")
    desk.until(lambda: stands_right(editor), "wide: the preview stands at the right")
    desk.page.set_viewport_size({"width": 900, "height": 1000})
    desk.until(lambda: stands_below(editor), "narrow: the preview stands below")
    desk.screenshot("prompt_editor_narrow", editor)
    desk.page.set_viewport_size({"width": 1500, "height": 1100})
    desk.assert_clean()


def test_a_busy_kernel_is_named_and_the_preview_follows(desk: Visit, editor: Locator):
    with desk.held_up("editor"):
        editor.get_by_label("质量: Meaning").fill("东西坏了。")
        expect(editor.get_by_text("The kernel is busy; the preview follows.")).to_be_visible()
    expect(system_message(editor)).to_contain_text("- 质量: 东西坏了。")
    expect(editor.get_by_text("The kernel is busy; the preview follows.")).to_be_hidden()
    desk.assert_clean()


def test_dark_theme_and_chinese_words(visit: Visit, jupyter_lab, folder: Path):
    lab = jupyter_lab(folder)
    visit.run_notebook(lab, "zh/editor.ipynb")
    editor = shown_editor(visit)
    visit.theme("Light")
    expect(editor.get_by_role("button", name="另存为新版本")).to_be_visible()
    visit.screenshot("prompt_editor_zh", editor)
    light = brightness(editor)
    visit.theme("Dark")
    assert brightness(editor) < 80 < 200 < light
    visit.screenshot("prompt_editor_dark", editor)
    visit.assert_clean()


def stands_right(editor: Locator) -> bool:
    form, preview = boxes(editor)
    return preview["x"] >= form["x"] + form["width"]


def stands_below(editor: Locator) -> bool:
    form, preview = boxes(editor)
    return preview["y"] >= form["y"] + form["height"]


def boxes(editor: Locator) -> tuple[FloatRect, FloatRect]:
    form, preview = editor.locator(".lk-form").bounding_box(), editor.locator(".lk-preview").bounding_box()
    assert form
    assert preview
    return form, preview


def brightness(editor: Locator) -> float:
    """The editor's background, 0 (black) to 255 (white)."""
    channels = editor.evaluate("e => getComputedStyle(e).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    return sum(channels) / 3
