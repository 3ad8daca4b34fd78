"""The dashboards in a real browser: is each page painted, and usable, in 3 s once `dash` is warm, and how much memory?

A page is painted when its words stand there, and usable when its menus and sliders do too. Each round opens every page
once, and a notebook of one line beside them: what Voila, a kernel and the browser take alone, on this machine at this
moment; the seconds of CPU of server, kernel and browser until then say what a page takes where nothing else runs.
Memory is that of the whole process tree as its proportional set size: what its processes share is counted once.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit

import nbformat
import psutil
from playwright.sync_api import Browser, sync_playwright

from labkit.cli.lab import dash_command
from labkit.cli.servers import start
from labkit.evaluation import evaluate
from labkit.releases import release
from labkit.workspace import Scene, open_scene

PAGES = ("week", "quality", "models", "data", "releases")
BARE = "bare"
TIMES, LIMIT_S, WARM_S = 5, 3.0, 300.0
PAINTED = "#rendered_cells .lk h1"  # the page's own head, not Voila's spinner
USABLE = "#rendered_cells .lk h1:not(#labkit-first-paint *)"  # the head that its widgets bring


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        scene = measured_scene(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        try:
            with dash(scene, Path(folder) / "pages") as (address, server):
                _print_paints(browser, address, server)
        finally:
            browser.close()


def measured_scene(folder: Path) -> Scene:
    """The bundled scene with runs on dev and test rows, and a release."""
    os.environ["LABKIT_WORKSPACE"] = str(folder)
    scene = open_scene("weibo_service")
    (scene.path / "gate.yaml").write_text("minimum: {macro_f1: 0.05}\n", encoding="utf-8")
    for prompt, model in (("v1", "definition-reader"), ("v2", "definition-reader"), ("v2", "linear")):
        evaluate(scene, prompt, model)
    for prompt, model in (("v1", "definition-reader"), ("v2", "linear")):
        run = evaluate(scene, prompt, model, split="test", reason="a measurement")
    release(scene, run.id, "Lin")
    return scene


@contextmanager
def dash(scene: Scene, pages: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The server as `python -m labkit dash` starts it, a bare page beside the five: its address and its process."""
    command = dash_command(str(scene.path), None)
    own = next(argument for argument in command.arguments if Path(argument).is_dir())
    shutil.copytree(own, pages)
    said = "from IPython.display import HTML\nHTML('<div class=\"lk\"><h1>bare</h1></div>')"
    bare = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(said)])
    nbformat.write(bare, pages / f"{BARE}.ipynb")
    arguments = tuple(str(pages) if argument == own else argument for argument in command.arguments)
    server = start(replace(command, arguments=arguments))
    try:
        yield command.address, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(120)


def memory_mb(process: psutil.Process) -> dict[str, float]:
    """Megabytes of a process and all below it: proportional (PSS), and the sum of what each holds (RSS)."""
    tree = [process, *process.children(recursive=True)]
    infos = []
    for one in tree:
        with suppress(psutil.NoSuchProcess):
            infos.append(one.memory_full_info())
    return {"pss": sum(info.pss for info in infos) / 1e6, "rss": sum(info.rss for info in infos) / 1e6}


def wait_until_warm(server: psutil.Process, kernels: int = 2) -> None:
    """Until so many kernels wait, and nobody below the server works any more."""
    end = time.monotonic() + WARM_S
    while time.monotonic() < end:
        tree = server.children(recursive=True)
        before = _seconds(tree)
        time.sleep(1.0)
        if sum("ipykernel" in _command(one) for one in tree) >= kernels and _seconds(tree) - before < 0.1:
            return
    raise TimeoutError("the dashboard's kernels never came to rest")


def _command(process: psutil.Process) -> str:
    """Its command line; "" of one that has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _seconds(tree: list[psutil.Process]) -> float:
    """Seconds that processes have worked; those that have ended count no more."""
    total = 0.0
    for one in tree:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total


class Opening(NamedTuple):
    """Seconds from asking for a page to its head on the screen, and to its widgets; seconds of CPU until then."""

    painted: float
    usable: float
    worked: float


def opening(browser: Browser, address: str, page: str) -> Opening:
    """What a page takes in a new browser profile."""
    parts = urlsplit(address)
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    try:
        tab = context.new_page()
        before, began = _seconds(psutil.Process().children(recursive=True)), time.monotonic()
        tab.goto(f"{parts.scheme}://{parts.netloc}/voila/render/{page}.ipynb?{parts.query}", wait_until="commit")
        tab.wait_for_selector(PAINTED, timeout=120_000)
        painted = time.monotonic() - began
        tab.wait_for_selector(USABLE, timeout=120_000)
        usable = time.monotonic() - began
        worked = _seconds(psutil.Process().children(recursive=True)) - before
        tab.goto("about:blank")  # as a viewer leaves; the page ends its kernel
        return Opening(painted, usable, worked)
    finally:
        context.close()


def _print_paints(browser: Browser, address: str, server: psutil.Process) -> None:
    taken: dict[str, list[Opening]] = {page: [] for page in (BARE, *PAGES)}
    loads = []
    for _ in range(TIMES):
        for page, times in taken.items():
            wait_until_warm(server)
            loads.append(os.getloadavg()[0])
            times.append(opening(browser, address, page))
    columns = f"{'quickest':>10}{'median':>8}{'slowest':>9}"
    print(f"{'':<10}{'painted, s':<27}{'usable, s':<27}\n{'':<10}{columns}{columns}{'CPU, s':>8}   under {LIMIT_S:g} s")
    for page, times in taken.items():
        painted, usable, worked = (sorted(column) for column in zip(*times, strict=True))
        first = f"{painted[0]:>10.2f}{median(painted):>8.2f}{painted[-1]:>9.2f}"
        then = f"{usable[0]:>10.2f}{median(usable):>8.2f}{usable[-1]:>9.2f}"
        print(f"{page:<10}{first}{then}{median(worked):>8.2f}   {'yes' if median(usable) < LIMIT_S else 'NO'}")
    print(f"\nload of the machine meanwhile, {os.cpu_count()} cores: {min(loads):.1f} to {max(loads):.1f}")
    wait_until_warm(server)
    held = memory_mb(server)
    print(f"memory with two kernels waiting: {held['pss']:.0f} MB (PSS), {held['rss']:.0f} MB (sum of RSS)")


if __name__ == "__main__":
    main()
