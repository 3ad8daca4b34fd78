"""binder/ really builds: each of its steps is done in a clean environment, and what it promises opens there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from tests.install.binder import ROOT, Binder, build
from tests.install.test_wheel import EXECUTE

FOLDER = ROOT / "binder"


@pytest.fixture(scope="module")
def binder(tmp_path_factory: pytest.TempPathFactory) -> Binder:
    return build(tmp_path_factory.mktemp("binder"))


def names_in(lines: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", line)[0].lower() for line in lines if line[:1].isalpha()}


def test_binder_asks_for_what_the_package_asks_for_and_for_a_python_it_takes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = (FOLDER / "requirements.txt").read_text("utf-8").splitlines()
    train = project["optional-dependencies"]["train"]
    torch = next(line for line in train if line.startswith("torch"))
    answering = {line for line in train if not line.startswith(("datasets", "trl", "torch"))}
    assert {*project["dependencies"], *answering} == {line for line in asked if line[:1].isalpha()}
    conda = yaml.safe_load((FOLDER / "environment.yml").read_text("utf-8"))["dependencies"]
    assert conda[1:] == ["pip", f"pytorch-cpu{torch.removeprefix('torch')}"]
    version = re.fullmatch(r"python=3\.(\d+)", conda[0])
    least = re.fullmatch(r">=3\.(\d+)", project["requires-python"])
    assert version
    assert least
    assert int(version[1]) >= int(least[1])


@pytest.mark.skipif(shutil.which("apt-cache") is None, reason="no apt here")
@pytest.mark.parametrize("package", (FOLDER / "apt.txt").read_text("utf-8").split())
def test_what_binder_installs_by_apt_exists(package: str):
    known = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Candidate: (?!\(none\))\S+", known), known


@pytest.mark.timeout(1500)
def test_its_steps_end_in_an_environment_that_is_whole_and_asks_nobody_for_news(binder: Binder):
    assert binder.run("python", "-c", "import trl", check=False).returncode == 1
    binder.run("python", "-c", "import labkit; labkit.get_model('local/study@full@json').check()")
    assert "No broken requirements" in binder.run("pip", "check").stdout
    where = binder.run("python", "-c", "import labkit; print(labkit.__file__)").stdout
    assert binder.environment in Path(where.strip()).parents or binder.clone in Path(where.strip()).parents
    told = binder.run("jupyter", "labextension", "list", check=False)
    assert re.search(r"apputils-extension:announcements", told.stdout + told.stderr)
    assert re.search(r"Disabled", told.stdout + told.stderr)


@pytest.mark.timeout(900)
def test_the_tour_runs_there_as_it_lies_in_the_clone(binder: Binder):
    done = binder.run("python", "-c", EXECUTE.replace('"path": "."', '"path": "notebooks"'), "notebooks/00_tour.ipynb")
    assert int(done.stdout) > 5


@pytest.mark.timeout(600)
def test_a_dashboard_opens_there_without_a_key(binder: Binder):
    command = [str(binder.environment / "bin" / "python"), "-m", "labkit", "dash", "--json"]
    with subprocess.Popen(command, cwd=binder.clone, env=binder.variables, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            address = json.loads(server.stdout.readline())["address"]
            with urlopen(address, timeout=300) as page:
                assert page.status == 200
                text = page.read().decode()
        finally:
            server.terminate()
    assert "labkit-pages" in text
