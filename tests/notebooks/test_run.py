"""Every lesson runs to its end, whatever ran before, with no key and no network, and leaves the checkout as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.calls_outside import refuse_calls_outside
from tests.notebooks.lessons import NAMES, NOTEBOOKS

CELL_SECONDS = 900  # a training on two busy cores


@pytest.fixture
def calls(tmp_path, monkeypatch) -> Path:
    """The hosts beyond this machine that a lesson or anything it started tried to reach; absent when there are none."""
    return refuse_calls_outside(tmp_path, monkeypatch)


def folders_as_git_sees_them() -> str:
    """What differs from the commit where lessons and data lie, ignored files included."""
    command = ["git", "status", "--porcelain", "--ignored", "--", "notebooks", "data"]
    return subprocess.run(command, cwd=NOTEBOOKS.parent, capture_output=True, text=True, check=True).stdout


def output_of(cells: list[NotebookNode], tag: str) -> str:
    """What the cells with a tag printed; progress goes to stderr."""
    tagged = [cell for cell in cells if tag in cell.metadata.get("tags", ())]
    outputs = [output for cell in tagged for output in cell.outputs if output.get("name") == "stdout"]
    return "\n".join(output.text for output in outputs)


def run(name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    assert output_of(notebook.cells, "exercise").startswith("✗"), "the exercise is not solved by running it"
    assert output_of(notebook.cells, "solution").startswith("✓"), "the solution passes the check"


@pytest.mark.training
@pytest.mark.timeout(3600)
def test_lessons_run_alone_and_after_each_other(calls):
    """The last comes first, so that none finds what an earlier one makes; then all, where everything is there."""
    before = folders_as_git_sees_them()
    for name in (*reversed(NAMES), *NAMES):
        run(name)
    assert not calls.exists(), calls.read_text()
    assert folders_as_git_sees_them() == before


@pytest.mark.parametrize(("folder", "words"), [("", "✗ Write the margin"), ("zh", "✗ 先把界值")])
def test_check_speaks_the_language_of_its_folder(folder, words, monkeypatch):
    monkeypatch.delenv("LABKIT_LANG")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    code = "import check; check.compare([], None, None)"
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, cwd=NOTEBOOKS / folder, capture_output=True, text=True, check=True).stdout
    assert printed.startswith(words)
