"""What a dashboard's kernel may not do, whatever a browser sends it: start programs, call other hosts, change files.

An audit hook cannot be taken off again. SQLite opens its files itself, so that reading the run database goes on. It is
a second lock behind the server's, which runs no code that a browser sends: native code is not held back by it.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

_PROGRAMS = {
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn"),
    *("os.fork", "os.forkpty", "os.kill", "os.killpg", "signal.pthread_kill"),
}
_CHANGES = {
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.chown", "os.chflags"),
    *("os.link", "os.symlink", "os.utime", "os.setxattr", "os.removexattr"),
    *("shutil.move", "shutil.rmtree", "shutil.copyfile", "shutil.copytree"),
}
_CALLS = {
    *("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"),  # UDP needs no connection
    *("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"),  # a name that is asked for tells something
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


def forbid_acting() -> None:
    """From now on this process raises PermissionError where it would start a program, call a host or change a file."""
    with suppress(ImportError):  # multiprocessing starts programs by it, which no audit event tells of
        import _posixsubprocess

        _posixsubprocess.fork_exec = _refuse_program
    sys.addaudithook(_refuse)


def _refuse_program(*_: object) -> NoReturn:
    raise PermissionError("A dashboard only looks: starting a program is refused")


def _refuse(event: str, details: tuple[Any, ...]) -> None:
    if event in _PROGRAMS or event in _CHANGES or (event == "open" and _writes(*details)):
        raise PermissionError(f"A dashboard only looks: {event} is refused")
    if event in _CALLS:  # those of this machine too: what listens there may act for whoever asks
        raise PermissionError("A dashboard only looks: it calls nobody")


def _writes(path: object, mode: str | None, flags: int) -> bool:
    """Whether a file is opened to change it; one that is open already (a number) was opened before."""
    if isinstance(path, int) or (type(path) is str and path == os.devnull):
        return False
    return any(letter in (mode or "") for letter in "wax+") or bool(flags & _WRITING)
