"""The house has floors: a module imports only from lower ones, and `import labkit` brings nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import labkit

PACKAGE = Path(labkit.__file__).parent
LAYERS = (
    ("version", "errors", "records", "texts"),
    (
        *("prompts", "conversations", "privacy", "parsing", "costs", "scoring", "calibration"),
        *("comparison", "diagnosis", "curation", "auditing", "adjudication", "decision"),
    ),
    (
        *("tables", "store", "workspace", "imports", "run_files", "models", "evaluation", "improvement"),
        *(
            "datasets",
            "doctor",
            "training",
            "annotations",
            "audits",
            "adjudications",
            "exports",
            "hosted",
            "releases",
            "traffic",
            "round_history",
            "serving",
        ),
    ),
    (
        "charts",
        "data_charts",
        "model_charts",
        "training_charts",
        "views",
        "widgets",
        "report",
        "dashboards",
        "voila",
        "prompt_workbench",
    ),
    ("cli", "__init__", "__main__"),
)
ORDERED = LAYERS[2]  # inside the outside world, each room may use only those named before it
HEAVY = {"torch", "transformers", "trl", "peft", "openai", "plotly", "sqlalchemy", "pandas", "scipy", "sklearn"}
HEAVY |= {"ipywidgets", "anywidget", "pyarrow", "openpyxl", "voila", "jupyterlab", "typer"}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    froms = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [f"{n.module}.{a.name}" if n.module == "labkit" else str(n.module) for n in froms for a in n.names]
    return {name.split(".")[1] for name in names if name.startswith("labkit.")}


def layer_of(room: str) -> int:
    return next((k for k, rooms in enumerate(LAYERS) if room in rooms), -1)


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_module_imports_only_from_lower_layers(path: Path):
    room = room_of(path)
    assert layer_of(room) >= 0, f"labkit/{room} stands on no floor: add it to LAYERS and to ARCHITECTURE.md"
    for other in imported_rooms(path) - {room, "__version__"}:
        assert layer_of(other) <= layer_of(room), f"{path.name} ({room}) imports {other}, which stands above it"
        if room in ORDERED and other in ORDERED:
            assert ORDERED.index(other) < ORDERED.index(room), f"{room} may not use {other}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_logic_reads_no_files(path: Path):
    if layer_of(room_of(path)) > 1:
        return
    calls = [n.func for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    names = {f.id for f in calls if isinstance(f, ast.Name)} | {f.attr for f in calls if isinstance(f, ast.Attribute)}
    assert not names & {"open", "read_text", "write_text", "read_bytes", "write_bytes", "urlopen"}


def test_import_labkit_loads_nothing_heavy():
    code = "import sys, labkit; print(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)


def test_every_public_name_is_there():
    for name in labkit.__all__:
        assert getattr(labkit, name) is not None


def test_every_public_name_is_used_by_a_notebook_or_the_readme():
    lessons = [PACKAGE.parent / "README.md", *(PACKAGE.parent / "notebooks").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in lessons)
    assert [name for name in labkit.__all__ if name != "__version__" and f"labkit.{name}" not in text] == []


def test_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'evaluat'"):
        labkit.evaluat  # noqa: B018
