"""The words behind a local model's path that say how it is held and asked: `qwen@full@plain`."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.errors import BadInput

_MEANING = {  # word -> what it settles
    **dict.fromkeys(("nf4", "full"), "precision"),
    "plain": "prefix",
    **dict.fromkeys(("labels", "json"), "answers"),
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """A model path taken apart.

    Args:
        base: the path without the words.
        precision: "nf4", "full", or "" where it is not said.
        prefix: "plain" when prompts are to be computed whole, or "".
        answers: "labels" when the allowed answers are weighed instead of one being generated, "json" when the generated
            one is held to the prompt's contract, or "".
    """

    base: str
    precision: str = ""
    prefix: str = ""
    answers: str = ""


def read_spelling(path: str) -> Spelling:
    """Take the words off a path; an "@" with anything else behind it belongs to the path.

    Args:
        path: a bundled model's name, a folder or a hub id, with words behind it.

    Raises:
        BadInput: two words that contradict each other.
    """
    said: dict[str, str] = {}
    base, words = _words_behind(path)
    for word in words:
        if said.setdefault(_MEANING[word], word) != word:
            raise BadInput.told("error.local.asked_twice", path=path[:200], word=word)
    return Spelling(base, **said)


def split_adapter(name: str) -> tuple[str, str]:
    """Path and adapter of a name such as `qwen+first@labels`; words behind the adapter are moved behind the path."""
    path, _, behind = name.partition("+")
    adapter, words = _words_behind(behind)
    return "".join((path, *(f"@{word}" for word in words))), adapter


def _words_behind(text: str) -> tuple[str, list[str]]:
    words: list[str] = []
    base, at, word = text.rpartition("@")
    while at and base and word in _MEANING:
        text, words = base, [word, *words]
        base, at, word = text.rpartition("@")
    return text, words
