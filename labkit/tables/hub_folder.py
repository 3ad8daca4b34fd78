"""Dataset folders: saved by `datasets`, laid out as on its hub, or with the list of files that LLaMA-Factory keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from labkit.errors import BadData
from labkit.tables.building import Table
from labkit.tables.decoding import check_file, detect_encoding
from labkit.tables.delimited import read_delimited
from labkit.tables.features import ClassNames, class_names, class_names_of_readme, named
from labkit.tables.json_tables import read_json
from labkit.tables.listed_files import ListedFile, listed_files
from labkit.tables.parquet import read_arrow, read_parquet

SPLIT_COLUMN = "split"
_SHARDS = 1_000
_SPLIT_WORDS = ("train", "training", "validation", "valid", "dev", "test", "testing", "eval")
_SPLIT_IN_NAME = re.compile(rf"(?:^|[-_./\s])({'|'.join(_SPLIT_WORDS)})(?=$|[-_./\s\d])", re.IGNORECASE)
_SUFFIXES = (".parquet", ".jsonl", ".ndjson", ".json", ".csv", ".tsv")
_ABOUT = {f"{name}.json" for name in ("dataset_info", "dataset_infos", "dataset_dict", "state", "metadata")}


def read_dataset_folder(path: Path) -> tuple[Table, ...]:
    """Read every shard of a dataset folder, each row with its split where there are several.

    Args:
        path: a folder saved by `Dataset.save_to_disk` or `DatasetDict.save_to_disk`, or a clone of a hub repository
            with Parquet, JSON Lines, CSV or TSV files. Class numbers become the names the dataset gives them. Or a
            folder whose dataset_info.json lists its files and what their columns mean.

    Returns:
        One table per shard, in order of split and name.

    Raises:
        BadData: no table in it, too many, links that leave it, or a shard that cannot be read.
    """
    if listed := _listed(path):
        return listed
    shards = _saved_shards(path) or _hub_shards(path)
    if not shards:
        raise BadData.told("error.hub.none", path=path)
    if len(shards) > _SHARDS:
        raise BadData.told("error.hub.files", path=path, most=_SHARDS)
    named_splits = {split for split, _ in shards if split}
    card = _card_names(path)
    return tuple(_with_split(_read(file, card), split if len(named_splits) > 1 else None) for split, file in shards)


def _listed(path: Path) -> tuple[Table, ...]:
    """The files of a dataset_info.json that lie in the folder; those of a hub or elsewhere are not fetched.

    A file that several entries list, as samples of it or for another stage of training, is read by the first.
    """
    found: dict[Path, tuple[ListedFile, Path]] = {}
    for entry in listed_files(_json(path / "dataset_info.json")):
        file = path / entry.file
        if file.is_file():
            found.setdefault(file.resolve(), (entry, file))
    return tuple(entry.understood(_read(_inside(path, file), {})) for entry, file in found.values())


def _saved_shards(path: Path) -> list[tuple[str | None, Path]]:
    """Split and file of every shard that save_to_disk wrote, as state.json lists them."""
    parts = _json(path / "dataset_dict.json").get("splits")
    folders = [(str(split), path / str(split)) for split in parts] if isinstance(parts, list) else [(None, path)]
    found: list[tuple[str | None, Path]] = []
    for split, folder in folders:
        files = _json(_inside(path, folder / "state.json")).get("_data_files")
        names = [str(entry.get("filename")) for entry in files] if isinstance(files, list) else []
        found += [(split, _inside(path, folder / name)) for name in names]
    return found


def _hub_shards(path: Path) -> list[tuple[str | None, Path]]:
    """Split and file of every table in a clone of a hub repository; hidden files and descriptions are passed over."""
    files = [
        _inside(path, file)
        for file in sorted(path.rglob("*"))
        if file.suffix.lower() in _SUFFIXES
        and file.is_file()
        and file.name not in _ABOUT
        and not _is_own_manifest(file)
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]
    return sorted(((_split_of(file.relative_to(path)), file) for file in files), key=lambda shard: shard[0] or "")


def _is_own_manifest(file: Path) -> bool:
    """Whether a file is what labkit writes beside a dataset; others keep rows under that name."""
    return file.name.endswith("manifest.json") and "content_id" in _json(file)


def _split_of(file: Path) -> str | None:
    found = _SPLIT_IN_NAME.search(file.with_suffix("").as_posix())
    return found.group(1).lower() if found else None


def _read(file: Path, card: ClassNames) -> Table:
    check_file(file)
    suffix = file.suffix.lower()
    if suffix in (".arrow", ".parquet"):
        table = read_arrow(file) if suffix == ".arrow" else read_parquet(file)
    else:
        reader = read_delimited if suffix in (".csv", ".tsv") else read_json
        table = reader(file, detect_encoding(file))
    saved = class_names(_json(file.parent / "dataset_info.json").get("features"))
    names = {name: saved.get(name) or card[name] for name in (*saved, *card) if name in table.columns}
    return _with_names(table, names) if names else table


def _with_names(table: Table, names: ClassNames) -> Table:
    rows = tuple(
        {name: named(cell, names[name], table.where(k)) if name in names else cell for name, cell in row.items()}
        for k, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)


def _with_split(table: Table, split: str | None) -> Table:
    if split is None or SPLIT_COLUMN in table.columns:
        return table
    rows = tuple({**row, SPLIT_COLUMN: split} for row in table.rows)
    return replace(table, columns=(*table.columns, SPLIT_COLUMN), rows=rows)


def _card_names(path: Path) -> ClassNames:
    """Class names that the folder's card or its dataset_infos.json give."""
    infos = _json(path / "dataset_infos.json")
    first = next(iter(infos.values()), {})
    found = class_names(first.get("features")) if isinstance(first, dict) else {}
    for card in _cards(path):
        found = found or class_names_of_readme(card)
    return found


def _cards(path: Path) -> Iterator[str]:
    try:
        yield (path / "README.md").read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return


def _json(path: Path) -> dict[str, object]:
    """A small JSON object; {} when there is none or it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _inside(folder: Path, file: Path) -> Path:
    """The file itself, once it is sure to lie inside the folder."""
    if not file.resolve().is_relative_to(folder.resolve()):
        raise BadData.told("error.hub.outside", folder=folder, file=file.name[:60])
    return file
