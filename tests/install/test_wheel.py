"""The wheel, alone in an empty environment: no clone, no torch, no make; everything it promises is in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = "Scripts" if os.name == "nt" else "bin"
EXECUTE = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=300, resources={"metadata": {"path": "."}}).execute()
print(sum(cell.cell_type == "code" for cell in notebook.cells))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and what it asks for, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    found = folder / BIN / "python"
    install = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--constraint", str(ROOT / "constraints.txt"), str(wheel)], check=True)
    return found


def run(python: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it in a folder, with nothing of this checkout on its path."""
    dropped = ("PYTHONPATH", "LABKIT_WORKSPACE", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    return subprocess.run([str(python), *words], cwd=folder, env=environment, capture_output=True, text=True)


def test_wheel_carries_bundles_template_lessons_scenes_and_no_tests(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    bundles = {path.name for path in (ROOT / "labkit" / "static").glob("*")}
    lessons = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {f"labkit/static/{name}" for name in bundles} <= names
    assert {f"labkit/course/{folder}{name}" for name in lessons for folder in ("", "zh/")} <= names
    assert {f"labkit/workspace/notebooks/{language}/01_prompt.ipynb" for language in ("en", "zh")} <= names
    assert "labkit/voila/templates/labkit/index.html.j2" in names
    assert "labkit/voila/notebooks/quality.ipynb" in names
    data = {"/".join(name.split("/")[2:4]) for name in names if name.startswith("labkit/data/")}
    assert {"models/study", "canaries.jsonl"} <= data
    assert not {name for name in data if "build" in name or "invented" in name or "source" in name or "text" in name}
    assert {f"labkit/data/{scene}/task.yaml" for scene in ("weibo_service", "support_intents")} <= names
    assert not [name for name in names if name.startswith(("tests/", "widgets/")) or name.endswith((".db", ".ts"))]


@pytest.mark.timeout(1500)
def test_an_empty_environment_has_all_it_needs_but_torch(python: Path, tmp_path: Path):
    examined = run(python, tmp_path, "-m", "labkit", "doctor", "--json")
    assert examined.returncode == 0, examined.stdout + examined.stderr
    findings = {finding["topic"]: finding for finding in json.loads(examined.stdout)["findings"]}
    assert findings["packages"]["health"] == "fine"
    assert findings["JupyterLab"]["health"] == "fine"
    assert findings["PyTorch"]["health"] == "note"


def test_a_file_becomes_a_scene_with_a_scored_run_and_a_report(python: Path, tmp_path: Path):
    topics = (("快递没到", "物流"), ("要求退款", "退款"))
    rows = "".join(f"{k},{topics[k % 2][0]} 第{k}次,{topics[k % 2][1]}\n" for k in range(40))
    (tmp_path / "posts.csv").write_text(f"id,text,label\n{rows}", "utf-8")
    for words in (
        ("new", "mine", "--examples", "posts.csv", "--yes", "--json"),
        ("evaluate", "mine", "--prompt", "v1", "--model", "linear", "--json"),
        ("status", "mine", "--json"),
        ("report", "mine", "--output", "report.html", "--json"),
    ):
        done = run(python, tmp_path, "-m", "labkit", *words)
        assert done.returncode == 0, (words, done.stderr)
        assert json.loads(done.stdout)
    assert (tmp_path / "report.html").stat().st_size > 1000


def test_the_first_lessons_run_without_torch(python: Path, tmp_path: Path):
    where = run(python, tmp_path, "-m", "labkit", "lab", "--no-server", "--json")
    course = Path(json.loads(where.stdout)["notebooks"])
    assert course == tmp_path / "workspace" / "course"
    for name in ("00_tour", "01_prompt", "02_compare", "03_dataset"):
        lesson = course / f"{name}.ipynb"
        done = run(python, lesson.parent, "-c", EXECUTE, lesson.name)
        assert done.returncode == 0, (name, done.stderr[-3000:])
        assert int(done.stdout) > 5
    assert run(python, tmp_path, "-c", "import torch").returncode == 1
