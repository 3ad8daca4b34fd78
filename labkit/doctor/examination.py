"""The whole examination, in the order in which troubles depend on one another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from labkit.doctor.accelerators import examine_accelerators
from labkit.doctor.addresses import examine_models
from labkit.doctor.finding import Finding
from labkit.doctor.machine import examine_disk, examine_fonts, examine_memory
from labkit.doctor.packages import examine_packages, examine_python, examine_widgets
from labkit.workspace import Scene


def examine(scene: Scene | None = None) -> Iterator[Finding]:
    """Look at Python, packages, JupyterLab, GPUs, PyTorch, 4-bit, memory, disk, fonts, keys and model addresses.

    Args:
        scene: its folder's disk and its models.toml are looked at; without one the working folder's and none.

    Yields:
        One finding after the other, as soon as it is known.
    """
    yield from examine_python()
    yield from examine_packages()
    yield from examine_widgets()
    yield from examine_accelerators()
    yield from examine_memory()
    yield from examine_disk(scene.path if scene else Path())
    yield from examine_fonts()
    yield from examine_models(scene)
