"""Starting a Jupyter server as a child: a free port, a token, its address when it listens, a clean end."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labkit.errors import BadInput, LabkitError

HOST = "127.0.0.1"
PORTS_TRIED = 20
START_LIMIT_S = 120.0  # a cold disk and a busy machine; it is up in 2 to 5 s otherwise


@dataclass(frozen=True, slots=True)
class ServerCommand:
    """A Jupyter server to start.

    Args:
        arguments: what to run after this Python; must listen on `port`.
        environment: all that the child sees; the token is added as JUPYTER_TOKEN.
        port: a free port on loopback.
        path: where the page is, such as "lab".
        token: what a visitor must bring; kept out of the arguments, which other users of the machine can read.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    port: int
    path: str = ""
    token: str = field(default_factory=lambda: secrets.token_hex(24), repr=False)

    @property
    def address(self) -> str:
        """What to open in a browser, token included."""
        return f"http://{HOST}:{self.port}/{self.path}?token={self.token}"


def free_port(wanted: int | None, usual: int) -> int:
    """The port asked for, or the first free one from the usual port on.

    Raises:
        BadInput: the port asked for is taken, or none is free.
    """
    if wanted is not None:
        if not _is_free(wanted):
            raise BadInput.told("error.cli.port", port=wanted)
        return wanted
    for port in range(usual, usual + PORTS_TRIED):
        if _is_free(port):
            return port
    raise BadInput.told("error.cli.ports", first=usual, last=usual + PORTS_TRIED - 1)


def start(command: ServerCommand) -> subprocess.Popen[bytes]:
    """Start a server and return when it listens; its log goes to stderr.

    Raises:
        LabkitError: it ended, or did not listen in time.
    """
    environment = {**command.environment, "JUPYTER_TOKEN": command.token}
    server = subprocess.Popen([sys.executable, *command.arguments], env=environment, stdout=sys.stderr)  # noqa: S603
    deadline = time.monotonic() + START_LIMIT_S
    while server.poll() is None and time.monotonic() < deadline:
        if _answers(command.port):
            return server
        time.sleep(0.1)
    server.terminate()
    raise LabkitError.told("error.cli.no_server")


def stay(server: subprocess.Popen[bytes]) -> int:
    """Wait until a server ends and return its exit code; Ctrl-C is the server's to answer, a SIGTERM is passed on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: server.terminate())
    return server.wait()


def allow_root() -> list[str]:
    """Jupyter refuses to run as root unless told; in a container root is all there is."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0
