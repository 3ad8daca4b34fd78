"""D17: text that came broken: mojibake, replacement characters, markup, invisible characters, mixed scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material
from labkit.texts import listed, say

_MOJIBAKE = re.compile(  # UTF-8 read as Latin-1 or GBK, and the two codecs' well-known rubbish
    r"[ÃÂ][\x80-\xbf¡-¿]|â€[™œ“”¦]|[äåæçèé][\x80-\xbf¡-¿][\x80-\xbf¡-¿]|锟斤拷|烫烫烫|屯屯屯|(?:鈥|鐨|銆|锛|浠|鏄){2,}"
)
_MARKUP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>]{0,300})?/?>|&(?:nbsp|lt|gt|amp|quot|#\d{2,6});")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u202a-\u202e]")
_SIMPLIFIED = frozenset("这们来说国会时对过学为发经动现种样两还开关实长问机与书东车见头么没钱亲见让认识该请谢买卖")
_TRADITIONAL = frozenset("這們來說國會時對過學為發經動現種樣兩還開關實長問機與書東車見頭麼沒錢親見讓認識該請謝買賣")
_BOTH = _SIMPLIFIED & _TRADITIONAL


def check_encoding(material: Material) -> Finding:
    """Rows whose text is broken, by kind of damage."""
    found: dict[str, list[str]] = {}
    for sample in material.samples:
        for kind in damage(f"{sample.question}\n{sample.answer or ''}"):
            found.setdefault(kind, []).append(sample.id)
    rows = tuple(dict.fromkeys(row for ids in found.values() for row in ids))
    counts: Mapping[str, int] = {kind: len(ids) for kind, ids in found.items()}
    if not rows:
        return Finding("D17", "ok", say("audit.encoding.whole"), value=0, threshold=0)
    kinds = listed(f"{say(f'audit.{kind}')} {count}" for kind, count in counts.items())
    return Finding(
        "D17",
        "warn",
        say("audit.encoding", rows=len(rows), kinds=kinds),
        say("audit.encoding.fix"),
        value=len(rows),
        threshold=0,
        rows=rows,
        counts={"kinds": dict(counts)},
    )


def damage(text: str) -> list[str]:
    """The kinds of damage in a text: replacement, mojibake, markup, invisible, mixed_script."""
    kinds = {
        "replacement": "\ufffd" in text,
        "mojibake": _MOJIBAKE.search(text) is not None,
        "markup": _MARKUP.search(text) is not None,
        "invisible": _INVISIBLE.search(text) is not None,
        "mixed_script": _mixes_scripts(text),
    }
    return [kind for kind, holds in kinds.items() if holds]


def _mixes_scripts(text: str) -> bool:
    """Whether a text holds characters that only simplified and characters that only traditional Chinese uses."""
    characters = set(text)
    return bool(characters & (_SIMPLIFIED - _BOTH)) and bool(characters & (_TRADITIONAL - _BOTH))
