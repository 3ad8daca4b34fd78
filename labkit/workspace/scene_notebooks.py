"""The notebooks that a new scene gets: five short ones, bound to it by where they lie."""

from __future__ import annotations

import shutil
from pathlib import Path

from labkit.texts import language

FOLDER = "notebooks"
_SHIPPED = Path(__file__).parent / FOLDER


def write_notebooks(scene: Path) -> None:
    """Put 01 to 05 into `notebooks/` of a scene's folder, in the language of the interface; they open `..`.

    Args:
        scene: the scene's folder; it must not have them yet.
    """
    shutil.copytree(_SHIPPED / language(), scene / FOLDER, copy_function=shutil.copyfile)
