"""ErrorBrowser over 100,000 rows in a real JupyterLab: first paint < 1 s, filter < 200 ms, what a page gets < 1 MB?"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from playwright.sync_api import Browser, Playwright, sync_playwright

from labkit.prompts import format_prompt
from labkit.records import Definition, Evidence, Example, Prediction, Prompt, Run, RunHeader, RunRow, Status, Task
from tests.browser.servers import jupyter_lab
from tests.browser.visit import Visit

ROWS, TIMES = 100_000, 5
LABELS = ("物流", "退款", "质量", "客服", "价格", "包装", "缺货", "发票", "售后", "活动", "安装", "隐私")
_METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
_REASON = "作者说了很久没有动静,属于这一类;没有提到退款,也没有说东西坏了,所以不算别的标签。"
_SETUP = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.bench.error_browser import made_run
import labkit
before, after = made_run("before", 1), made_run("after", 2)
labkit.ErrorBrowser(made_run("small", 1, 100));
"""
# Runs a cell and waits until a row of the list is painted; milliseconds, by the page's clock.
_PAINT = """async place => {
    const panel = window.jupyterapp.shell.currentWidget;
    panel.content.activeCellIndex = place;
    panel.content.deselectAll();
    const cell = panel.content.widgets[place].node;
    for (const old of cell.querySelectorAll('.lk-error-browser')) old.remove();
    const begin = performance.now();
    const painted = new Promise(resolve => {
        const look = () => cell.querySelector('.lk-error-browser [data-known=true]')
            ? requestAnimationFrame(() => resolve(performance.now() - begin)) : requestAnimationFrame(look);
        look();
    });
    window.jupyterapp.commands.execute('notebook:run-cell');
    return await painted;
}"""
# Does something in the widget and waits until the list is that of the new filter, its first row painted.
_FILTER = """async ([place, press]) => {
    const root = window.jupyterapp.shell.currentWidget.content.widgets[place].node.querySelector('.lk-error-browser');
    const found = root.querySelector('.lk-found');
    const before = found.textContent;
    const begin = performance.now();
    new Function('root', press)(root);
    return await new Promise(resolve => {
        const look = () => found.textContent !== before && /\\d/.test(found.textContent)
            && root.querySelector('[data-position="0"][data-known=true]')
            ? requestAnimationFrame(() => resolve(performance.now() - begin)) : requestAnimationFrame(look);
        look();
    });
}"""
_JUMP = """async place => {
    const root = window.jupyterapp.shell.currentWidget.content.widgets[place].node.querySelector('.lk-error-browser');
    const grid = root.querySelector('[role=grid]');
    const begin = performance.now();
    grid.scrollTop = 46 * Math.floor(Math.random() * 90000);
    const first = Math.ceil(grid.scrollTop / 46);
    return await new Promise(resolve => {
        const look = () => grid.querySelector(`[data-position="${first}"][data-known=true]`)
            ? requestAnimationFrame(() => resolve(performance.now() - begin)) : requestAnimationFrame(look);
        look();
    });
}"""
_KEY = "root.querySelector('[role=grid]').dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true}))"
_SEARCH = (
    "const field = root.querySelector('input'); field.value = field.value ? '' : '第9'; "
    "field.dispatchEvent(new InputEvent('input', {bubbles: true}))"
)
_CELLS = "[...root.querySelectorAll('.lk-matrix td button')].filter(b => !b.disabled && b.ariaPressed === 'false')"

# What browsers prepare in the background has ended: those of earlier cells would hold up the one that is measured.
_PREPARED = "import threading\n[t.join() for t in threading.enumerate() if isinstance(t, threading.Timer)]\nprint('')"

# What the kernel's processor is busy with, whatever else this machine does meanwhile.
_BUSY = {
    "a browser": "begin = time.process_time()\nlabkit.ErrorBrowser(*{'one': (after,), 'two': (after, before)}['%s'])"
    "\nprint(1000 * (time.process_time() - begin))",
    "a search": "name, begin = '%s', time.process_time()\nw = globals()[name].wanted"
    "\nglobals()[name].wanted = {**w, 'query': '第9', 'revision': w['revision'] + 1}"
    "\nprint(1000 * (time.process_time() - begin))",
}


def made_run(name: str, seed: int, rows: int = ROWS) -> Run:
    """A run as a model with rationales and quotes leaves it: two posts a row, twelve labels, some rows unread."""
    definitions = tuple(Definition(label, f"作者抱怨{label}方面的问题,或者为此求助。") for label in LABELS)
    text = format_prompt(Prompt(name, "{{definitions}}", "{{posts}}", "请回答。", definitions))
    header = RunHeader(name, "big", name, "0", text, "made", {}, "dev", "0", "2026-11-26T00:00:00Z", "0")
    task = Task("big", LABELS, language="zh", item="微博", multi_label=True, allow_none=True)
    gold, noise = random.Random(0), random.Random(seed)
    return Run(header, task, tuple(_made_row(k, gold, noise) for k in range(rows)))


def main() -> None:
    """Print milliseconds in the page, best and worst of five, and the bytes that each page was sent."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder) / "notebooks"
        place.mkdir()
        shows = (
            "labkit.ErrorBrowser(made_run('small', 1, 100))",
            "one = labkit.ErrorBrowser(after)\none",
            "two = labkit.ErrorBrowser(after, before)\ntwo",
        )
        cells = [nbformat.v4.new_code_cell(code) for code in (_SETUP, *shows)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=_METADATA), place / "big.ipynb")
        with jupyter_lab(place, Path(folder) / "state") as lab, _chromium(playwright) as chromium:
            visit = Visit(chromium)
            received: list[int] = []
            visit.page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: received.append(len(frame))))
            visit.open_notebook(lab, "big.ipynb")
            visit.python(_SETUP)
            print(f"{ROWS} rows, {len(LABELS)} labels; milliseconds in the page, best and worst of {TIMES}")
            small = [float(visit.page.evaluate(_PAINT, 1)) for _ in range(TIMES)]
            _print("100 rows: from the cell to the first row", small)
            for k, runs in ((2, "one run"), (3, "two runs")):
                _measure(visit, k, runs, received)


def _measure(visit: Visit, place: int, runs: str, received: list[int]) -> None:
    first = []
    for _ in range(TIMES):
        visit.python(_PREPARED)
        del received[:]
        first.append(float(visit.page.evaluate(_PAINT, place)))
        visit.page.wait_for_timeout(300)
        sent = sum(received)
    _print(f"{runs}: from the cell to the first row", first)
    print(f"{runs + ': bytes for that page':46}{sent:9,}")
    visit.python(_PREPARED)
    presses = {
        "errors or all": _KEY % "e",
        "a confusion": f"{_CELLS}[1].click()",
        "all rows again": _KEY % "c",
        "a search": _SEARCH,
    }
    times: dict[str, list[float]] = {what: [] for what in presses}
    for _ in range(TIMES):
        for what, press in presses.items():
            times[what].append(float(visit.page.evaluate(_FILTER, [place, press])))
        visit.page.evaluate(_FILTER, [place, _SEARCH])
    for what, milliseconds in times.items():
        _print(f"{runs}: filter, {what}", milliseconds)
    for what, code in _BUSY.items():
        _print(f"{runs}: {what}, kernel's processor", [float(visit.python(code % runs[:3])) for _ in range(TIMES)])
    _print(f"{runs}: a jump to any row", [float(visit.page.evaluate(_JUMP, place)) for _ in range(TIMES)])


def _print(what: str, milliseconds: list[float]) -> None:
    print(f"{what:46}{min(milliseconds):9.0f}{max(milliseconds):9.0f}")


def _made_row(k: int, gold: random.Random, noise: random.Random) -> RunRow:
    labels = tuple(label for label in LABELS if gold.random() < 0.1)
    posts = (f"第{k}条微博:下单五天了还没有动静,打电话也没人接,到底什么时候能到?", f"又等了{k % 13}天,客服只会说抱歉。")
    example = Example(f"w{k:06d}", posts, labels, "dev")
    if noise.random() < 0.002:
        return RunRow(example, Prediction(Status.UNPARSED, reason="two answers"), reply="我觉得都可以")
    answer = tuple(label for label in LABELS if (label in labels) != (noise.random() < 0.02))
    quotes = (Evidence(1, "还没有动静", True),)
    return RunRow(
        example, Prediction(Status.ANSWERED, answer, f"第{k}条:{_REASON}", quotes, answer[0] if answer else None)
    )


def _chromium(playwright: Playwright) -> Browser:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=[*sandbox, "--disable-gpu"])
