"""Words of comparing runs: tables, slices, imports: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
