"""What installing labkit costs: megabytes to download, megabytes on disk, minutes; PyTorch left out."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ("--quiet", "--disable-pip-version-check", "--constraint", str(ROOT / "constraints.txt"))


def megabytes(folder: Path) -> float:
    """The size of all files below a folder, links not followed."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def main() -> None:
    """Build the wheel, download what it needs, install it into an empty environment, and print the three figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
        subprocess.run(build, check=True, capture_output=True)
        (wheel,) = folder.glob("*.whl")
        subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
        pip = [str(folder / "env" / "bin" / "python"), "-m", "pip"]
        start = time.perf_counter()
        subprocess.run([*pip, "download", *CONSTRAINTS, "--dest", str(folder / "files"), str(wheel)], check=True)
        subprocess.run([*pip, "install", *CONSTRAINTS, "--find-links", str(folder / "files"), str(wheel)], check=True)
        minutes = (time.perf_counter() - start) / 60
        print(f"{'download, MB':24}{megabytes(folder / 'files'):>8.0f}")
        print(f"{'on disk, MB':24}{megabytes(folder / 'env'):>8.0f}")
        print(f"{'minutes':24}{minutes:>8.1f}")
