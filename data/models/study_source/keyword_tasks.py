"""Tasks whose labels stand for words picked out of written posts: which label applies can be seen, in any text."""

from __future__ import annotations

import random
import re
from functools import cache

from labkit.records import Definition, Task
from study_source.lexicon import Lexicon, varied
from study_source.posts import Author, Mention
from study_source.schemes import Label, Scheme, SchemeInventor
from study_source.written import natural_posts

COMMONEST_SHARE = 0.02  # of the posts hold a word that a label stands for, at most
NAMES = {"code": 0.35, "invented": 0.65}
TRIES = 8
_WORDS = re.compile(r"[A-Za-z][A-Za-z'’-]{2,}")
_CHARACTERS = re.compile(r"[\u4e00-\u9fff]+")
_PARTICLES = frozenset("的了是我在不也就都有和这那他她你们着过吗呢吧啊么个一")


def place_of(word: str, text: str, code: str) -> int:
    """Where a word first stands in a text, -1 for nowhere; whole words in English, whose case does not matter."""
    if code == "zh":
        return text.find(word)
    small, start = text.lower(), 0
    while (start := small.find(word, start)) >= 0:
        before, after = small[start - 1 : start], small[start + len(word) : start + len(word) + 1]
        if not (_goes_on(before) or _goes_on(after)):
            return start
        start += 1
    return -1


def _goes_on(letter: str) -> bool:
    return letter.isalnum() or letter in tuple("'’-")


@cache
def holding(code: str, word: str) -> tuple[int, ...]:
    """The numbers of the natural posts that hold a word."""
    key = word[:2] if code == "zh" else word.split(" ")[0]
    posts = natural_posts(code)
    return tuple(k for k in _index(code).get(key, ()) if place_of(word, posts[k], code) >= 0)


@cache
def _index(code: str) -> dict[str, tuple[int, ...]]:
    """The numbers of the natural posts that hold a pair of characters, or an English word."""
    found: dict[str, dict[int, None]] = {}
    for k, post in enumerate(natural_posts(code)):
        keys = [post[i : i + 2] for i in range(len(post) - 1)] if code == "zh" else _WORDS.findall(post.lower())
        for key in keys:
            found.setdefault(key, {})[k] = None
    return {key: tuple(numbers) for key, numbers in found.items()}


class KeywordTask:
    """A task of words, and posts that hold them.

    Args:
        lexicon: the language's words.
        chance: makes every choice.
        level: how hard, from 0 to 1.
    """

    def __init__(self, lexicon: Lexicon, chance: random.Random, level: float) -> None:
        self.chance, self.level, self.phrasing, self.code = chance, level, lexicon.phrasing, lexicon.code
        self.inventor = SchemeInventor(lexicon, chance)
        self.several = chance.random() < 0.5
        names = self._names(chance.randint(2, 3 + round(9 * level)))
        self.words = self._words(names)
        self.shown = {word: self._shown(word) for words in self.words.values() for word in words}
        self.definitions = {name: self._definition(name) for name in names}
        item = chance.choice(self.phrasing["items"])
        task = Task("keywords", tuple(names), self.code, item, self.several, chance.random() < 0.6)
        prompt = self.inventor.prompt(tuple(self.definitions.values()), level)
        self.scheme = Scheme(tuple(Label(name, ()) for name in names), task, prompt, ())

    def author(self) -> Author:
        """One row: a post that holds a word, now and then with one that holds none."""
        speaks_of_none = self.scheme.task.allow_none and self.chance.random() < 0.15
        texts = [self._without()] if speaks_of_none else [self._with(self.chance.choice(list(self.words)))]
        if self.chance.random() < 0.3 * self.level:
            texts.append(self._without())
        if self.several and self.chance.random() < 0.2 * self.level:
            texts.append(self._with(self.chance.choice(list(self.words))))
        self.chance.shuffle(texts)
        if len(texts) > 1 and self.chance.random() < 0.3:
            texts = [(self.phrasing["gap"] or "。").join(texts)]
        mentions = [mention for k, text in enumerate(texts, 1) for mention in self._found(text, k)]
        return Author(tuple(texts), tuple(mentions))

    def _names(self, count: int) -> list[str]:
        style = self.chance.choices(list(NAMES), list(NAMES.values()))[0]
        found: dict[str, None] = {}
        while len(found) < count:
            found[self.inventor.code_name() if style == "code" else self.inventor.invented_name()] = None
        return list(found)

    def _words(self, names: list[str]) -> dict[str, list[str]]:
        """Words of posts for each label, none of them part of another."""
        found: dict[str, list[str]] = {}
        taken: list[str] = []
        for name in names:
            found[name] = []
            for _ in range(self.chance.randint(1, 1 + round(9 * self.level))):
                word = self._word(taken)
                found[name].append(word)
                taken.append(word)
        return found

    def _word(self, taken: list[str]) -> str:
        while True:
            word = self._picked(self.chance.choice(natural_posts(self.code)))
            if word and not any(word in other or other in word for other in taken):
                return word

    def _picked(self, post: str) -> str:
        """A word of a post, or two; "" where what was hit upon is too common."""
        if self.code == "zh":
            parts = _CHARACTERS.findall(post) or ["的"]
            part, size = self.chance.choice(parts), self.chance.choice((2, 2, 3, 4))
            start = self.chance.randrange(max(1, len(part) - size + 1))
            word = part[start : start + size]
            fits = len(word) > 1 and not _PARTICLES & {word[0], word[-1]}
        else:
            words = _WORDS.findall(post.lower()) or ["the"]
            start, size = self.chance.randrange(len(words)), self.chance.choice((1, 1, 2))
            word = " ".join(words[start : start + size])
            fits = len(word) > 3
        posts = len(holding(self.code, word)) if fits else 0
        return word if 0 < posts <= max(1, COMMONEST_SHARE * len(natural_posts(self.code))) else ""

    def _shown(self, word: str) -> str:
        """The word as its definition has it."""
        return varied(word, self.code, self.chance) if self.chance.random() < 0.25 * self.level else word

    def _definition(self, name: str) -> Definition:
        words = [self.shown[word] for word in self.words[name]]
        said = words[: self.chance.randint(1, 3)]
        text = self.chance.choice(self.phrasing["definitions"]).format(x=self.inventor.listed(said))
        return Definition(name, text, self.inventor.items(words[len(said) :]))

    def _with(self, name: str) -> str:
        """A post that holds a word of the label; where only one label may apply, no other's."""
        text = ""
        for _ in range(TRIES):
            word = self.chance.choice(self.words[name])
            text = natural_posts(self.code)[self.chance.choice(holding(self.code, word))]
            if self.several or len(self._labels(text)) == 1:
                return text
        return next(word for word in self.words[name] if place_of(word, text, self.code) >= 0)  # the word alone

    def _without(self) -> str:
        while True:
            text = self.chance.choice(natural_posts(self.code))
            if not self._labels(text):
                return text

    def _labels(self, text: str) -> set[str]:
        return {mention.label for mention in self._found(text, 1)}

    def _found(self, text: str, post: int) -> list[Mention]:
        """The words that stand in a text, in its order."""
        found = []
        for name, words in self.words.items():
            for word in words:
                place = place_of(word, text, self.code)
                if place >= 0:
                    found.append((place, Mention(post, text[place : place + len(word)], self.shown[word], name)))
        return [mention for _, mention in sorted(found, key=lambda one: one[0])]
