"""One dataset against another, and the parent that a new one names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from labkit.curation.dataset_diff import DatasetDiff, diff_rows
from labkit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labkit.workspace import Dataset, Scene


def diff_datasets(before: Dataset, after: Dataset) -> DatasetDiff:
    """What changed from one dataset to another: rows added, removed, relabelled, or with another answer.

    Args:
        before: the older one, as `scene.dataset` reads it.
        after: the newer one.
    """
    prompts = {dataset.manifest.get("prompt_sha256") for dataset in (before, after)}
    return diff_rows(before.rows, after.rows, new_prompt=len(prompts) > 1)


def parentage(scene: Scene, parent: str | None, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a manifest says of the dataset before: its name, its content, and how many rows changed.

    Raises:
        UnknownName: there is no such dataset.
    """
    if parent is None:
        return {"parent": None}
    older = scene.dataset(parent)
    return {
        "parent": {"name": parent, "content_id": older.content_id},
        "changes": diff_rows(older.rows, rows).counts,
    }


def made_now() -> dict[str, str]:
    """Who makes a dataset, and when, as its manifest says it."""
    return {"labkit": __version__, "at": datetime.now(UTC).isoformat(timespec="milliseconds")}
