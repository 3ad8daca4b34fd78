"""Where a text names labels: whole words in English, letters as they stand in Chinese, the longest name first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Mention:
    """A label's name in a text, and where it stands."""

    label: str
    start: int
    end: int


def find_mentions(text: str, labels: Iterable[str]) -> tuple[Mention, ...]:
    """Every place where a text names a label.

    Args:
        text: a rationale, say.
        labels: their words; `refund_request` is also found as "refund request" and "Refund-Request". A name inside a
            longer one that stands there is not another mention.
    """
    pattern, names = _pattern(tuple(labels))
    found = pattern.finditer(text) if names else ()
    return tuple(Mention(names[_key(match.group())], match.start(), match.end()) for match in found)


@lru_cache(maxsize=64)
def _pattern(labels: Sequence[str]) -> tuple[re.Pattern[str], dict[str, str]]:
    names = {_key(label): label for label in reversed(labels) if _key(label)}
    longest_first = sorted(names, key=lambda key: (-len(key), key))
    return re.compile("|".join(map(_spelled, longest_first)), re.IGNORECASE), names


def _spelled(key: str) -> str:
    """A pattern for a name; a letter or digit of ASCII at its edge must not go on in the text."""
    words = r"[\s_-]+".join(re.escape(word) for word in key.split())
    first, last = (r"(?<![A-Za-z0-9])" if _is_word(key[0]) else ""), (r"(?![A-Za-z0-9])" if _is_word(key[-1]) else "")
    return f"{first}{words}{last}"


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _key(name: str) -> str:
    """A name as it is looked up: upper and lower case, spaces, hyphens and underscores alike."""
    return " ".join(re.split(r"[\s_-]+", name.casefold())).strip()
