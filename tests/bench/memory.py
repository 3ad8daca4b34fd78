"""Does what Binder opens fit into the memory that it guarantees, and stay below where it ends a kernel?

JupyterLab with a lesson's kernel, and the dashboards with a viewer. Megabytes are proportional set sizes of whole
process trees, sampled four times a second: what processes share counts once. What only training needs is hidden, for
Binder's environment has none of it.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import psutil
from nbclient import NotebookClient
from playwright.sync_api import sync_playwright

from labkit.cli.lab import lab_command
from labkit.cli.servers import ServerCommand, start
from tests.bench.dashboards import dash, measured_scene, memory_mb, opening, wait_until_warm

GUARANTEED_MB, LIMIT_MB = 1000, 2000  # mybinder.org's guidelines for users
EVERY_S, CELL_S = 0.25, 900
LESSONS = ("00_tour", "01_prompt", "02_compare", "03_dataset")
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HIDE = """
from importlib.machinery import PathFinder
hidden, found = {"trl", "datasets"}, PathFinder.find_spec
PathFinder.find_spec = staticmethod(
    lambda name, *where: None if name.partition(".")[0] in hidden else found(name, *where)
)
"""


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        hide_training(Path(folder))
        print(f"{'what is open':<44}{'peak, MB':>10}   under {GUARANTEED_MB} MB   under {LIMIT_MB} MB")
        os.environ["LABKIT_WORKSPACE"] = f"{folder}/lessons"
        with running(lab_command(None, None)) as lab:
            for lesson in LESSONS:
                with peak(lab) as held:
                    run_lesson(lesson)
                _print(f"JupyterLab and the kernel of {lesson}", max(held))
        scene = measured_scene(Path(folder) / "dash")
        with dash(scene, Path(folder) / "pages") as (address, server), peak(server) as held:
            wait_until_warm(server)
            look_at_all(address, server)
        _print("the dashboards, five pages one after the other", max(held))


def hide_training(folder: Path) -> None:
    """No process started from here on can train."""
    (folder / "hidden").mkdir()
    (folder / "hidden" / "sitecustomize.py").write_text(HIDE, encoding="utf-8")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder / "hidden"), os.environ.get("PYTHONPATH", "")])


@contextmanager
def running(command: ServerCommand) -> Iterator[psutil.Process]:
    """A Jupyter server, until the block ends."""
    server = start(command)
    try:
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(60)


@contextmanager
def peak(server: psutil.Process) -> Iterator[list[float]]:
    """Megabytes of a server's tree and of the kernels that this process runs, again and again while the block runs."""
    held: list[float] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(EVERY_S):
            kernels = [one for one in psutil.Process().children() if one.pid != server.pid and _is_kernel(one)]
            held.append(sum(memory_mb(one)["pss"] for one in (server, *kernels)))

    sampling = threading.Thread(target=sample, daemon=True)
    sampling.start()
    try:
        yield held
    finally:
        ended.set()
        sampling.join()


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return "ipykernel" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def run_lesson(name: str) -> None:
    """Run all cells of a lesson."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=CELL_S, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()


def look_at_all(address: str, server: psutil.Process) -> None:
    """Open each page once in a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        try:
            for page in ("week", "quality", "models", "data", "releases"):
                opening(browser, address, page)
                wait_until_warm(server)
        finally:
            browser.close()


def _print(what: str, megabytes: float) -> None:
    under = ("yes" if megabytes < most else "NO" for most in (GUARANTEED_MB, LIMIT_MB))
    print(f"{what:<44}{megabytes:>10.0f}" + "".join(f"{answer:>16}" for answer in under), flush=True)


if __name__ == "__main__":
    main()
