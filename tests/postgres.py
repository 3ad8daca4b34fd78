"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket there, stopped with the session."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest


@contextmanager
def postgres_server() -> Iterator[str]:
    """The server's URL up to the database's name; a skip with its reason where PostgreSQL is not installed."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="labkit-pg-", dir="/tmp"))
    try:
        if os.getuid() == 0:  # the server refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _as_owner(programs / "initdb", "-D", folder / "data", "-U", "labkit", "-A", "trust", "-E", "UTF8", "-N")
        with _running(programs, folder):
            yield f"postgresql://labkit@/{{database}}?host={quote(str(folder))}"
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(programs: Path, folder: Path) -> Iterator[None]:
    options = ["-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]  # it is thrown away
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*_owner(), programs / "postgres", *options], stdout=log, stderr=log)
    try:
        _wait_for(programs, folder, server)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)  # an immediate shutdown: clients are sent away, nothing is written back
        server.wait(60)


def _wait_for(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode:
        assert server.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.1)


def _programs() -> Path:
    """Where the newest PostgreSQL's programs lie; Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent if found else Path(str(on_path)).parent


def _owner() -> list[str]:
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []


def _as_owner(*words: str | Path) -> None:
    done = subprocess.run([*_owner(), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
