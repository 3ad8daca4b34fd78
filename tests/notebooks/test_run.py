"""Every lesson runs to its end, alone, with no key and no network, and leaves the checkout as it was."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.notebooks.lessons import NAMES, NOTEBOOKS

CELL_SECONDS = 240
GUARD = """
import os, socket
_connect = socket.socket.connect
def connect(self, address):
    host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    if host not in ("127.0.0.1", "localhost", "::1"):
        with open(os.environ["LESSON_CALLS"], "a") as calls:
            calls.write(f"{host}\\n")
        raise OSError(f"a lesson called {host}")
    return _connect(self, address)
socket.socket.connect = connect
"""


@pytest.fixture
def calls(tmp_path, monkeypatch) -> Path:
    """A bare user: no keys, an empty workspace, English, and a list of all hosts that a lesson tried to reach."""
    for name in [name for name in os.environ if name.endswith(("_API_KEY", "_TOKEN")) or name.startswith("LABKIT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "guard"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("LESSON_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("LABKIT_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("LABKIT_LANG", "en")
    return tmp_path / "calls"


def git_status() -> str:
    return subprocess.run(
        ["git", "status", "--porcelain"], cwd=NOTEBOOKS, capture_output=True, text=True, check=True
    ).stdout


def output_of(cells: list[NotebookNode], tag: str) -> str:
    """What the cells with a tag printed; progress goes to stderr."""
    tagged = [cell for cell in cells if tag in cell.metadata.get("tags", ())]
    outputs = [output for cell in tagged for output in cell.outputs if output.get("name") == "stdout"]
    return "\n".join(output.text for output in outputs)


@pytest.mark.parametrize("name", NAMES)
def test_lesson_runs_alone_and_its_exercise_is_checked(name, calls):
    before = git_status()
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    assert output_of(notebook.cells, "exercise").startswith("✗"), "the exercise is not solved by running it"
    assert output_of(notebook.cells, "solution").startswith("✓"), "the solution passes the check"
    assert not calls.exists(), calls.read_text()
    assert git_status() == before
