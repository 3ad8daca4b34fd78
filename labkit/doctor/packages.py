"""Python itself, the packages that labkit needs, and whether this JupyterLab can show its widgets."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from labkit.doctor.finding import Finding
from labkit.texts import say

LEAST_PYTHON = (3, 11)
_WIDGETS = ("anywidget", "@jupyter-widgets/jupyterlab-manager")  # front ends that a JupyterLab must find
_DEV = "dev"  # tools of those who build labkit; their absence is nobody's trouble


def examine_python() -> Iterator[Finding]:
    """The version of Python and where it lives."""
    found = say("doctor.python", version=platform.python_version(), system=platform.platform(terse=True), at=sys.prefix)
    fine = sys.version_info >= LEAST_PYTHON
    yield Finding("Python", "fine" if fine else "fault", found, "" if fine else say("doctor.python.fix"))


def examine_packages() -> Iterator[Finding]:
    """Core packages, then each extra: what is missing or too old, with the command that installs it."""
    groups = _requirements()
    yield _group(say("doctor.core"), groups.pop("", ()), "labkit")
    for extra, needed in groups.items():
        yield _group(say("doctor.extra", extra=extra), needed, f"labkit[{extra}]", optional=True)


def examine_widgets() -> Iterator[Finding]:
    """Whether the widgets' front ends lie where a JupyterLab of this environment looks for them."""
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [name for name in _WIDGETS if not any((folder / name).is_dir() for folder in folders)]
    if missing:
        yield Finding("JupyterLab", "fault", say("doctor.widgets.missing", names=", ".join(missing)), _widgets_fix())
    else:
        yield Finding("JupyterLab", "fine", say("doctor.widgets", version=version("jupyterlab")))


def _widgets_fix() -> str:
    return say("doctor.widgets.fix", packages="anywidget jupyterlab_widgets")


def _requirements() -> dict[str, list[Requirement]]:
    """Extra -> what it needs on this system, as labkit's own metadata says; "" is the core."""
    groups: dict[str, list[Requirement]] = {}
    for line in requires("labkit") or ():
        needed = Requirement(line)
        extra = _extra_of(needed)
        if extra != _DEV and (needed.marker is None or needed.marker.evaluate({"extra": extra})):
            groups.setdefault(extra, []).append(needed)
    return groups


def _extra_of(needed: Requirement) -> str:
    """The extra that brings a requirement, or "" for the core."""
    for part in str(needed.marker or "").replace("'", '"').split(" and "):
        if part.strip("() ").startswith("extra =="):
            return part.split('"')[1]
    return ""


def _group(topic: str, needed: Sequence[Requirement], install: str, *, optional: bool = False) -> Finding:
    troubles = [trouble for requirement in needed if (trouble := _trouble(requirement))]
    if not troubles:
        return Finding(topic, "fine", say("doctor.packages", count=len(needed)))
    fix = say("doctor.install", packages=f"'{install}'")
    return Finding(topic, "note" if optional else "fault", "; ".join(troubles), fix)


def _trouble(needed: Requirement) -> str:
    """What is wrong with an installed package, in words; "" when nothing is."""
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return say("doctor.missing", name=needed.name)
    if needed.specifier.contains(found, prereleases=True):
        return ""
    return say("doctor.too_old", name=needed.name, found=found, wanted=needed.specifier)
