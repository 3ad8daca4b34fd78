"""Beginning the processes that train: in a session of their own, so that nothing here can end them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from labkit.errors import TrainingFailed
from labkit.training.job_folder import JobFolder
from labkit.training.ranks import Ranks

_START_S = 180.0  # how long a new process may take until it holds its folder
# the processes of one machine speak to each other there and nowhere else
_LOOPBACK = {"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else {}
_LEFT_OVER = ("report.json", "STOP", "SAVE", "EVALUATE", "process.json")  # of the session before


def one_starter(scene: Path, name: str) -> Any:
    """A lock: one starter of a job at a time."""
    from filelock import FileLock

    folder = scene / "locks"
    folder.mkdir(exist_ok=True)
    return FileLock(folder / f"job-{name}.lock")


def launch(folder: JobFolder, device: dict[str, str], processes: int = 1) -> None:
    """Begin to train, with a file for all output, and wait until the folder is held.

    Args:
        folder: the job's.
        device: variables that say which GPUs are seen.
        processes: that train together.

    Raises:
        TrainingFailed: the process did not come up.
    """
    _forget_last_session(folder)
    with folder.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  (our own module)
            command(folder, processes),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
            env={**environment(), **device, **(_LOOPBACK if processes > 1 else {})},
        )
    deadline = time.monotonic() + _START_S
    while folder.read("process.json") is None and time.monotonic() < deadline:
        if process.poll() is not None:
            break
        time.sleep(0.02)
    if folder.read("process.json") is None:
        raise TrainingFailed.told(
            "error.job.no_start", job=folder.path.name, last=folder.last_log_lines(), log=folder.log
        )


def command(folder: JobFolder, processes: int = 1) -> list[str]:
    """The command line that trains a job on this machine, by PyTorch's launcher where there are several processes."""
    if processes == 1:
        return folder.command
    launcher = [sys.executable, "-P", "-m", "torch.distributed.run", "--standalone"]
    return [*launcher, f"--nproc-per-node={processes}", "--no-python", *folder.command]


def become_worker(folder: JobFolder, device: dict[str, str], ranks: Ranks) -> NoReturn:
    """Let this very process, which a launcher has begun, train."""
    if ranks.first:
        _forget_last_session(folder)
    os.execve(sys.executable, folder.command, {**environment(), **device})  # noqa: S606  (our own module)


def wait_for_spec(folder: JobFolder, identity: str) -> None:
    """Wait until the first process has written what is to be trained.

    Args:
        folder: the job's, on a disk that all processes share.
        identity: of what is asked for.

    Raises:
        TrainingFailed: it has not appeared.
    """
    deadline = time.monotonic() + _START_S
    while ((folder.read("job.json") or {}).get("identity")) != identity:
        if time.monotonic() > deadline:
            raise TrainingFailed.told("error.job.first", path=folder.path / "job.json", seconds=_START_S)
        time.sleep(0.1)


def environment() -> dict[str, str]:
    """This process's environment without keys, which training has no use for, and without the hub."""
    kept = {k: v for k, v in os.environ.items() if not k.upper().endswith(("_KEY", "_TOKEN", "_SECRET", "_PASSWORD"))}
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {"PYTHONPATH": os.pathsep.join(paths), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    return {**kept, **ours, "PYTHONUNBUFFERED": "1"}


def _forget_last_session(folder: JobFolder) -> None:
    for left_over in _LEFT_OVER:
        (folder.path / left_over).unlink(missing_ok=True)
