"""What stands in a scene is its own: a table, memo or report that leaves it is never written over it."""

from __future__ import annotations

from pathlib import Path

from labkit.errors import BadInput

_SCENE = "task.yaml"  # a folder with one is a scene
_FILES = (
    *("task.yaml", "gate.yaml", "examples.jsonl", "canaries.jsonl", "experience.jsonl"),
    *("prices.toml", "models.toml", "terms.toml", "runs.db", "runs.db-wal", "runs.db-shm"),
    *("decisions.jsonl", "bills.jsonl", "batches.jsonl", "releases.jsonl", "online.jsonl"),
)
_FOLDERS = ("prompts", "datasets", "runs", "jobs", "traffic", "hosted", "locks")


def refuse_own(target: str | Path) -> None:
    """Refuse a place that a scene reads from: what was there would be gone, and what came could not be read.

    Args:
        target: where a user wants a file written.

    Raises:
        BadInput: it is one of the files of a scene that lies above it, or stands in one of its folders.
    """
    path = Path(target).resolve()
    for folder in path.parents:
        first, *deeper = path.relative_to(folder).parts
        if (first in _FOLDERS if deeper else first in _FILES) and (folder / _SCENE).is_file():
            raise BadInput.told("error.export.own_file", target=target, scene=folder)


def refuse_existing(target: str | Path) -> None:
    """Refuse a file that is there: somebody may have written into it what stands nowhere else.

    Raises:
        BadInput: there is a file or folder of this name.
    """
    if Path(target).exists():
        raise BadInput.told("error.export.exists", path=target)
