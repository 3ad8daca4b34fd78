"""Where a server listens on this machine: the port it was told, or the first free one."""

from __future__ import annotations

import socket

from labkit.errors import BadInput

HOST = "127.0.0.1"
PORTS_TRIED = 20


def listen(wanted: int | None, usual: int) -> socket.socket:
    """A socket that listens on loopback; whoever else looks for a port meanwhile finds another.

    Args:
        wanted: the port asked for; None for the first free one.
        usual: the first one tried then.

    Raises:
        BadInput: the port asked for is taken, or none is free.
    """
    if wanted is not None:
        if (found := _listening(wanted)) is None:
            raise BadInput.told("error.cli.port", port=wanted)
        return found
    tried = (_listening(port) for port in range(usual, usual + PORTS_TRIED))
    found = next((opened for opened in tried if opened), None)
    if found is None:
        raise BadInput.told("error.cli.ports", first=usual, last=usual + PORTS_TRIED - 1)
    return found


def port_of(listening: socket.socket) -> int:
    """The port that a socket listens on."""
    return int(listening.getsockname()[1])


def free_port(wanted: int | None, usual: int) -> int:
    """A port that `listen` would take now, for a server that opens it itself; see `listen` for what it raises."""
    with listen(wanted, usual) as listening:
        return port_of(listening)


def is_taken(port: int) -> bool:
    """Whether somebody has a port, or it is none."""
    if (opened := _listening(port)) is not None:
        opened.close()
    return opened is None


def _listening(port: int) -> socket.socket | None:
    """A socket on a port; None when it is taken, or no port at all."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that ended a moment ago hold it still
    try:
        opened.bind((HOST, port))
        opened.listen()
    except (OSError, OverflowError):
        opened.close()
        return None
    return opened
