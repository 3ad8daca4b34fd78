"""Put a placeholder where personal data stood: the row stays readable, and one value keeps one name within it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from labkit.privacy.finding import find
from labkit.records import Example, Message

_WORDS = {
    "secret": ("secret", "密钥"),
    "email": ("e-mail", "邮箱"),
    "id_card": ("ID card", "身份证号"),
    "bank_card": ("bank card", "银行卡号"),
    "phone": ("phone", "手机号"),
    "ip": ("IP address", "IP地址"),
    "wechat": ("WeChat", "微信号"),
    "qq": ("QQ", "QQ号"),
    "plate": ("car plate", "车牌号"),
}
_SEPARATORS = re.compile(r"[ -]")
_RUN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9@.+_-]*[A-Za-z0-9])?")
_PIECE = 3  # characters; shorter ones stand in too many words and numbers by chance
_PLACEHOLDER = re.compile(r"(\[[^\[\]]*\])")


def mask_texts(texts: Sequence[str], language: str) -> tuple[str, ...]:
    """Mask texts that belong together.

    Args:
        texts: such as the posts of one row.
        language: "zh" or "en", of the placeholders: `[手机号1]`, `[phone 1]`.

    Returns:
        The texts; the same value has the same placeholder in all of them, and nothing is found in them any more.
    """
    mask = _Mask(texts, language)
    return tuple(mask.apply(text) for text in texts)


def mask_with_rationale(posts: Sequence[str], rationale: str, language: str) -> tuple[tuple[str, ...], str]:
    """Mask posts and the reason given for their answer, in which also pieces of what was masked are covered.

    A model may quote its evidence in pieces: half a phone number is found by no pattern, and two halves are the number.

    Args:
        posts: of one row.
        rationale: what was said of them.
        language: as in `mask_texts`.
    """
    mask = _Mask((*posts, rationale), language)
    masked = tuple(mask.apply(post) for post in posts)
    return masked, mask.apply(mask.cover_pieces(mask.apply(rationale)))


def mask_example(example: Example, language: str) -> Example:
    """A row with its posts masked; everything else is as it was."""
    return replace(example, items=mask_texts(example.items, language))


def mask_messages(messages: Sequence[Message], language: str) -> tuple[Message, ...]:
    """Rendered messages, masked one by one: what all rows share stays the same for all rows."""
    return tuple(replace(m, content=_mask_text(m.content, language)) for m in messages)


@lru_cache(maxsize=256)  # all rows of a run share the long system message
def _mask_text(text: str, language: str) -> str:
    return mask_texts((text,), language)[0]


def placeholder_word(kind: str, language: str) -> str:
    """The word of a kind in placeholders and tables."""
    return _WORDS[kind][language == "zh"]


class _Mask:
    """Names of values within one row.

    Args:
        texts: all texts of the row; a placeholder that its author wrote is not given out a second time.
        language: of the placeholders.
    """

    def __init__(self, texts: Sequence[str], language: str) -> None:
        self._all, self._language = "\n".join(texts), language
        self._names: dict[tuple[str, str], str] = {}
        self._last: dict[str, int] = {}

    def apply(self, text: str) -> str:
        while found := find(text):  # a placeholder may uncover what stood beside it
            for one in reversed(found):
                text = f"{text[: one.start]}{self._name(one.kind, one.value)}{text[one.end :]}"
        return text

    def cover_pieces(self, text: str) -> str:
        """The text with placeholders where pieces of what was masked so far stand by themselves."""
        parts = _PLACEHOLDER.split(text)
        return "".join(_RUN.sub(self._cover, part) if k % 2 == 0 else part for k, part in enumerate(parts))

    def _cover(self, run: re.Match[str]) -> str:
        piece = _SEPARATORS.sub("", run[0]).lower()
        if len(piece) < _PIECE:
            return run[0]
        return next((name for (_, value), name in self._names.items() if piece in value), run[0])

    def _name(self, kind: str, value: str) -> str:
        key = (kind, _SEPARATORS.sub("", value).lower())
        if key not in self._names:
            self._names[key] = self._next(kind)
        return self._names[key]

    def _next(self, kind: str) -> str:
        word, space = placeholder_word(kind, self._language), "" if self._language == "zh" else " "
        while True:
            self._last[kind] = self._last.get(kind, 0) + 1
            name = f"[{word}{space}{self._last[kind]}]"
            if name not in self._all:
                return name
