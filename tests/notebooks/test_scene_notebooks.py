"""The notebooks of a new scene: bound to it, opening with its status, running to their end."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

import labkit
from labkit.records import Example, Split
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_prompts
from tests.notebooks.lessons import NOTEBOOKS, load

build = load("build")
SOURCES = sorted((NOTEBOOKS / "source" / "scene").glob("*.py"))
NAMES = [path.stem for path in SOURCES]
TOPICS = {"物流": "快递没到", "退款": "要求退款", "质量": "做工很差"}
FIRST_CELL = 'import labkit\n\nscene = labkit.open_scene("..")\nlabkit.status(scene)'
source_test = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    splits: tuple[Split, ...] = ("pool", "dev", "test")
    rows = [
        Example(f"r{k}", (f"第{k}单，{post}，{chr(0x4E00 + 7 * k) * 5}",), (label,), splits[k // 3 % 3])
        for k, (label, post) in enumerate(list(TOPICS.items()) * 20)
    ]
    return create_scene(tmp_path_factory.mktemp("scene") / "mine", TINY_TASK, rows, tiny_prompts())


def run(scene: Scene, name: str) -> list[NotebookNode]:
    folder = scene.path / "notebooks"
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=480, resources={"metadata": {"path": str(folder)}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_a_new_scene_has_all_five(made: Scene):
    assert NAMES == ["01_prompt", "02_compare", "03_dataset", "04_train", "05_iterate"]
    assert sorted(path.stem for path in (made.path / "notebooks").glob("*.ipynb")) == NAMES


def test_they_speak_the_language_of_the_interface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    scene = create_scene(tmp_path / "zh", TINY_TASK, [Example("a", ("快递",))], tiny_prompts())
    first = json.loads((scene.path / "notebooks" / "01_prompt.ipynb").read_text("utf-8"))["cells"][0]
    assert "提示词" in "".join(first["source"])


@source_test
def test_the_first_code_cell_shows_the_status(source: Path):
    code = [cell.source for cell in build.read_cells(source) if cell.cell_type == "code"]
    assert code[0] == FIRST_CELL
    assert all(len(cell.splitlines()) <= 12 for cell in code)


@source_test
def test_only_public_names_are_used(source: Path):
    code = "\n".join(cell.source for cell in build.read_cells(source) if cell.cell_type == "code")
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute)]
    used = {node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id == "labkit"}
    assert used <= set(labkit.__all__)
    assert not [node.attr for node in nodes if node.attr.startswith("_")]


@pytest.mark.timeout(900)
def test_they_run_on_a_new_scene(made: Scene):
    """Status first says that nothing was measured, then what the cells before have measured."""
    status = run(made, "01_prompt")[0].outputs[0].data
    assert "python -m labkit" in status["text/html"]
    for name in ("02_compare", "03_dataset", "05_iterate"):
        cells = run(made, name)
        assert "lk-standing" in cells[0].outputs[0].data["text/html"]
    assert len(made.dataset("round1").rows) > 10
    assert made.test_readings() == (), "no notebook reads test rows by itself"


@pytest.mark.training
@pytest.mark.timeout(900)
def test_the_training_notebook_trains(made: Scene):
    if "round1" not in made.dataset_names():
        labkit.select(made, 20, "round1")
    cells = run(made, "04_train")
    assert cells[-1].outputs[-1].data["text/plain"].strip("'") in ("better", "worse", "cannot tell")
