"""The lines somebody wrote about one label, read as a definition: its sentences, and what it includes and excludes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from labkit.records import Definition

_BULLET = re.compile(r"^\s*(?:[-*•·▪◦●○■]|\d{1,2}[.、)）]|[(（]\d{1,2}[)）]|[①-⑳])\s*")
_WORDS = {
    "text": r"定义|说明|描述|含义|definition|description|meaning",
    "includes": r"包括|包含|正例范围|include[sd]?|including",
    "excludes": r"不包括|不包含|不含|排除|exclude[sd]?|excluding|not included",
    "examples": r"例子|示例|例句|样例|举例|例如|例|正例|examples?|e\.g\.",
}
_NAMED = {part: re.compile(rf"(?:{words})", re.IGNORECASE) for part, words in _WORDS.items()}
_PART = re.compile(
    rf"^\**(?P<word>{'|'.join(_WORDS.values())})\**(?P<space>\s*)(?P<colon>[:：])?\**\s*(?P<rest>.*)$", re.IGNORECASE
)
_PIECES = re.compile(r"[;；]|<br\s*/?>")


def read_definition(label: str, lines: Iterable[str]) -> Definition:
    """Read the lines under a label.

    Args:
        label: its name.
        lines: as written; `包括：` or `Includes:` begins a list that its bullets continue, `定义：` a sentence.

    Returns:
        The definition, in words that a prompt file reads back: one line of text, no headings.
    """
    parts: dict[str, list[str]] = {part: [] for part in _WORDS}
    current = "text"
    for line in lines:
        bullet = _BULLET.match(line)
        said = line[bullet.end() :] if bullet else line
        named = part_named(said, bare=bool(bullet))
        if named:
            current, said = named
        elif not bullet:
            current = "text"
        parts[current] += pieces(said) if named and current != "text" else [said]
    lists = {
        part: tuple(map(one_line, filter(str.strip, parts[part]))) for part in ("includes", "excludes", "examples")
    }
    return Definition(label, sentence(parts["text"]), **lists)


def part_named(line: str, bare: bool = False) -> tuple[str, str] | None:
    """The part of a definition that a line opens, and what follows its name.

    Args:
        line: such as `不包括：退货`.
        bare: whether the name may stand without a colon, as in `- includes partial refunds`.
    """
    found = _PART.match(line.strip())
    if not found or not (found["colon"] or (bare and found["space"] and found["rest"])):
        return None
    return part_of(found["word"]), found["rest"]


def part_of(word: str) -> str:
    """The part of a definition that a word names, such as the head of a table's column; "" for any other word."""
    return next((part for part, pattern in _NAMED.items() if pattern.fullmatch(word.strip())), "")


def pieces(text: str) -> list[str]:
    """The entries of a list that stands on one line."""
    return [piece for piece in _PIECES.split(text) if piece.strip()]


def one_line(text: str) -> str:
    """A text without line breaks and repeated spaces."""
    return " ".join(text.split())


def sentence(texts: Iterable[str]) -> str:
    """Lines as one text that no prompt file takes for a heading or the head of a list."""
    text = re.sub(r"^#+\s*", "", " ".join(one_line(text) for text in texts if text.strip()))
    return text.rstrip(":： ") if re.fullmatch(r"\s*\w+\s*[:：]\s*", text) else text
