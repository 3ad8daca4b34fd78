"""Characters that hide or reorder text: which they are, and text with their codes in their place."""

from __future__ import annotations

import re

# Control characters, direction overrides and isolates, zero-width marks, lone surrogates; not the joiners of emoji.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Text with every character that hides or reorders others replaced by its code, as in ⟨U+202E⟩."""
    return HIDDEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)
