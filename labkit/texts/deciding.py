"""Words of deciding: the memo, reliance, cascades, the experience book: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
