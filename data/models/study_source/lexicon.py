"""The words that invented tasks are made of: groups of phrases that mean about the same, and words that mean nothing.

Every eighth group is held out: training never sees its words, so that what the model does with them shows whether it
matches a definition with a post or has only learnt this thesaurus by heart.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEXT = Path(__file__).parent / "text"
KINDS = {"thing": "things", "state": "states", "act": "acts"}
HELD_OUT_EVERY = 8
_DENIES = re.compile(r"不|没|无|别|未|禁|失|^(not?|never|nobody|nothing|without|cannot|false)$|n't$|less$")
_ONSETS = (
    "b",
    "br",
    "c",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "r",
    "s",
    "st",
    "t",
    "v",
    "z",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "oo")
_ENDS = ("", "n", "r", "s", "l", "m", "nt", "x", "d", "ck")


@dataclass(frozen=True)
class Group:
    """Phrases that mean about the same.

    Args:
        kind: "thing", "state" (of a thing) or "act" (of a person): which sentences its phrases fit into.
        names: what a label for it may be called; none for invented words.
        words: the phrases.
        loose: whether one phrase stands for another; invented words stand for themselves only.
    """

    kind: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    loose: bool = True


@dataclass(frozen=True)
class Lexicon:
    """All the text of one language.

    Args:
        code: "zh" or "en".
        groups: what training may use.
        held_out: what it may not.
        everyday: words that surround what matters; none of them denies anything.
        phrasing: sentence frames, see `text/phrasing_*.yaml`.
    """

    code: str
    groups: tuple[Group, ...]
    held_out: tuple[Group, ...]
    everyday: tuple[str, ...]
    phrasing: dict[str, Any]


@cache
def read_lexicon(code: str) -> Lexicon:
    """The lexicon of a language."""
    groups: list[Group] = []
    held_out: list[Group] = []
    for kind, file in KINDS.items():
        for k, line in enumerate(read_lines(TEXT / f"{file}_{code}.txt")):
            (held_out if k % HELD_OUT_EVERY == HELD_OUT_EVERY - 1 else groups).append(_group(kind, line, code))
    phrasing = yaml.safe_load((TEXT / f"phrasing_{code}.yaml").read_text(encoding="utf-8"))
    everyday = tuple(word for word in everyday_words(code) if not _DENIES.search(word))
    return Lexicon(code, tuple(groups), tuple(held_out), everyday, phrasing)


def everyday_words(code: str) -> list[str]:
    """Common words of a language."""
    return [word for line in read_lines(TEXT / f"everyday_{code}.txt") for word in line.split()]


def read_lines(path: Path) -> list[str]:
    """The lines of a text file that hold something and are no comment."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _group(kind: str, line: str, code: str) -> Group:
    names, _, words = line.partition(":")
    split = words.split() if code == "zh" else [word.strip() for word in words.split(";")]
    return Group(kind, tuple(names.split("/")), tuple(split))


@cache
def common_characters() -> str:
    """The 3,755 characters of the first level of GB 2312, the commonest of written Chinese."""
    cells = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(cell.decode("gb2312", errors="ignore") for cell in cells)


def invented_word(code: str, chance: random.Random) -> str:
    """A word that means nothing: two or three characters, or syllables."""
    if code == "zh":
        return "".join(chance.choices(common_characters(), k=chance.choice((2, 2, 3))))
    syllables = (chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(chance.choice((1, 2, 2, 3))))
    return "".join(syllables) + chance.choice(_ENDS)


def invented_group(code: str, chance: random.Random) -> Group:
    """A few words that mean nothing; each stands for itself."""
    words = tuple({invented_word(code, chance): None for _ in range(chance.randint(2, 5))})
    return Group(chance.choice(list(KINDS)), (), words, loose=False)


def varied(word: str, code: str, chance: random.Random) -> str:
    """A phrase as somebody else might write it: another ending in English, a character less in Chinese."""
    if code == "zh":
        gone = chance.randrange(len(word))
        return word[:gone] + word[gone + 1 :] if len(word) > 3 else word
    words = word.split(" ")
    long = [k for k, one in enumerate(words) if len(one) > 3 and one.isalpha()]
    if not long:
        return word
    k = chance.choice(long)
    words[k] = _inflected(words[k], chance)
    return " ".join(words)


def _inflected(word: str, chance: random.Random) -> str:
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word + chance.choice(("s", "ing", "ed") if not word.endswith("e") else ("s", "d"))
