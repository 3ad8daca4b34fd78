"""What posts carry besides what they say: links, mentions, the names of those whose posts they repeat."""

from __future__ import annotations

import re

_LINK = re.compile(r"(?:https?://|www\.)[!-~]{1,2000}", re.IGNORECASE)
# Ends at a space or colon, as platforms end it: what a mark or nothing parts from a name may be what somebody says.
_MENTION = re.compile(
    r"(?:回复|//|\bRT)?\s{0,3}(?<![A-Za-z0-9._%+-])[@＠][^\s@＠:：，。！？、；,!?;#/\[\]【】]{1,30}(?:[:：]|(?=\s)|$)",
    re.IGNORECASE,
)


def without_noise(text: str) -> str:
    """A post without links and mentions, in which copies of one post differ; as it is where nothing else is in it."""
    if "@" not in text and "＠" not in text and "http" not in text.lower() and "www." not in text.lower():
        return text
    rest = _MENTION.sub(" ", _LINK.sub(" ", text))
    return rest if any(map(str.isalnum, rest)) else text
