"""Cells that a spreadsheet would run as a formula, made harmless on the way out and restored on the way in."""

from __future__ import annotations

import re

_SPACE = "\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # what a reader does not see
_FORMULA = f"(?:[{_SPACE}]*[=+\\-@＝＋－＠]|[\\t\\r\\n])"
_DANGEROUS = re.compile(f"'*{_FORMULA}")
_ESCAPED = re.compile(f"''*{_FORMULA}")


def safe_cell(text: str) -> str:
    """Put an apostrophe before a text that Excel, LibreOffice or a CSV import would run as a formula.

    Args:
        text: any text; `= + - @`, their full-width forms, also after spaces or invisible characters, and a leading
            tab or line break count as dangerous (OWASP, "CSV Injection").

    Returns:
        The text, with one more apostrophe where needed; `original_cell` takes it off again.
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def original_cell(text: str) -> str:
    """Undo `safe_cell`; any other text is returned as it is."""
    return text[1:] if _ESCAPED.match(text) else text
