"""Holding a question against other processes; the system lets go of it when the one that holds it dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labkit.errors import RunBusy, StoreError


@contextmanager
def file_lock(folder: Path, name: str) -> Iterator[None]:
    """Hold a file of a folder, which is made when it is missing.

    Args:
        folder: where locks lie; on a disk of this machine, as network disks often grant one lock twice.
        name: what to hold; letters and digits.

    Raises:
        RunBusy: another process holds it.
        StoreError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(exist_ok=True)
        held = FileLock(folder / f"{name}.lock", timeout=0)
        held.acquire()
    except Timeout as error:
        raise RunBusy.told("error.store.run_busy") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError.told("error.store.folder", folder=folder, reason=reason) from error
    try:
        yield
    finally:
        held.release()
