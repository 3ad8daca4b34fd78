"""The notebooks in git are the ones their sources make, in both languages."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.notebooks.lessons import LESSONS, NAMES, NOTEBOOKS, load

build = load("build")
MADE = dict(build.build_all(NOTEBOOKS))

PAIR = '# %% [markdown] tags=["en"]\n# # Hello\n\n# %% [markdown] tags=["zh"]\n# # 你好\n'


def source(folder: Path, text: str) -> Path:
    (folder / "source").mkdir()
    (folder / "source" / "00_a.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", MADE, ids=lambda path: str(path.relative_to(NOTEBOOKS.parent)))
def test_notebook_is_what_its_source_makes(path):
    assert path.read_text("utf-8") == MADE[path], "run: python notebooks/build.py"


def test_no_lesson_lacks_a_source():
    listed = subprocess.run(["git", "ls-files", "*.ipynb"], cwd=NOTEBOOKS, capture_output=True, text=True, check=True)
    assert {NOTEBOOKS / line for line in listed.stdout.splitlines()} <= set(MADE)


def test_six_lessons_in_order():
    assert NAMES == ["00_tour", "01_prompt", "02_compare", "03_dataset", "04_train", "05_iterate"]


@pytest.mark.parametrize("path", MADE, ids=lambda path: str(path.relative_to(NOTEBOOKS.parent)))
def test_notebook_holds_no_output_and_no_widget_state(path):
    notebook = json.loads(MADE[path])
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_twins_share_ids_code_and_tags(lesson):
    places = NOTEBOOKS / f"{lesson.stem}.ipynb", NOTEBOOKS / "zh" / f"{lesson.stem}.ipynb"
    english, chinese = (json.loads(MADE[place])["cells"] for place in places)
    assert [cell["id"] for cell in english] == [cell["id"] for cell in chinese]
    assert len({cell["id"] for cell in english}) == len(english)
    for left, right in zip(english, chinese, strict=True):
        assert (left["cell_type"], left["metadata"]) == (right["cell_type"], right["metadata"])
        assert left["cell_type"] == "markdown" or left["source"] == right["source"]


def test_building_twice_gives_the_same_bytes():
    assert dict(build.build_all(NOTEBOOKS)) == MADE


def test_solution_is_collapsed_and_language_tags_are_dropped(tmp_path):
    text = PAIR + '\n# %% tags=["solution"]\nprint(1)\n'
    made = [json.loads(text) for _, text in build.build_all(source(tmp_path, text))]
    assert [notebook["cells"][0]["source"] for notebook in made] == [["# Hello"], ["# 你好"]]
    assert made[0]["cells"][0]["metadata"] == {}
    assert made[0]["cells"][1]["metadata"] == {
        "jupyter": {"source_hidden": True},
        "tags": ["solution"],
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("# %% [markdown]\n# no language\n", "no language"),
        (PAIR + '\n# %% [markdown] tags=["en"]\n# alone\n', "Chinese twin"),
        ('# %% [markdown] tags=["en"]\n# alone\n\n# %%\n1\n', "alone"),
        ('# %% [markdown] tags=["zh"]\n# 独自\n', "独自"),
        ('# %% [markdown] tags=["en"]\n# first\n\n# %% [markdown] tags=["en"]\n# second\n', "first"),
    ],
)
def test_prose_without_its_twin_is_named(tmp_path, text, named):
    with pytest.raises(build.BadSource, match=named):
        list(build.build_all(source(tmp_path, text)))


def test_check_writes_nothing_and_says_what_differs(tmp_path, monkeypatch, capsys):
    folder = source(tmp_path, PAIR)
    monkeypatch.setattr(build, "HERE", folder)
    assert build.main(["--check"]) == 1
    assert "00_a.ipynb differs" in capsys.readouterr().out
    assert not list(folder.glob("*.ipynb"))
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0
    (folder / "00_a.ipynb").write_text("{}")
    assert build.main(["--check"]) == 1
