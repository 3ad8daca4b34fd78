"""Starting a Jupyter server as a child: a token, its address when it listens, a clean end."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from labkit.errors import LabkitError, PortLost
from labkit.serving.ports import HOST, is_taken

_END_LIMIT_S = 15.0  # for one that did not come up
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


def start_where_free(command_now: Callable[[], ServerCommand]) -> tuple[ServerCommand, subprocess.Popen[bytes]]:
    """Start a server; where another took its port before it listened, start it on the next free one.

    Args:
        command_now: how it is started on a port that is free now; raises when there is none.

    Raises:
        LabkitError: as `start`, or what `command_now` raises.
    """
    while True:
        command = command_now()
        try:
            return command, start(command)
        except PortLost:
            continue  # it is taken now, so the next command has another, or says that there is none


def start(command: ServerCommand) -> subprocess.Popen[bytes]:
    """Start a server and return when it listens; its log goes to stderr.

    Raises:
        PortLost: it ended because another took its port, between the look for a free one and its own start.
        LabkitError: it ended, or did not listen in time.
    """
    environment = {**command.environment, "JUPYTER_TOKEN": command.token}
    server = subprocess.Popen([sys.executable, *command.arguments], env=environment, stdout=sys.stderr)  # noqa: S603
    deadline = time.monotonic() + START_LIMIT_S
    while server.poll() is None and time.monotonic() < deadline:
        if _listens(server.pid, command.port):
            return server
        time.sleep(0.1)
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(_END_LIMIT_S)
    if is_taken(command.port):
        raise PortLost.told("error.cli.port", port=command.port)
    raise LabkitError.told("error.cli.no_server")


def stay(server: subprocess.Popen[bytes]) -> int:
    """Wait until a server ends and return its exit code; Ctrl-C is the server's to answer, a SIGTERM is passed on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: server.terminate())
    return server.wait()


def allow_root() -> list[str]:
    """Jupyter refuses to run as root unless told; in a container root is all there is."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _listens(process: int, port: int) -> bool:
    """Whether a process or one that it started listens there, and not another that was quicker."""
    import psutil

    with suppress(psutil.Error):  # it is ending
        first = psutil.Process(process)
        for part in (first, *first.children(recursive=True)):
            with suppress(psutil.Error):  # a child that has ended may not be looked into
                opened = part.net_connections("tcp")
                if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in opened):
                    return True
    return False
