"""Rows of a dataset without personal data: what stood in a post carries the same placeholder in its answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from labkit.privacy import mask_texts, survey
from labkit.privacy.kinds import SECRET


def masked_row(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A dataset's row with posts, rationale and quotes masked together; labels stay as they are.

    Args:
        row: as in rows.jsonl.
        language: of the placeholders, "zh" or "en".
    """
    items, target = list(row.get("items", [])), dict(row.get("target") or {})
    quotes = [entry for entry in target.get("evidence") or [] if isinstance(entry, dict)]
    texts = [*items, str(target.get("rationale") or ""), *(str(entry.get("quote") or "") for entry in quotes)]
    masked = mask_texts(texts, language)
    posts, rationale, said = masked[: len(items)], masked[len(items)], masked[len(items) + 1 :]
    if target.get("rationale"):
        target["rationale"] = rationale
    if quotes:
        target["evidence"] = [{**entry, "quote": quote} for entry, quote in zip(quotes, said, strict=True)]
    return {**row, "items": list(posts), **({"target": target} if row.get("target") else {})}


def personal_rows(rows: Iterable[Mapping[str, Any]], *, secrets_only: bool = False) -> tuple[str, ...]:
    """The ids of the rows whose posts or answers hold personal data or secrets, or secrets alone."""
    found = {str(row.get("id")): survey(("", part) for part in parts_of(row)).counts for row in rows}
    return tuple(row for row, counts in found.items() if (SECRET in counts if secrets_only else counts))


def parts_of(row: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a row that may hold personal data: its posts and its answer."""
    yield from row.get("items", [])
    yield json.dumps(row.get("target", ""), ensure_ascii=False)
