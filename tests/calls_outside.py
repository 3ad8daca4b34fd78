"""What a process and its children try to reach beyond this machine: refused, and written down."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_GUARD = """
import os, socket
_connect = socket.socket.connect


def connect(self, address):
    host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    if host not in ("127.0.0.1", "localhost", "::1"):
        with open(os.environ["CALLS_OUTSIDE"], "a") as calls:
            calls.write(f"{host}\\n")
        raise OSError(f"a test called {host}")
    return _connect(self, address)
socket.socket.connect = connect
"""


def refuse_calls_outside(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Have every Python process that is started from now on refuse them; the file that lists them, absent when none."""
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(_GUARD)
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)  # of a checkout that is not installed
    patch.setenv("PYTHONPATH", os.pathsep.join([str(folder / "guard"), *filter(None, inherited)]))
    patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    patch.setenv("CALLS_OUTSIDE", str(folder / "calls"))
    return folder / "calls"
