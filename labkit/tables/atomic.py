"""Files and folders that appear whole or not at all, and stay after a power cut."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path, mode: int | None = None) -> Iterator[Path]:
    """Give a temporary path beside `path`; when the block ends well, what was written there becomes `path`.

    Args:
        path: the file to write; its folder is made when missing. An existing file stays until the new one is whole.
        mode: its permissions; what `open` would give when None.

    Yields:
        The temporary path, with the same suffix.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(_default_mode() if mode is None else mode)
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def replace_text(path: Path, text: str, mode: int | None = None) -> None:
    """Write a UTF-8 text file atomically, line breaks as they are; permissions as `open` would give when None."""
    with replacing(path, mode) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


@contextmanager
def appearing_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path`; when the block ends well, it becomes `path`.

    Args:
        path: a folder that does not exist, or is empty.

    Yields:
        The temporary folder; whatever the block raises, nothing of it remains.

    Raises:
        OSError: `path` came to hold something meanwhile (FileExistsError, or ENOTEMPTY on some systems).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name[:40]}-", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(_default_mode(folder=True))
        for file in temporary.rglob("*"):
            if file.is_file():
                _sync(file)
        _move_onto_empty(temporary, path)
        _sync(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def append_line(path: Path, line: str) -> None:
    """Add one line to a text file, in one write and onto the disk; a torn last line stays a line of its own."""
    data = line.encode("utf-8") + b"\n"
    with path.open("ab+") as file:
        if file.tell() and not _ends_with_newline(path):
            data = b"\n" + data
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _move_onto_empty(source: Path, target: Path) -> None:
    """Rename a folder; an empty target makes room (Windows would not replace it)."""
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
    source.rename(target)


def _default_mode(folder: bool = False) -> int:
    """What `open` or `mkdir` would have given: temporary files are private, results are not."""
    mask = os.umask(0)
    os.umask(mask)
    return (0o777 if folder else 0o666) & ~mask


def _sync(path: Path) -> None:
    """Make a file, or a folder's list of names, survive a power cut; folders cannot be opened on Windows."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
