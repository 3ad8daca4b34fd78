"""The house rules of the lessons, enforced: short cells, two languages that say the same, public names only."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
from nbformat import NotebookNode

import labkit
from tests.notebooks.lessons import LESSONS, NOTEBOOKS, load

build = load("build")
CODE_CELLS = range(6, 11)
LINES = 12
FUNCTION_LINES = 5
MARKS = {
    "en": ("**What you will do.**", "**What you will learn.**", "**What you need.**", "**Where it stands.**"),
    "zh": ("**做什么。**", "**学什么。**", "**需要什么。**", "**在流程中的位置。**"),
}
MINUTES = {"en": r"\d+ minutes", "zh": r"\d+ 分钟"}
INSIGHT = {"en": "> **The one insight.**", "zh": "> **一句话心得。**"}
EXERCISE = {"en": "## Exercise", "zh": "## 练习"}
SOLUTION = "# solution · 答案\n"
CLOSING = {"en": "In this notebook you ", "zh": "在这一课里，你"}
HAN = r"[\u4e00-\u9fff]"
MODULES = {"check", "labkit", "dataclasses", "pandas"}

lesson_test = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
language_test = pytest.mark.parametrize("language", build.LANGUAGES)


def code_of(lesson: Path) -> list[NotebookNode]:
    return [cell for cell in build.read_cells(lesson) if cell.cell_type == "code"]


def prose_of(lesson: Path, language: str) -> list[str]:
    return [cell.source for cell in build.read_cells(lesson) if build.language_of(cell) == language]


def without_code(text: str) -> str:
    """Prose alone: no code spans or blocks, no link targets."""
    return re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "]", text, flags=re.DOTALL)


def tree_of(lesson: Path) -> ast.Module:
    return ast.parse("\n".join(cell.source for cell in code_of(lesson)))


@lesson_test
def test_lesson_has_six_to_ten_short_code_cells(lesson):
    cells = [cell for cell in code_of(lesson) if "solution" not in build.tags_of(cell)]
    assert len(cells) in CODE_CELLS
    long = [cell.source for cell in code_of(lesson) if len(cell.source.splitlines()) > LINES]
    assert not long


@lesson_test
@language_test
def test_lesson_opens_and_closes_as_all_do(lesson, language):
    prose = prose_of(lesson, language)
    assert prose[0].startswith("# ")
    assert all(mark in prose[0] for mark in MARKS[language])
    assert re.search(MINUTES[language], prose[0])
    assert prose[-1].startswith(CLOSING[language])
    everything = "\n".join(prose)
    assert everything.count(INSIGHT[language]) == 1
    assert len(re.findall(f"^{EXERCISE[language]}", everything, re.MULTILINE)) == 1


@lesson_test
def test_lesson_has_one_exercise_and_one_collapsed_solution(lesson):
    tags = [build.tags_of(cell) for cell in code_of(lesson)]
    assert sum("exercise" in names for names in tags) == 1
    assert sum("solution" in names for names in tags) == 1
    solution = build.as_cell(next(c for c in code_of(lesson) if "solution" in build.tags_of(c)), "x-1")
    assert solution.metadata.jupyter.source_hidden
    assert solution.source.startswith(SOLUTION), "JupyterLab shows the first line of a collapsed cell"


@lesson_test
def test_each_code_cell_is_introduced_by_prose(lesson):
    cells = build.read_cells(lesson)
    for before, cell in pairwise(cells):
        follows_on = "solution" in build.tags_of(cell)
        assert cell.cell_type == "markdown" or before.cell_type == "markdown" or follows_on, cell.source


@lesson_test
def test_languages_say_the_same_things(lesson):
    """Same headings, code spans, links, list items and table rows: a rule that catches most drift."""
    for english, chinese in zip(prose_of(lesson, "en"), prose_of(lesson, "zh"), strict=True):
        for pattern in (r"`[^`]+`", r"\]\(([^)]*)\)"):
            assert sorted(re.findall(pattern, english)) == sorted(re.findall(pattern, chinese)), english
        for pattern in (r"^#+ ", r"^[-*] ", r"^\d+\. ", r"^\|"):
            found = [re.findall(pattern, text, re.MULTILINE) for text in (english, chinese)]
            assert len(found[0]) == len(found[1]), english


@lesson_test
def test_chinese_prose_uses_full_width_punctuation(lesson):
    for text in prose_of(lesson, "zh"):
        found = re.search(f'{HAN}[*"”’]*[,;:?!()]|[,;:?!(][*"“‘]*{HAN}|{HAN}\\.(?:\\s|$)', without_code(text))
        assert not found, f"{found and found.group()!r} in: {text}"


@lesson_test
def test_chinese_paragraph_stands_on_one_line(lesson):
    """A line break inside one would show as a space."""
    for text in prose_of(lesson, "zh"):
        assert not re.search(r"^(?![#>|*-])(?=.).*\n(?![#>|*-])(?=.)", text, re.MULTILINE), text


@lesson_test
def test_each_language_is_written_in_its_own(lesson):
    for text in prose_of(lesson, "zh"):
        assert re.search(HAN, text)
    for text in prose_of(lesson, "en"):
        assert not re.search(HAN, re.sub(r"“[^”]*”", "", without_code(text))), "Chinese only in quotes and code spans"


@lesson_test
def test_links_lead_somewhere(lesson):
    for language, folder in zip(build.LANGUAGES, (NOTEBOOKS, NOTEBOOKS / "zh"), strict=True):
        for target in re.findall(r"\]\(([^)#]+)\)", "\n".join(prose_of(lesson, language))):
            assert target.startswith("https://") or (folder / target).exists(), target


@lesson_test
def test_no_function_longer_than_five_lines(lesson):
    functions = [n for n in ast.walk(tree_of(lesson)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert all(f.end_lineno - f.lineno < FUNCTION_LINES for f in functions)
    assert not [n for n in ast.walk(tree_of(lesson)) if isinstance(n, ast.ClassDef)]


@lesson_test
def test_only_public_names_are_used(lesson):
    tree = tree_of(lesson)
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert not [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr.startswith("_")]
    imported = {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    assert {"check", "labkit"} <= imported <= MODULES
    used = {
        n.attr
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "labkit"
    }
    assert used <= set(labkit.__all__)


@lesson_test
def test_code_needs_no_translation(lesson):
    """No comments, and no string of more than two words: what a reader sees comes from labkit's own words."""
    for cell in code_of(lesson):
        assert "#" not in cell.source.removeprefix(SOLUTION)
    words = [n.value for n in ast.walk(tree_of(lesson)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert not [text for text in words if len(text.split()) > 2]


@lesson_test
def test_nothing_is_installed_run_in_a_shell_or_fetched(lesson):
    source = "\n".join(cell.source for cell in code_of(lesson))
    assert not re.search(r"^\s*[%!]|https?://", source, re.MULTILINE)


def test_readme_lists_every_lesson_and_its_minutes():
    readme = (NOTEBOOKS / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| \[(\d\d_\w+)\]\(\1\.ipynb\) .*\| (\d+) \|$", readme, re.MULTILINE)
    opening = {lesson.stem: prose_of(lesson, "en")[0] for lesson in LESSONS}
    assert listed == [(name, re.search(r"(\d+) minutes", text).group(1)) for name, text in opening.items()]
