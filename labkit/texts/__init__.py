"""The words of the interface in English and Chinese; code, names and docstrings stay English."""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

LANGUAGES = ("en", "zh")
_OPEN = re.compile(r"\{(\w+)\}")  # what is still to be filled in
_ROOMS = [import_module(f"{__name__}.{room.name}") for room in iter_modules(__path__)]
WORDS: dict[str, tuple[str, str]] = {key: words for room in _ROOMS for key, words in room.WORDS.items()}


def language() -> str:
    """The interface language: `LABKIT_LANG` when set to en or zh, else the locale's, else "en"."""
    wanted = os.environ.get("LABKIT_LANG", "")[:2].lower()
    if wanted in LANGUAGES:
        return wanted
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


class _Value:
    """A value that can choose a word: `{rows:row|rows}` is "row" for 1, be it a number or written out, else "rows"."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        one, parted, many = spec.partition("|")
        return (one if str(self._value) == "1" else many) if parted else format(self._value, spec)


def say(key: str, lang: str | None = None, **values: object) -> str:
    """The words for a key, with `{name}` replaced by values, and `{name:row|rows}` by the word that fits a count.

    Args:
        key: a key of WORDS; an unknown one is a programming error and raises KeyError.
        lang: "en" or "zh"; the interface language when None.
        values: what the placeholders stand for.
    """
    words = WORDS[key][LANGUAGES.index(lang or language())]
    return words.format(**{name: _Value(value) for name, value in values.items()}) if values else words


def retold(words: str, prefix: str, lang: str | None = None) -> str:
    """What `say` once made in English of a key with that prefix, in another language; as it is where no key fits.

    Args:
        words: such as a cell of a gate's table, which a release records in English.
        prefix: of the keys; their English words must hold no plural.
        lang: "en" or "zh"; the interface language when None.
    """
    if (lang or language()) == "en":
        return words
    for key, pattern in _patterns(prefix):
        if found := pattern.fullmatch(words):
            return say(key, lang, **found.groupdict())
    return words


@lru_cache
def _patterns(prefix: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each key with its English words as a pattern, those with the most words of their own first."""
    keys = sorted((key for key in WORDS if key.startswith(prefix)), key=lambda key: -len(_OPEN.sub("", WORDS[key][0])))
    parted = [(key, _OPEN.split(WORDS[key][0])) for key in keys]
    return tuple(
        (key, re.compile("".join(f"(?P<{part}>.+?)" if k % 2 else re.escape(part) for k, part in enumerate(parts))))
        for key, parts in parted
    )


def listed(words: Iterable[str], lang: str | None = None) -> str:
    """Several words in a row, parted as the interface language (or `lang`) parts them."""
    return ("、" if (lang or language()) == "zh" else ", ").join(words)


def catalogue(prefix: str, lang: str | None = None) -> dict[str, str]:
    """All words whose key starts with a prefix, keyed without it; what a widget gets as a trait."""
    return {key.removeprefix(prefix): say(key, lang) for key in WORDS if key.startswith(prefix)}
