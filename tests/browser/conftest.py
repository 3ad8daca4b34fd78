"""Real servers and a real browser for the tests marked `browser`; skipped, with the reason, where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import servers
from tests.browser.visit import Visit

StartServer = Callable[..., servers.Server]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium that env CHROMIUM names, or the one on the PATH."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium: install the package 'chromium', or name a binary in the variable CHROMIUM")
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []
    expect.set_options(timeout=20_000)  # two cores may be busy with other things
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*sandbox, "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def jupyter_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """`jupyter_lab(folder)` starts JupyterLab there, once per folder and module, and returns its Server."""
    with ExitStack() as started:
        known: dict[Path, servers.Server] = {}

        def start(folder: Path) -> servers.Server:
            if folder not in known:
                state = tmp_path_factory.mktemp("jupyter")
                known[folder] = started.enter_context(servers.jupyter_lab(folder, state))
            return known[folder]

        yield start


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """`voila(target, *options)` starts Voila on a notebook or folder, and returns its Server."""
    with ExitStack() as started:

        def start(target: Path, *options: str) -> servers.Server:
            return started.enter_context(servers.voila(target, tmp_path_factory.mktemp("voila"), options))

        yield start


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """A fresh page; it records script errors and refuses, and records, requests to other machines."""
    visitor = Visit(chromium)
    yield visitor
    visitor.close()
