"""The prompt workbench in a real JupyterLab: a sitting by keyboard alone, edits outside, lint, axe, themes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, expect

from labkit.prompts import format_prompt, parse_prompt
from labkit.records import Example
from labkit.workspace import Scene, create_scene, open_scene
from tests.browser.visit import Visit
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

pytestmark = pytest.mark.browser

OPEN = """
import os
os.environ["LABKIT_LANG"] = {language!r}
import labkit
scene = labkit.open_scene({scene!r})
bench = labkit.workbench(scene, "v2", models=("definition-reader", "local/study"))
bench
"""

ERRORS = """
run = labkit.evaluate(scene, "v1", "definition-reader")
bench = labkit.workbench(scene, "v1")
errors = labkit.ErrorBrowser(run, scene=scene, missed="质量", edit=bench)
errors
"""


def many_rows() -> list[Example]:
    """Enough rows that an edit of one definition leaves some out."""
    rows = tiny_examples()
    return [replace(r, id=f"{r.id}-{k}", group=None, items=(f"{k} {r.text}",)) for k in range(9) for r in rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbench")
    for language in ("en", "zh"):
        path = folder / f"scene_{language}"
        create_scene(path, TINY_TASK, many_rows(), tiny_prompts())
        write_notebook(folder / f"{language}.ipynb", OPEN.format(language=language, scene=str(path)), "1", "2")
    return folder


def write_notebook(path: Path, *cells: str) -> None:
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells], metadata=metadata)
    nbformat.write(made, path)


@pytest.fixture
def scene(folder: Path) -> Scene:
    return open_scene(str(folder / "scene_en"))


@pytest.fixture(scope="module")
def desk(chromium: Browser, jupyter_lab, folder: Path) -> Iterator[Visit]:
    visit = Visit(chromium)
    visit.run_notebook(jupyter_lab(folder), "en.ipynb")
    yield visit
    visit.close()


@pytest.fixture
def bench(desk: Visit) -> Locator:
    desk.errors.clear()
    desk.theme("Light")
    assert desk.python("bench.prompt = scene.prompt(scene.prompt_names()[-1])") == ""
    editor = desk.page.locator(".lk-prompt-editor")
    expect(editor).to_be_visible()
    expect(editor.get_by_text("edited, not saved")).to_be_hidden()
    editor.get_by_role("tab", name="Preview").click()
    return editor


def test_a_sitting_by_keyboard_alone(desk: Visit, bench: Locator, scene: Scene, folder: Path):
    keys, cells, notebook = desk.page.keyboard, desk.cell_count(), (folder / "en.ipynb").read_text()
    bench.get_by_label("退款: Meaning").focus()
    keys.press("Control+A")
    keys.type("作者要求退钱、退货、退运费，或者在等钱到账。")
    expect(bench.locator(".lk-system pre")).to_contain_text("退钱、退货、退运费")
    bench.get_by_role("tab", name="Preview").focus()
    keys.press("ArrowRight")
    expect(bench.locator(".lk-forecast")).to_contain_text("v2 has no answers for them yet: 144 calls more")
    bench.get_by_role("button", name="Run", exact=True).focus()
    keys.press("Enter")
    result = bench.locator(".lk-result")
    expect(result).to_contain_text("estimate")
    expect(result).to_contain_text("Fixed")
    desk.screenshot("workbench_run", bench)
    bench.get_by_role("button", name="Run all dev rows").focus()
    keys.press("Enter")
    expect(result).not_to_contain_text("estimate")
    expect(bench.get_by_role("button", name="Run", exact=True)).to_be_focused()
    expect(result).to_contain_text("on the rows asked")
    bench.get_by_label("What changed").focus()
    keys.type("money is asked for")
    keys.press("Control+s")
    expect(bench.get_by_text("Saved as v3:")).to_be_visible()
    assert scene.prompt("v3").message == "money is asked for"
    bench.get_by_role("tab", name="Try it").focus()
    keys.press("ArrowRight")
    newest = bench.locator(".lk-version").first
    expect(newest).to_contain_text("v3")
    expect(newest).to_contain_text("definition-reader, 144 rows")
    bench.get_by_role("button", name="Changes from v2").focus()
    keys.press("Enter")
    expect(bench.locator(".lk-diff-part").first).to_contain_text("退款 changed")
    desk.screenshot("workbench_versions", bench)
    for key in ("a", "b", "d", "d"):
        keys.press(key)
    assert desk.cell_count() == cells
    assert (folder / "en.ipynb").read_text() == notebook, "Ctrl+S reached JupyterLab"
    desk.assert_clean()


def test_what_is_said_of_a_restored_version_goes_when_python_sets_another(desk: Visit, bench: Locator):
    bench.get_by_role("tab", name="Versions").click()
    bench.get_by_role("button", name="Put v1 into the form").click()
    said = bench.get_by_text("v1 stands in the form")
    expect(said).to_be_visible()
    expect(bench.get_by_role("button", name="Undo")).to_be_visible()
    assert desk.python('bench.prompt = scene.prompt("v2")') == ""
    expect(said).to_be_hidden()
    expect(bench.get_by_role("button", name="Undo")).to_be_hidden()


def test_an_edit_made_outside_is_noticed_within_seconds_and_taken_in(desk: Visit, bench: Locator, scene: Scene):
    name = scene.prompt_names()[-1]
    path = scene.path / "prompts" / f"{name}.md"
    theirs = replace(scene.prompt(name), instruction="他们的指令。")
    bench.get_by_label("System message", exact=True).fill("我的系统消息。")
    path.write_text(format_prompt(theirs), encoding="utf-8")
    banner = bench.locator(".lk-outside").first
    expect(banner).to_contain_text(f"The file of {name} has been edited outside")
    banner.get_by_role("button", name="Show the difference").click()
    expect(bench.locator(".lk-diff")).to_contain_text("我的系统消息。")
    desk.screenshot("workbench_outside", bench)
    bench.get_by_role("button", name="Save as new version").click()
    expect(bench.get_by_text("Nothing was saved")).to_be_visible()
    assert parse_prompt(path.read_text(encoding="utf-8"), name) == theirs
    banner.get_by_role("button", name="Reload the file").click()
    expect(bench.get_by_label("Instruction")).to_have_value("他们的指令。")
    expect(banner).to_be_hidden()
    desk.assert_clean()


def test_an_edit_made_outside_and_one_made_here_are_both_taken(desk: Visit, bench: Locator, scene: Scene):
    name = scene.prompt_names()[-1]
    theirs = replace(scene.prompt(name), instruction="他们又改了指令。")
    bench.get_by_label("System message", exact=True).fill("我的系统消息。{{definitions}}")
    (scene.path / "prompts" / f"{name}.md").write_text(format_prompt(theirs), encoding="utf-8")
    bench.locator(".lk-outside").first.get_by_role("button", name="Take both").click()
    expect(bench.get_by_label("Instruction")).to_have_value("他们又改了指令。")
    expect(bench.get_by_label("System message", exact=True)).to_have_value("我的系统消息。{{definitions}}")
    expect(bench.locator(".lk-outside").first).to_be_hidden()
    desk.assert_clean()


def test_lint_leads_to_the_rows_that_show_the_harm(desk: Visit, bench: Locator):
    bench.get_by_role("tab", name="Versions").click()
    bench.get_by_role("button", name="Put v1 into the form").click()
    first = "bench.prompt.definitions == scene.prompt('v1').definitions"
    desk.python_until(f"print({first} and bench.findings['revision'] == bench.draft['revision'])", "True")
    card = bench.get_by_role("article", name="质量")
    link = card.get_by_role("button", name="Show row").first
    expect(link).to_be_visible()
    bench.get_by_role("button", name="Next finding").click()
    expect(bench.locator(".lk-findings:focus")).to_be_visible()
    row = link.inner_text()
    link.click()
    expect(bench.get_by_label("Example", exact=True).locator("option:checked")).to_contain_text(row)
    expect(bench.locator(".lk-user pre")).to_be_visible()
    bench.get_by_label("Go to id").fill("dev-05-3")
    desk.page.keyboard.press("Enter")
    expect(bench.locator(".lk-user pre")).to_contain_text("3 唉,钱什么时候退给我")
    desk.screenshot("workbench_lint", bench)
    desk.assert_clean()


def test_the_tokens_are_those_of_the_first_model(bench: Locator):
    expect(bench.locator(".lk-tokens")).to_contain_text("estimated from characters")
    expect(bench.locator(".lk-tokens")).to_contain_text("Every row shares the first")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_serious_in_any_view(desk: Visit, bench: Locator, theme: str):
    desk.theme(theme)
    bench.get_by_label("质量: Meaning").fill("质量。")
    expect(bench.locator(".lk-finding").first).to_be_visible()
    for view in ("Preview", "Try it", "Versions"):
        bench.get_by_role("tab", name=view).click()
        if view == "Versions":
            bench.get_by_role("button", name="Changes from v2").click()
            expect(bench.locator(".lk-diff-part").first).to_be_visible()
        assert desk.accessibility_faults(".lk-prompt-editor") == []
        desk.screenshot(f"workbench_{theme.lower()}_{view.split()[0].lower()}", bench)


def test_a_reload_shows_the_same(desk: Visit, bench: Locator):
    bench.get_by_label("Instruction").fill("只输出 JSON。")
    expect(bench.locator(".lk-user pre")).to_contain_text("只输出 JSON。")
    desk.reload()
    again = desk.page.locator(".lk-prompt-editor")
    expect(again.get_by_label("Instruction")).to_have_value("只输出 JSON。")
    again.get_by_role("tab", name="Versions").click()
    expect(again.locator(".lk-version").last).to_contain_text("v1")
    desk.assert_clean()


def test_from_errors_to_a_saved_definition_by_keyboard_alone(visit: Visit, jupyter_lab, tmp_path: Path):
    scene = create_scene(tmp_path / "scene", TINY_TASK, many_rows(), tiny_prompts())
    opening = OPEN.format(language="en", scene=str(scene.path)).removesuffix("bench\n")
    write_notebook(tmp_path / "errors.ipynb", opening, ERRORS)
    visit.run_notebook(jupyter_lab(tmp_path), "errors.ipynb")
    keys, cells = visit.page.keyboard, visit.cell_count()
    errors, bench = visit.page.locator(".lk-error-browser"), visit.page.locator(".lk-prompt-editor")
    rows = errors.get_by_role("grid")
    expect(errors.locator(".lk-found")).to_contain_text("of 144 rows")
    expect(bench).to_have_count(0)
    rows.focus()
    keys.press("j")
    keys.press("x")
    meaning = bench.get_by_label("质量: Meaning")
    expect(meaning).to_be_focused()
    expect(meaning).to_be_in_viewport()
    expect(bench.locator(".lk-cards > article").first).to_have_accessible_name("质量")
    expect(errors.locator(".lk-said-done")).to_contain_text("Opened in the editor: 质量")
    keys.type("东西坏了、漏水、掉漆、做工差。")
    keys.press("Control+Enter")
    expect(bench.get_by_role("button", name="Run", exact=True)).to_be_focused()
    expect(bench.locator(".lk-forecast")).to_contain_text("calls")
    keys.press("Enter")
    result = bench.locator(".lk-result")
    expect(result).to_contain_text("estimate")
    expect(result).to_contain_text("Fixed")
    expect(result).to_contain_text("Regressed")
    visit.screenshot("errors_edited")
    result.get_by_role("button").first.focus()
    keys.press("Enter")
    expect(bench.get_by_role("tab", name="Preview")).to_be_focused()
    expect(bench.locator(".lk-row-answers")).to_contain_text("this edit")
    keys.press("Control+s")
    expect(bench.get_by_text("Saved as v3:")).to_be_visible()
    assert "漏水" in scene.prompt("v3").definition_of("质量").text
    assert visit.accessibility_faults(".lk-editor-place") == []
    keys.press("Escape")
    expect(rows).to_be_focused()
    expect(rows).to_be_in_viewport()
    keys.press("x")
    expect(meaning).to_be_focused()
    expect(bench).to_have_count(1)
    assert visit.cell_count() == cells, "a key reached the notebook"
    visit.assert_clean()


def test_in_chinese(visit: Visit, jupyter_lab, folder: Path):
    visit.run_notebook(jupyter_lab(folder), "zh.ipynb")
    bench = visit.page.locator(".lk-prompt-editor")
    bench.get_by_role("tab", name="试跑").click()
    expect(bench.locator(".lk-forecast")).not_to_be_empty()
    visit.screenshot("workbench_zh", bench)
    assert visit.accessibility_faults(".lk-prompt-editor") == []
    visit.assert_clean()
