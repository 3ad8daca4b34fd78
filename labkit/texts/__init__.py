"""The words of the interface in English and Chinese; code, names and docstrings stay English."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple, TypeAlias

LANGUAGES = ("en", "zh")
_NAMED = 5  # of a list, in a sentence
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

    def __repr__(self) -> str:
        return repr(self._value)

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
    words = _words(key, lang)
    return words.format(**{name: _Value(value) for name, value in values.items()}) if values else words


def _words(key: str, lang: str | None) -> str:
    return WORDS[key][LANGUAGES.index(lang or language())]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to say, kept apart from the language that it is said in: what records hold in place of sentences.

    Args:
        key: of WORDS.
        values: what its placeholders stand for: numbers as they were measured, texts, lists of texts, other phrases.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What a file keeps of it: the key, and values that JSON can hold; anything else is kept as its text."""
        return {"key": self.key, "values": {name: _kept(value) for name, value in self.values.items()}}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Phrase:
        """A phrase as `to_json` kept it; KeyError, TypeError or AttributeError where the record is none."""
        return cls(str(record["key"]), {name: _read(value) for name, value in record["values"].items()})

    def __str__(self) -> str:
        return self.told()

    def told(self, lang: str | None = None) -> str:
        """The words, in the interface language or in `lang`; of a long list the first few.

        Raises:
            KeyError, TypeError, ValueError: there is no such key, or the values are not those of its placeholders.
        """
        return _words(self.key, lang).format(
            **{name: _Value(_told(value, lang)) for name, value in self.values.items()}
        )


def _kept(value: object) -> object:
    if isinstance(value, Line):
        value = value.phrase
    if isinstance(value, Phrase):
        return value.to_json()
    if isinstance(value, tuple | list):
        return list(map(_kept, value))
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _read(value: Any) -> object:
    if isinstance(value, list):
        return list(map(_read, value))
    return Phrase.from_json(value) if isinstance(value, Mapping) else value


def _told(value: object, lang: str | None) -> object:
    if isinstance(value, Line):
        value = value.phrase
    if isinstance(value, Phrase):
        return value.told(lang)
    if not isinstance(value, tuple | list):
        return value
    return listed((str(_told(part, lang)) for part in value[:_NAMED]), lang) + (" …" if len(value) > _NAMED else "")


def line_of(file: object, number: int) -> Phrase:
    """The place in a file that an error is about: its line, counted from 1."""
    return Line(file, number).phrase


class Line(NamedTuple):
    """A line of a file, for readers that name one for each of a million rows: no word is put together before it is told.

    Args:
        file: its name.
        number: of the line, counted from 1.
        key: of the words that tell it.
    """

    file: object
    number: int
    key: str = "where.line"

    def __str__(self) -> str:
        return self.phrase.told()

    @property
    def phrase(self) -> Phrase:
        """The same place as a phrase."""
        return Phrase(self.key, {"file": self.file, "number": self.number})


Where: TypeAlias = str | Phrase | Line  # the place that an error is about


def listed(words: Iterable[str], lang: str | None = None) -> str:
    """Several words in a row, parted as the interface language (or `lang`) parts them."""
    return ("、" if (lang or language()) == "zh" else ", ").join(words)


def catalogue(prefix: str, lang: str | None = None) -> dict[str, str]:
    """All words whose key starts with a prefix, keyed without it; what a widget gets as a trait."""
    return {key.removeprefix(prefix): say(key, lang) for key in WORDS if key.startswith(prefix)}
