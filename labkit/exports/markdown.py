"""Text from data or models inside Markdown: it stays text, in every reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import category

_LIMIT = 300  # characters of one text in a card
_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~@$]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_HIDING = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, direction overrides, lone surrogates, line separators


def escaped(value: object, limit: int = _LIMIT) -> str:
    """A text on one line in which nothing is markup, link or HTML; characters that hide or reorder become U+FFFD."""
    text = " ".join(str(value).split())
    shown = "".join("\ufffd" if category(ch) in _HIDING else ch for ch in text[:limit])
    plain = "".join(_ENTITIES.get(ch, ch) for ch in _MARKS.sub(r"\\\1", shown))
    return plain + ("…" if len(text) > limit else "")


def table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """The lines of a table, every cell escaped."""
    for cells in (head, ["---"] * len(head), *rows):
        said = cells if cells[:1] == ["---"] else [escaped(cell) for cell in cells]
        yield f"| {' | '.join(map(str, said))} |"
    yield ""
