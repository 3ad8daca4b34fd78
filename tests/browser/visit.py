"""One visitor's page: what went wrong on it, what it asked for outside, and how to run a notebook in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Request, Route, WebSocket

from tests.browser.servers import Server

SCREENSHOTS = Path(__file__).parent / "screenshots"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE_MS = 60_000
_PANEL = "window.jupyterapp?.shell.currentWidget"
_IDLE = f"() => {_PANEL}?.sessionContext?.session?.kernel?.status === 'idle'"
_CELLS = f"{_PANEL}.content.widgets"
_RUN_ALL = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
_ERRORS = f"""() => {_CELLS}.filter(cell => cell.model.type === 'code')
    .flatMap(cell => cell.model.outputs.toJSON()).filter(output => output.output_type === 'error')
    .map(output => output.ename + ': ' + output.evalue)"""
_PYTHON = f"""async code => {{
    const future = {_PANEL}.sessionContext.session.kernel.requestExecute({{ code }});
    let text = '';
    future.onIOPub = message => {{
        if (message.header.msg_type === 'stream') text += message.content.text;
        if (message.header.msg_type === 'error') text += message.content.evalue;
    }};
    await future.done;
    return text;
}}"""
_START_PYTHON = f"code => {{ {_PANEL}.sessionContext.session.kernel.requestExecute({{ code }}); }}"


class Visit:
    """A page of its own, in a context of its own.

    Args:
        browser: a running Chromium.
        width, height: the window, in CSS pixels.
    """

    def __init__(self, browser: Browser, width: int = 1500, height: int = 1100) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.context.route(_is_outside, self._refuse)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", self._note_websocket)

    def assert_clean(self) -> None:
        """No script error on the page, and no request that left this machine."""
        assert self.errors == []
        assert self.outside == []

    def open_dashboard(self, address: str) -> None:
        """Open a dashboard page and wait until its widgets have come in place of the words it begins with."""
        self.page.goto(address, wait_until="commit")
        self.page.wait_for_selector("#rendered_cells .widget-html h1", timeout=2 * PATIENCE_MS)
        self.page.wait_for_selector("#labkit-first-paint", state="detached")

    def open_notebook(self, lab: Server, path: str) -> None:
        """Open a notebook in JupyterLab and wait for its kernel."""
        self.page.goto(lab.address(f"lab/tree/{quote(path)}?reset"), wait_until="commit")
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Notebook")
        self.page.wait_for_function(_IDLE)

    def run_notebook(self, lab: Server, path: str) -> None:
        """Open a notebook, run all its cells, wait for the end; an error in a cell fails the test."""
        self.open_notebook(lab, path)
        self.page.evaluate(_RUN_ALL)
        self.page.wait_for_function(_IDLE)
        assert self.page.evaluate(_ERRORS) == []

    def reload(self) -> None:
        """Save the notebook and reload the page; the kernel goes on."""
        self.command("docmanager:save")
        self.page.reload(wait_until="commit")
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Notebook")
        self.page.wait_for_function(_IDLE)

    def python(self, code: str) -> str:
        """Run code in the open notebook's kernel, outside any cell; what it printed, or its error's message."""
        return str(self.page.evaluate(_PYTHON, code))

    def start_python(self, code: str) -> None:
        """Start code in the open notebook's kernel and do not wait for it."""
        self.page.evaluate(_START_PYTHON, code)

    @contextmanager
    def held_up(self, widget: str) -> Iterator[None]:
        """Keep the kernel from answering this widget's page until the block ends, however long that takes."""
        with TemporaryDirectory() as folder:
            held, over = Path(folder) / "held", Path(folder) / "over"
            wait = f"held.touch()\n    while not pathlib.Path({str(over)!r}).exists(): time.sleep(0.02)"
            self.start_python(
                f"import pathlib, time\nheld = pathlib.Path({str(held)!r})\nwith {widget}._lock:\n    {wait}"
            )
            self.until(held.exists, f"{widget} is held")
            try:
                yield
            finally:
                over.touch()
                self.python("1")  # until it has gone on

    def python_until(self, code: str, printed: str) -> None:
        """Run code in the kernel again and again until it prints this: what the page sends takes its time."""
        self.until(lambda: self.python(code).strip() == printed, f"{code} prints {printed!r}")

    def until(self, holds: Callable[[], bool], words: str) -> None:
        """Wait until something holds that Playwright's `expect` has no words for, 20 s at most."""
        for _ in range(200):
            if holds():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"not within 20 s: {words}")

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's commands."""
        self.page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args)", [name, arguments])

    def theme(self, name: str) -> None:
        """Change JupyterLab's theme: "Light" or "Dark"; the server remembers it for later visits."""
        self.command("apputils:change-theme", theme=f"JupyterLab {name}")
        self.page.wait_for_selector(f"body[data-jp-theme-name='JupyterLab {name}']", state="attached")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")  # it lies over all that is looked at

    def cell_count(self) -> int:
        """How many cells the open notebook has."""
        return int(self.page.evaluate(f"() => {_CELLS}.length"))

    def accessibility_faults(self, place: str) -> list[str]:
        """What axe finds in an element that keeps somebody from using it: serious and critical faults, WCAG 2.2 A, AA.

        Args:
            place: a CSS selector.
        """
        found = Axe().run(self.page, place, {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]})
        return [
            f"{fault['id']}: {node['target']} {node['failureSummary']}"
            for fault in found.response["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]

    def screenshot(self, name: str, place: Locator | None = None) -> None:
        """Save a picture of the page, or of one element, below tests/browser/screenshots (ignored by git)."""
        SCREENSHOTS.mkdir(exist_ok=True)
        (place or self.page).screenshot(path=SCREENSHOTS / f"{name}.png")

    def close(self) -> None:
        """Close the page and its context."""
        self.context.close()

    def _refuse(self, route: Route, request: Request) -> None:
        self.outside.append(request.url)
        route.abort()

    def _note_websocket(self, socket: WebSocket) -> None:
        if _is_outside(socket.url):
            self.outside.append(socket.url)


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOOPBACK
