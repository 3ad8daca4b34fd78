"""Datasets of a scene: selected rows and a manifest that says where they come from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labkit.errors import BadData, UnknownName
from labkit.records import sha256_of
from labkit.tables.atomic import appearing_folder, replace_text
from labkit.tables.file_hash import file_sha256
from labkit.tables.json_text import parse_object, read_jsonl, strict_decoder
from labkit.tables.writing import write_jsonl
from labkit.texts import say
from labkit.workspace.names import check_name

ROWS_FILE = "rows.jsonl"
MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows chosen to train on.

    Args:
        id: the manifest's id; the folder's name by default.
        path: its folder.
        rows: one object per example, as in examples.jsonl plus `target` and `why`.
        manifest: parent, prompt, teacher, parameters, the content's id, and the hash of every file.
    """

    id: str
    path: Path
    rows: tuple[dict[str, Any], ...]
    manifest: Mapping[str, Any]

    @property
    def content_id(self) -> str:
        """What is in it, as a hash: two datasets of the same rows, answers and prompt have the same, under any name."""
        return content_id(self.rows, self.manifest.get("prompt_sha256"))

    @property
    def made(self) -> datetime:
        """When it was made, as its manifest says; where that says nothing, when the file was written."""
        try:
            return datetime.fromisoformat(self.manifest["made"]["at"]).astimezone(UTC)
        except (KeyError, TypeError, ValueError):
            return datetime.fromtimestamp((self.path / MANIFEST_FILE).stat().st_mtime, UTC)


def content_id(rows: Iterable[Mapping[str, Any]], prompt_sha256: str | None) -> str:
    """The SHA-256 of what is taught: rows with their answers, in any order, and the prompt they are made for."""
    taught = ([str(r.get("id")), r.get("items"), r.get("subtask"), r.get("target", r.get("labels"))] for r in rows)
    return sha256_of([sorted(map(sha256_of, taught)), prompt_sha256])


def read_dataset(parent: Path, name: str) -> Dataset:
    """Read a dataset's folder.

    Args:
        parent: the folder of all datasets.
        name: one of `dataset_names(parent)`, so that it cannot lead elsewhere.

    Raises:
        UnknownName: there is no such dataset.
        BadData: a file is missing or cannot be read, or the rows are not those of the manifest.
    """
    names, folder = dataset_names(parent), parent / name
    if name not in names:
        raise UnknownName("dataset", name, names, say("find.dataset"))
    manifest = _read_manifest(folder / MANIFEST_FILE)
    rows = tuple(record for _, record in read_jsonl(folder / ROWS_FILE))
    found = Dataset(str(manifest.get("id") or folder.name), folder, rows, manifest)
    files = manifest.get("files") or {ROWS_FILE: file_sha256(folder / ROWS_FILE)}
    said = manifest.get("content_id") or found.content_id
    if (said, files) != (found.content_id, {ROWS_FILE: file_sha256(folder / ROWS_FILE)}):
        raise BadData.told("error.dataset.edited", path=folder / ROWS_FILE, manifest=MANIFEST_FILE)
    return found


def write_dataset(folder: Path, rows: Iterable[Mapping[str, Any]], manifest: Mapping[str, Any]) -> Path:
    """Write a dataset's folder, all or nothing.

    Args:
        folder: it must not exist yet; datasets are never overwritten.
        rows: objects as in examples.jsonl, plus `target` and `why`.
        manifest: `id` (by default the folder's name), `content_id` and `files` (the hash of the rows) are filled in.

    Returns:
        The folder.

    Raises:
        BadData: the name is taken or not allowed, or there is no row.
    """
    check_name("dataset", folder.name)
    rows = list(rows)
    if not rows:
        raise BadData.told("error.dataset.no_row", dataset=folder.name)
    if folder.exists():
        raise BadData.told("error.dataset.exists", dataset=folder.name)
    with appearing_folder(folder) as temporary:
        write_jsonl(temporary / ROWS_FILE, rows)
        about = {"id": folder.name, "content_id": content_id(rows, manifest.get("prompt_sha256")), **manifest}
        files = {ROWS_FILE: file_sha256(temporary / ROWS_FILE)}
        text = json.dumps({**about, "files": files}, ensure_ascii=False, indent=2)
        replace_text(temporary / MANIFEST_FILE, text + "\n")
    return folder


def dataset_names(folder: Path) -> tuple[str, ...]:
    """The datasets in a folder, sorted."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.parent.name for path in folder.glob(f"[!.]*/{MANIFEST_FILE}")))


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData.told("error.dataset.unreadable", path=path) from error
    return parse_object(text, str(path), strict_decoder())
