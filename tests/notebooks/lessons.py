"""What the tests of the notebooks share: where the sources stand and how a lesson's cells are read."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted((NOTEBOOKS / "source").glob("*.py"))
NAMES = [path.stem for path in LESSONS]


def load(name: str) -> ModuleType:
    """A module of notebooks/, which is a folder of lessons and not a package."""
    spec = importlib.util.spec_from_file_location(f"notebooks_{name}", NOTEBOOKS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
