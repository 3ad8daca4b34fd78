"""The scenes and lessons that ship with labkit: read-only; what is opened is a copy."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from labkit.errors import BadData
from labkit.tables.atomic import appearing_folder

TASK_FILE = "task.yaml"
COURSE = "course"
SOURCE_FILE = ".bundled.json"  # in a copy: which state of the source it was made from
_IGNORED = shutil.ignore_patterns("runs.db*", "traffic", "jobs", "locks", "__pycache__", ".*")


def bundled_scenes() -> tuple[str, ...]:
    """The names of the bundled scenes, sorted."""
    return tuple(sorted(task.parent.name for task in data_folder().glob(f"*/{TASK_FILE}")))


def data_folder() -> Path:
    """Where bundled data lies: inside the installed package, or beside it in a clone."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"


def workspace_root(root: Path | None = None) -> Path:
    """Where copies of bundled scenes live: `root`, else $LABKIT_WORKSPACE, else ./workspace."""
    return Path(root or os.environ.get("LABKIT_WORKSPACE") or "workspace")


def copy_of(name: str, root: Path | None = None) -> Path:
    """The copy of a bundled scene; made once, whole or not at all, and never overwritten.

    Args:
        name: one of `bundled_scenes()`.
        root: where copies live; see `workspace_root`.

    Returns:
        The copy's folder.

    Raises:
        BadData: the bundled scene has changed since the copy was made, or the copy's place is taken by something else.
    """
    return _copy_once(data_folder() / name, workspace_root(root) / name)


def course_folder(root: Path | None = None) -> Path:
    """Where the lessons can be opened: notebooks/ of a clone, else a copy, made once, as `course` in the workspace.

    Args:
        root: where copies live; see `workspace_root`.

    Raises:
        BadData: as `copy_of`.
    """
    package = Path(__file__).resolve().parent.parent
    if not (package / COURSE).is_dir():
        return package.parent / "notebooks"
    return _copy_once(package / COURSE, workspace_root(root) / COURSE)


def _copy_once(source: Path, target: Path) -> Path:
    state = _sha256(source)
    if not _has_files(target):
        _copy(source, target, state)
    if _copied_state(target) != state:
        raise BadData.told("error.copy.older", target=target, source=source.name)
    return target


def _copy(source: Path, target: Path, state: str) -> None:
    try:
        with appearing_folder(target) as temporary:
            shutil.copytree(source, temporary, ignore=_IGNORED, copy_function=shutil.copyfile, dirs_exist_ok=True)
            (temporary / SOURCE_FILE).write_text(json.dumps({"scene": source.name, "sha256": state}) + "\n")
            write_gitignore(temporary)
    except OSError as error:
        if not _has_files(target):  # else another process was quicker: its copy is as good
            raise BadData.told("error.copy.failed", target=target, reason=error.strerror) from error


def write_gitignore(folder: Path) -> None:
    """Keep what belongs to one machine out of git."""
    kept_out = ("runs.db*", "jobs/", "traffic/", "locks/", "hosted/*/rows.jsonl", ".ipynb_checkpoints/")
    (folder / ".gitignore").write_text("".join(f"{pattern}\n" for pattern in kept_out), encoding="utf-8")


def _copied_state(folder: Path) -> str | None:
    """The source's hash when the copy was made; None when the folder is not a copy of ours."""
    try:
        found = json.loads((folder / SOURCE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BadData.told("error.copy.foreign", folder=folder) from None
    return str(found.get("sha256")) if isinstance(found, dict) else None


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _sha256(folder: Path) -> str:
    """One hash over the paths and bytes of all files that are copied."""
    digest = hashlib.sha256()
    for path in sorted(_files(folder), key=lambda path: path.relative_to(folder).as_posix()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        names = [*folders, *files]
        ignored = _IGNORED(place, names)
        folders[:] = [name for name in folders if name not in ignored]
        found += [Path(place, name) for name in files if name not in ignored]
    return found
