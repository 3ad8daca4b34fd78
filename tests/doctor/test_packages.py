from __future__ import annotations

from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

from labkit.doctor import packages


def test_this_environment_is_whole():
    findings = [*packages.examine_python(), *packages.examine_packages(), *packages.examine_widgets()]
    assert {finding.health for finding in findings} == {"fine"}
    assert any("train" in finding.topic for finding in findings)


def test_tools_of_developers_are_nobody_s_trouble():
    names = {needed.name for group in packages._requirements().values() for needed in group}
    assert "pandas" in names
    assert "ruff" not in names


@pytest.mark.parametrize(
    ("needed", "says"),
    [
        ("no-such-package-anywhere>=1", "no-such-package-anywhere is not installed"),
        ("numpy>=999", f"numpy is {version('numpy')}, >=999 is needed"),
    ],
)
def test_a_missing_or_old_package_is_named_with_the_command_that_mends_it(needed: str, says: str):
    core = packages._group("packages", [Requirement(needed)], "labkit")
    extra = packages._group("extra", [Requirement(needed)], "labkit[train]", optional=True)
    assert (core.health, extra.health) == ("fault", "note")
    assert core.found == says
    assert extra.fix == "pip install --upgrade 'labkit[train]'"


def test_a_jupyterlab_without_the_widgets_front_ends_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [str(tmp_path)])
    (finding,) = packages.examine_widgets()
    assert finding.health == "fault"
    assert "anywidget" in finding.found
    assert "pip install anywidget" in finding.fix


def test_an_old_python_is_a_fault(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packages, "LEAST_PYTHON", (99, 0))
    (finding,) = packages.examine_python()
    assert finding.health == "fault"
    assert "3.11" in finding.fix
