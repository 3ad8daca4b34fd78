"""The language of posts, and the words that go with it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from labkit.prompts.escaping import ITEM_WORDS

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[A-Za-z]+")
_ENOUGH = 200_000  # characters; the rest would not change the answer


def guess_language(texts: Iterable[str]) -> str:
    """Name the language: "zh" when posts hold more Chinese characters than half their Latin words, else "en"."""
    han = latin = seen = 0
    for text in texts:
        han += len(_HAN.findall(text))
        latin += len(_LATIN.findall(text))
        seen += len(text)
        if seen > _ENOUGH:
            break
    return "zh" if han > latin / 2 else "en"


def default_item(language: str) -> str:
    """The word before each index when a task names none: Post or 微博."""
    return ITEM_WORDS[language == "zh"]
