"""Parts of an edit in words."""

from __future__ import annotations

from typing import Any

from labkit.prompts.diff import PromptDiff
from labkit.prompts.partial import Piece
from labkit.texts import listed, say

_QUOTED = 60  # characters of a sentence


def part_words(diff: PromptDiff, piece: Piece) -> str:
    """A part of an edit: one sentence where it is one, else the definition or the text that every row is told."""
    if not piece.label:
        return say("blame.shared", parts=listed(diff.shared))
    if len(piece.changes) != 1:
        return say("blame.whole", label=piece.label)
    (change,) = piece.changes
    words: dict[str, Any] = {"before": _short(change.before), "after": _short(change.after)}
    return say(f"blame.{change.kind}", label=piece.label, **words)


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
