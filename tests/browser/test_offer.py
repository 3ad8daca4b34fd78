"""A suggested definition in a real JupyterLab: read beside its trial, and accepted by keyboard, in both themes."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from labkit.workspace import open_scene
from tests.browser.visit import Visit
from tests.improvement.made_scene import made_scene

pytestmark = pytest.mark.browser

SUGGEST = """
import os
os.environ["LABKIT_LANG"] = {language!r}
import labkit
scene = labkit.open_scene({scene!r})
run = labkit.evaluate(scene, "v1", "definition-reader")
found = labkit.suggest(scene, run, ("退款", "物流"))
found
"""
WORDS = {"en": ("Accept as a new version", "What changed", "newer than"), "zh": ("采纳为新版本", "改了什么", "比它新")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_person_accepts_a_suggestion_and_is_told_of_a_newer_version(
    visit: Visit, jupyter_lab, tmp_path: Path, language: str
):
    button, field, newer = WORDS[language]
    scene = made_scene(tmp_path / "gap")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(SUGGEST.format(language=language, scene=str(scene.path)))]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), tmp_path / "offer.ipynb")
    visit.run_notebook(jupyter_lab(tmp_path), "offer.ipynb")
    form, keys = visit.page.locator(".lk-offer-form"), visit.page.keyboard
    expect(visit.page.locator(".lk ins").first).to_be_visible()
    for theme in ("Dark", "Light"):
        visit.theme(theme)
        assert visit.accessibility_faults(".lk-offer-form") == []
        form.scroll_into_view_if_needed()
        visit.screenshot(f"offer_{language}_{theme.lower()}")
    visit.python("import dataclasses as d; scene.save_version(d.replace(scene.prompt('v1'), instruction='另一版'))")
    form.get_by_label(field).focus()
    keys.press("Control+A")
    keys.type("dd aa 运费险")
    keys.press("Tab")
    expect(form.get_by_role("button", name=button)).to_be_focused()
    keys.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text(newer)
    assert open_scene(str(scene.path)).prompt_names() == ("v1", "v2")
    keys.press("Enter")
    expect(form).to_contain_text("v3.md")
    keys.press("Enter")  # it stays where it is, and saves nothing twice
    expect(form.get_by_role("button", name=button)).to_be_focused()
    visit.python("1")  # after what the key asked for
    saved = open_scene(str(scene.path))
    assert saved.prompt_names() == ("v1", "v2", "v3")
    assert saved.prompt("v3").message == "dd aa 运费险"
    assert visit.cell_count() == 1, "a key reached the notebook"
    visit.assert_clean()
