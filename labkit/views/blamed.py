"""Parts of an edit in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.prompts.diff import PromptDiff
from labkit.prompts.partial import Piece
from labkit.texts import listed, say

_QUOTED = 60  # characters of a sentence
_NAMED = 3  # sentences of one definition


def part_words(diff: PromptDiff, piece: Piece) -> str:
    """A part of an edit: one sentence where it is one, else the definition or the text that every row is told."""
    if not piece.label:
        return say("blame.shared", parts=listed(diff.shared))
    if len(piece.changes) != 1:
        return say("blame.whole", label=piece.label)
    (change,) = piece.changes
    words: dict[str, Any] = {"before": _short(change.before), "after": _short(change.after)}
    return say(f"blame.{change.kind}", label=piece.label, **words)


def joined_words(diff: PromptDiff, pieces: Sequence[Piece]) -> str:
    """Parts of an edit that cannot be told apart; many sentences of one definition are counted, not named."""
    of_label: dict[str, list[Piece]] = {}
    for piece in pieces:
        of_label.setdefault(piece.label, []).append(piece)
    named: list[str] = []
    for label, same in of_label.items():
        many = say("blame.several", label=label, changes=len(same))
        named += [many] if len(same) > _NAMED else [part_words(diff, piece) for piece in same]
    return " + ".join(named)


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
