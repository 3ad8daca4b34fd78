"""Checkpoints that can be trusted: each is marked complete after all of its files, and checked before it is used."""

from __future__ import annotations

import json
from pathlib import Path

_MARK = "COMPLETE"


def mark_complete(checkpoint: Path) -> None:
    """Write the mark, with the size of every file, once a checkpoint is whole."""
    (checkpoint / _MARK).write_text(json.dumps(_sizes(checkpoint)), encoding="utf-8")


def newest_complete(folder: Path) -> Path | None:
    """The newest checkpoint that is whole; None when there is none.

    Args:
        folder: holds `checkpoint-<step>/`; one whose mark is missing, or whose files have other sizes than the mark
            says, was cut short and is passed over for the one before.
    """
    found = [path for path in folder.glob("checkpoint-*") if path.name.rpartition("-")[2].isdigit()]
    newest_first = sorted(found, key=lambda path: int(path.name.rpartition("-")[2]), reverse=True)
    return next((path for path in newest_first if _is_whole(path)), None)


def _is_whole(checkpoint: Path) -> bool:
    try:
        marked = json.loads((checkpoint / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(marked) and marked == _sizes(checkpoint)


def _sizes(checkpoint: Path) -> dict[str, int]:
    files = (path for path in checkpoint.rglob("*") if path.is_file() and path.name != _MARK)
    return {path.relative_to(checkpoint).as_posix(): path.stat().st_size for path in files}
