"""Start a real JupyterLab or Voila on a free loopback port, and stop it with everything it started."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

START_S = 90.0  # until a server must answer
STOP_S = 15.0


@dataclass(frozen=True)
class Server:
    """A running server: its root address, the token it asks for, and its log."""

    root: str
    token: str
    log: Path

    def address(self, path: str = "") -> str:
        """The address of a page, token included."""
        return f"{self.root}/{path}{'&' if '?' in path else '?'}token={self.token}"


@contextmanager
def jupyter_lab(folder: Path, state: Path) -> Iterator[Server]:
    """JupyterLab on a folder, without news, updates or a browser of its own.

    Args:
        folder: what it shows.
        state: where its settings, logs and runtime files go.
    """
    port, token = free_port(), secrets.token_hex(16)
    notification = state / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    notification.parent.mkdir(parents=True)
    notification.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
        *(["--allow-root"] if _is_root() else []),
    ]
    with running(command, f"http://127.0.0.1:{port}", token, folder, state) as server:
        yield server


@contextmanager
def voila(target: Path, state: Path, options: Sequence[str] = ()) -> Iterator[Server]:
    """Voila on a notebook, or on a folder of them.

    Args:
        target: what it renders.
        state: where its settings, logs and runtime files go.
        options: further command-line options, such as a template.
    """
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "voila", str(target), "--no-browser", "--Voila.ip=127.0.0.1", *options]
    command += [f"--port={port}", "--Voila.port_retries=0", f"--token={token}"]
    folder = target if target.is_dir() else target.parent
    with running(command, f"http://127.0.0.1:{port}", token, folder, state) as server:
        yield server


@contextmanager
def running(
    command: Sequence[str],
    root: str,
    token: str,
    folder: Path,
    state: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Any server: started, waited for until it answers, and stopped with its kernels."""
    state.mkdir(parents=True, exist_ok=True)
    server = Server(root, token, state / "server.log")
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=_environment(state) | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, server)
        yield server
    finally:
        _stop(process)


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(state: Path) -> dict[str, str]:
    """This environment, with every place where Jupyter keeps things moved below `state`."""
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "IPYTHONDIR": "ipython",
    }
    return dict(os.environ) | {name: str(state / place) for name, place in places.items()}


def _wait(process: subprocess.Popen[bytes], server: Server) -> None:
    """Ask for a page that does not exist, until the server says so; a real one could start a kernel."""
    opener = build_opener(ProxyHandler({}))
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            opener.open(server.address("ready"), timeout=5).close()
            return
        except HTTPError:
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"{server.root} did not start:\n{server.log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask politely, so that kernels are shut down; then end whatever is left of the session."""
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _is_root() -> bool:
    return hasattr(os, "getuid") and os.getuid() == 0
