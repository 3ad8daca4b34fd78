"""Characters that hide or reorder text: which they are, and text with their codes in their place."""

from __future__ import annotations

import re

# Control characters, direction overrides and isolates, zero-width marks, fillers, lone surrogates; not emoji's joiners.
_ALWAYS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a"
)
# One after a character chooses its picture; in a row, or behind a joiner, they carry bytes that nobody sees.
_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_CHOSEN = f"(?<!(?<![{_SELECTORS}\u200c\u200d])[{_SELECTORS}])"
# The vowel separator behind a Mongolian letter and the filler behind an old Korean one are how these are spelt.
_SPELT = "(?<![\u1820-\u18aa]\u180e)(?<![\u1100-\u115e]\u1160)"
# Letters of an alphabet that is never drawn, in which whole orders can be written; three flags are spelt with them.
_TAGS = "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
_FLAGS = tuple("\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in f"gb{land}\x7f") for land in ("eng", "sct", "wls"))
_IN_FLAG = "|".join(f"(?<={flag[: k + 1]}){flag[k + 1 :]}" for flag in _FLAGS for k in range(1, len(flag)))
HIDDEN = re.compile(f"[{_ALWAYS}{_SELECTORS}{_TAGS}]{_CHOSEN}{_SPELT}(?!{_IN_FLAG})")


def visible(text: str) -> str:
    """Text with every character that hides or reorders others replaced by its code, as in ⟨U+202E⟩."""
    return HIDDEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)
