"""What a Hugging Face dataset says of its columns: the names behind the numbers of a ClassLabel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from labkit.errors import BadData
from labkit.tables.building import Cell
from labkit.texts import Where

ClassNames = dict[str, tuple[str, ...]]
_UNLABELLED = "-1"  # what hubs write where a test split's labels are kept secret
_FRONT_MATTER_CHARACTERS = 1_000_000


def class_names(features: object) -> ClassNames:
    """Column -> the names of its classes, from `features` as dataset_info.json or a README's front matter has them.

    Args:
        features: {"label": {"names": [...], "_type": "ClassLabel"}} or [{"name": "label", "dtype": {"class_label":
            {"names": {"0": ...}}}}]; lists of classes as well; anything else holds none.
    """
    if isinstance(features, Mapping):
        pairs = [(str(name), spec) for name, spec in features.items()]
    elif isinstance(features, list):
        pairs = [(str(spec.get("name")), spec) for spec in features if isinstance(spec, Mapping)]
    else:
        return {}
    found = {name: _names(spec) for name, spec in pairs}
    return {name: names for name, names in found.items() if names}


def class_names_of_schema(metadata: Mapping[bytes, bytes] | None) -> ClassNames:
    """The class names that `datasets` writes into a Parquet or Arrow file."""
    try:
        return class_names(json.loads((metadata or {}).get(b"huggingface", b"{}"))["info"]["features"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def class_names_of_readme(text: str) -> ClassNames:
    """The class names in a dataset card's front matter; of several configurations, those of the first."""
    if not text.startswith("---"):
        return {}
    try:
        front = yaml.safe_load(text[:_FRONT_MATTER_CHARACTERS].split("\n---", 1)[0].removeprefix("---"))
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    info = front.get("dataset_info") if isinstance(front, dict) else None
    if isinstance(info, list):
        info = info[0] if info else None
    return class_names(info.get("features")) if isinstance(info, dict) else {}


def named(cell: Cell, names: tuple[str, ...], where: Where) -> Cell:
    """A cell of class numbers as class names; what is no number stays, -1 becomes an empty cell.

    Raises:
        BadData: a number without a name.
    """
    if isinstance(cell, list):
        return [named(entry, names, where) for entry in cell]
    if not isinstance(cell, str) or not cell.lstrip("-").isdigit() or not cell.isascii():
        return cell
    if cell == _UNLABELLED:
        return ""
    if not 0 <= int(cell) < len(names):
        raise BadData.told("error.table.class", where=where, number=cell[:20], classes=len(names))
    return names[int(cell)]


def _names(spec: Any, depth: int = 0) -> tuple[str, ...]:
    """The class names somewhere in a column's description."""
    if not isinstance(spec, Mapping) or depth > 4:
        return ()
    names = spec.get("names")
    if isinstance(names, list) and spec.get("_type", "ClassLabel") == "ClassLabel":
        return tuple(map(str, names))
    if isinstance(names, Mapping):
        return tuple(str(name) for _, name in sorted(names.items(), key=lambda entry: int(entry[0])))
    inner = ("dtype", "class_label", "feature", "sequence", "list")
    return next((found for key in inner if (found := _names(spec.get(key), depth + 1))), ())
