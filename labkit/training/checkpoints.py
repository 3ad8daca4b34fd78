"""Checkpoints that can be trusted: each appears whole, carries a hash of every file, and is checked before it is used.

What is newest and what is best is read from step numbers and scores that the checkpoints themselves carry, never from
the clock.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.errors import TrainingFailed
from labkit.records import sha256_of
from labkit.tables.atomic import appearing_folder
from labkit.tables.file_hash import file_sha256
from labkit.texts import Phrase
from labkit.training.faults import is_disk_full

MANIFEST = "manifest.json"
_NAME = "checkpoint-"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint whose every byte is as it was written.

    Args:
        path: its folder.
        step: optimizer steps done.
        state: what else was kept with it, see `Checkpoints.saving`.
    """

    path: Path
    step: int
    state: Mapping[str, Any]

    @property
    def score(self) -> float | None:
        """How good it is by the dev rows, higher is better; None when nobody measured it."""
        found = self.state.get("score")
        return None if found is None else float(found)


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The checkpoints of one training.

    Args:
        folder: holds `checkpoint-<step>/`, each with manifest.json.
    """

    folder: Path

    @contextmanager
    def saving(self, step: int, state: Mapping[str, Any]) -> Iterator[Path]:
        """Give a folder to write a checkpoint into; it appears when the block ends well, and older ones may go.

        Args:
            step: optimizer steps done.
            state: JSON that is kept with it; `score` says how good it is.

        Yields:
            The folder that is to be filled.

        Raises:
            TrainingFailed: the disk is full; what was there before stays.
        """
        target = self.folder / f"{_NAME}{step}"
        if target.exists():  # broken, or the resumed training would not come by here again
            shutil.rmtree(target)
        try:
            with appearing_folder(target) as temporary:
                yield temporary
                _write_manifest(temporary, step, state)
        except Exception as error:
            if not is_disk_full(error):
                raise
            raise TrainingFailed.told("error.training.disk", folder=self.folder, step=step) from error
        self._drop_others(target)

    def newest(self) -> tuple[Checkpoint | None, dict[str, Phrase]]:
        """The newest that verifies, and what is wrong with each that is newer, by its name."""
        broken: dict[str, Phrase] = {}
        for path in self._paths():
            problem = find_damage(path)
            if not problem:
                return _read(path), broken
            broken[path.name] = problem
        return None, broken

    def best(self) -> Checkpoint | None:
        """The one with the highest score that verifies, the latest of equals, and where none has a score."""
        sound = [_read(path) for path in self._paths() if not find_damage(path)]
        scored = [found for found in sound if found.score is not None]
        return max(scored, key=lambda found: (found.score, found.step), default=sound[0] if sound else None)

    def sweep(self) -> None:
        """Remove what a killed process left half written; only the process that trains may do so."""
        for path in self.folder.glob(f".{_NAME}*"):
            shutil.rmtree(path, ignore_errors=True)

    def _drop_others(self, newest: Path) -> None:
        """Keep the newest and the best; nothing goes unless the newest reads back as it was written."""
        if find_damage(newest):
            return
        best = self.best()
        for path in self._paths():
            if path not in (newest, best.path if best else newest):
                shutil.rmtree(path, ignore_errors=True)

    def _paths(self) -> list[Path]:
        """All of them, highest step first."""
        found = [path for path in self.folder.glob(f"{_NAME}*") if path.name.removeprefix(_NAME).isdigit()]
        return sorted(found, key=lambda path: int(path.name.removeprefix(_NAME)), reverse=True)


def find_damage(checkpoint: Path) -> Phrase | None:
    """What is wrong with a checkpoint; None when every byte is as it was written.

    Args:
        checkpoint: a folder with manifest.json.
    """
    try:
        manifest = json.loads((checkpoint / MANIFEST).read_text(encoding="utf-8"))
        body, files = manifest["body"], manifest["body"]["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return Phrase("damage.unreadable", {"file": MANIFEST})
    if manifest.get("sha256") != sha256_of(body) or f"{_NAME}{body.get('step')}" != checkpoint.name:
        return Phrase("damage.changed", {"file": MANIFEST})
    return next((problem for name, file in files.items() if (problem := _damage_of(checkpoint / name, file))), None)


def _damage_of(path: Path, written: Mapping[str, Any]) -> Phrase | None:
    if not path.is_file():
        return Phrase("damage.missing", {"file": path.name})
    if path.stat().st_size != written["bytes"]:
        return Phrase("damage.bytes", {"file": path.name, "found": path.stat().st_size, "bytes": written["bytes"]})
    return None if file_sha256(path) == written["sha256"] else Phrase("damage.content", {"file": path.name})


def _write_manifest(checkpoint: Path, step: int, state: Mapping[str, Any]) -> None:
    paths = sorted(path for path in checkpoint.rglob("*") if path.is_file())
    files = {
        path.relative_to(checkpoint).as_posix(): {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for path in paths
    }
    body = {"format": 1, "step": step, "state": dict(state), "files": files}
    text = json.dumps({"sha256": sha256_of(body), "body": body}, ensure_ascii=False, indent=1)
    (checkpoint / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _read(checkpoint: Path) -> Checkpoint:
    body = json.loads((checkpoint / MANIFEST).read_text(encoding="utf-8"))["body"]
    return Checkpoint(checkpoint, int(body["step"]), body["state"])
