"""What PromptEditor's preview shows: which example, the messages in parts, and the tokens of each section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.costs import TokenCounter
from labkit.prompts import Part
from labkit.prompts.hidden import visible
from labkit.prompts.parts import SECTIONS
from labkit.records import Example

TITLE_LENGTH = 48  # characters of an example shown in the picker


def title_of(example: Example) -> str:
    """How the picker names an example: its id and the beginning of its first post."""
    words = " ".join(example.text.split())
    return visible(f"{example.id} · {words[:TITLE_LENGTH]}{'…' if len(words) > TITLE_LENGTH else ''}")


def preview_of(parts: Sequence[Part], counter: TokenCounter) -> dict[str, Any]:
    """The preview of one rendered prompt as the front end takes it.

    Args:
        parts: of the prompt around the chosen example.
        counter: counts their tokens, each part by itself.

    Returns:
        "messages": role and parts of each; "tokens": of each section that sends something, of all, of what every row
        shares, and who counted them.
    """
    counts = [counter.count(part.text) for part in parts]
    sections = [
        {
            "section": section,
            "tokens": sum(n for part, n in zip(parts, counts, strict=True) if part.section == section),
            "shared": all(part.shared for part in parts if part.section == section),
        }
        for section in SECTIONS
        if any(part.section == section for part in parts)
    ]
    # Hidden characters stand as their codes: one that reorders text would show another text than is sent.
    shown = [[part.section, visible(part.text), part.shared] for part in parts]
    return {
        "messages": [
            {"role": role, "parts": [told for part, told in zip(parts, shown, strict=True) if part.role == role]}
            for role in ("system", "user")
        ],
        "tokens": {
            "sections": sections,
            "total": sum(counts),
            "shared": sum(n for part, n in zip(parts, counts, strict=True) if part.shared),
            "tokenizer": counter.tokenizer,
            "measured_on": counter.measured_on,
        },
    }
