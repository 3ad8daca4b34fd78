"""What the tests of the notebooks share: where the sources stand and how a lesson's cells are read."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted((NOTEBOOKS / "source").glob("*.py"))
NAMES = [path.stem for path in LESSONS]
LESSON_SECONDS = 2400  # of a cell or a page: the tour trains, on two busy cores


def load(name: str) -> ModuleType:
    """A module of notebooks/, which is a folder of lessons and not a package."""
    spec = importlib.util.spec_from_file_location(f"notebooks_{name}", NOTEBOOKS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_lesson(name: str) -> None:
    """Run all cells in order; the exercise is not solved by running it, and the solution passes the check."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=LESSON_SECONDS, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    assert output_of(notebook.cells, "exercise").startswith("✗")
    assert output_of(notebook.cells, "solution").startswith("✓")


def output_of(cells: list[NotebookNode], tag: str) -> str:
    """What the cells with a tag printed; progress goes to stderr."""
    tagged = [cell for cell in cells if tag in cell.metadata.get("tags", ())]
    outputs = [output for cell in tagged for output in cell.outputs if output.get("name") == "stdout"]
    return "\n".join(output.text for output in outputs)


def folders_as_git_sees_them() -> str:
    """What differs from the commit where lessons and data lie, ignored files included."""
    command = ["git", "status", "--porcelain", "--ignored", "--", "notebooks", "data"]
    return subprocess.run(command, cwd=NOTEBOOKS.parent, capture_output=True, text=True, check=True).stdout
