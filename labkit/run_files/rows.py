"""What every foreign format says of a row, in the same words."""

from __future__ import annotations

from typing import Any

from labkit.imports.answers import LABKIT_STATUS
from labkit.records import RunRow, Status


def failed(row: RunRow) -> bool:
    """Whether no reply came."""
    return row.prediction.status is Status.FAILED


def problem(row: RunRow) -> str:
    """Why no reply came."""
    return row.error or row.prediction.reason or "no reply"


def gold_of(row: RunRow) -> list[str]:
    """The gold labels; none for a row that has none."""
    return list(row.example.labels or ())


def notes_of(row: RunRow) -> dict[str, Any]:
    """What a reader of the other tool wants to know of a row, and what it has no field for."""
    found = row.prediction
    return {
        "row": row.example.id,
        "repeat": row.repeat,
        "labelled": row.example.labels is not None,
        "gold": gold_of(row),
        "predicted": list(found.labels),
        LABKIT_STATUS: found.status.value,
        "reason": found.reason,
        "posts": list(row.example.items),
    }
