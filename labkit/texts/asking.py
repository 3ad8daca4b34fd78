"""Words of asking models: forecasts, bills, budgets, privacy, batches, preflight: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
