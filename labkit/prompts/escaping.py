"""An author can write `Post 2:` inside a post; escaped, it cannot pass for an index of ours."""

from __future__ import annotations

import re
from functools import lru_cache

# What may stand around the number and still look like an index: spaces, characters nobody sees, a number sign.
_GAP = r"[\s\u200b-\u200f\u2060-\u2064\ufeff#＃]*"
ITEM_WORDS = ("Post", "微博")


def escape_index(text: str, item: str) -> str:
    r"""`Post 2:` becomes `Post 2\:`; one more backslash where some stand already, so that it can be undone.

    Args:
        text: a post.
        item: the task's item word; the bundled tasks' words are always escaped as well.
    """
    return _index_pattern(item).sub(lambda found: f"{found.group(1)}{found.group(2)}\\{found.group(3)}", text)


def unescape_index(text: str, item: str) -> str:
    """Undo `escape_index` with the same item word."""
    return _index_pattern(item).sub(lambda found: f"{found.group(1)}{found.group(2)[1:]}{found.group(3)}", text)


def holds_index(text: str, item: str) -> bool:
    """Whether a text contains something that looks like an index line of a prompt."""
    return _index_pattern(item).search(text) is not None


@lru_cache
def _index_pattern(item: str) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in dict.fromkeys((*ITEM_WORDS, item)))
    return re.compile(rf"((?:{words}){_GAP}\d+{_GAP})(\\*)([:：])", re.IGNORECASE)
