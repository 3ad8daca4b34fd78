"""What mybinder.org does with binder/: a clean environment with PyTorch, postBuild, all in a copy of the clone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = "Scripts" if os.name == "nt" else "bin"
_OURS = ("PYTHONPATH", "LABKIT_WORKSPACE", "LABKIT_LANG", "VIRTUAL_ENV", "JUPYTER_PATH", "JUPYTER_CONFIG_DIR")


@dataclass(frozen=True)
class Binder:
    """An environment as Binder builds it.

    Args:
        clone: a copy of what git holds.
        environment: the virtual environment.
        home: an empty home folder, as a visitor has.
    """

    clone: Path
    environment: Path
    home: Path

    @property
    def variables(self) -> dict[str, str]:
        """The variables of its processes: nothing of this checkout, and no key."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _OURS and not name.endswith(("_KEY", "_TOKEN"))
        }
        path = f"{self.environment / BIN}{os.pathsep}{os.environ['PATH']}"
        return {**kept, "PATH": path, "HOME": str(self.home)}

    def run(self, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment in the clone."""
        done = subprocess.run(list(map(str, words)), cwd=self.clone, env=self.variables, capture_output=True, text=True)
        assert not check or done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-4000:])
        return done


def build(folder: Path) -> Binder:
    """Do Binder's steps one after the other; AssertionError with the words of the one that fails."""
    found = Binder(folder / "clone", folder / "environment", folder / "home")
    found.home.mkdir()
    copy_clone(found.clone)
    subprocess.run([sys.executable, "-m", "venv", str(found.environment)], check=True)
    # repo2docker: what binder/environment.yml names, for which pip's PyTorch stands here, then binder/postBuild
    found.run("pip", "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt", "torch")
    found.run("bash", "binder/postBuild")
    return found


def copy_clone(target: Path) -> None:
    """The files that git holds, as they are now."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
