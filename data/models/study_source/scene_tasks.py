"""Classification tasks of written scenes: some of their labels, called by whatever name, and their posts."""

from __future__ import annotations

import random
import re

from labkit.records import Definition, Task
from study_source.lexicon import Lexicon
from study_source.posts import Author, Mention
from study_source.schemes import Label, Scheme, SchemeInventor
from study_source.written import WrittenLabel, WrittenPost, written_scenes

NAMES = {"own": 0.4, "swapped": 0.2, "code": 0.15, "invented": 0.25}  # what labels are called
MORE_SCENES = 0.5  # how likely a task takes some labels of yet another scene, and then again
MOST_LABELS = 16
EXAMPLES_SHARE = 0.15  # of the tasks show posts in their definitions; no row asks about these
WHOLE_SHARE = 0.6  # of the definitions show all their includes
ASIDE_SHARE = 0.3  # of the posts have a clause beside the point
_CLAUSE = re.compile(r"[，,。.；;：:、]")


class SceneTask:
    """A task of a written scene, and what authors write in it.

    Args:
        lexicon: the language's words.
        chance: makes every choice.
        level: how hard, from 0 to 1.
        held_out: take a scene that training never sees.
    """

    def __init__(self, lexicon: Lexicon, chance: random.Random, level: float, held_out: bool = False) -> None:
        self.chance, self.level, self.phrasing, self.code = chance, level, lexicon.phrasing, lexicon.code
        self.inventor = SchemeInventor(lexicon, chance, held_out)
        self.scenes = written_scenes(lexicon.code, held_out)
        self.scene = chance.choice(self.scenes)
        labels = self._labels()
        self.written = dict(zip(self._names(labels), labels, strict=True))
        self.most_examples = chance.randint(1, 2) if chance.random() < EXAMPLES_SHARE * level else 0
        self.definitions = {name: self._definition(name, label) for name, label in self.written.items()}
        self.scheme = self._scheme()

    def author(self) -> Author:
        """One row: a post of each label that is meant, and some that say nothing."""
        most = self.chance.choice((1, 1, 1, 2, 2, 3)) if self.scheme.task.multi_label else 1
        if self.scheme.task.allow_none and self.chance.random() < 0.12:
            most = 0
        names = self.chance.sample(list(self.written), min(most, len(self.written)))
        told: list[tuple[str, Mention | None]] = [self._told(name) for name in names]
        if not told or self.chance.random() < 0.3 * self.level:
            told.append((self.chance.choice(self.scene.strangers), None))
        self.chance.shuffle(told)
        return self._posted(told)

    def _labels(self) -> list[WrittenLabel]:
        most = max(3, round(self.level * len(self.scene.labels)))
        count = max(self.chance.randint(2, most), self.chance.randint(2, most))
        found = self.chance.sample(self.scene.labels, min(count, len(self.scene.labels)))
        while self.chance.random() < MORE_SCENES * self.level and len(found) < MOST_LABELS:
            more = [label for label in self.chance.choice(self.scenes).labels if label not in found]
            found += self.chance.sample(more, min(len(more), self.chance.randint(1, 9)))
        self.chance.shuffle(found)
        return found

    def _names(self, labels: list[WrittenLabel]) -> list[str]:
        """Different names for all labels: their own, each other's, or words that say nothing."""
        style = self.chance.choices(list(NAMES), list(NAMES.values()))[0]
        named = self.chance.sample(labels, len(labels)) if style == "swapped" else labels
        found: dict[str, None] = {}
        for label in named:
            before = len(found)
            while len(found) == before:
                name = {"code": self.inventor.code_name, "invented": self.inventor.invented_name}.get(style)
                found[name() if name else self.chance.choice(label.names)] = None
                style = style if len(found) > before else "invented"
        return list(found)

    def _definition(self, name: str, label: WrittenLabel) -> Definition:
        """One of its sentences, some or all of its includes, and arrows to labels that are offered."""
        if self.level < 0.3:
            return Definition(name, self.chance.choice(label.meanings))
        shown = len(label.includes)
        if self.chance.random() > WHOLE_SHARE:
            shown = self.chance.randint(0, shown)
        includes = sorted(self.chance.sample(range(len(label.includes)), shown))
        called = {other.names[0]: given for given, other in self.written.items()}
        arrows = [(what, called[to]) for what, to in label.excludes if to in called and self.chance.random() < 0.8]
        return Definition(
            name,
            self.chance.choice(label.meanings),
            tuple(label.includes[k] for k in includes),
            tuple(f"{what} -> {to}" for what, to in arrows),
            tuple(post.text for post in label.posts[: self.most_examples]),
        )

    def _scheme(self) -> Scheme:
        several, code = self.chance.random() < 0.5, self.code
        item = self.scene.item if self.chance.random() < 0.5 else self.chance.choice(self.phrasing["items"])
        task = Task("written", tuple(self.written), code, item, several, self.chance.random() < 0.6)
        labels = tuple(Label(name, ()) for name in self.written)
        return Scheme(labels, task, self.inventor.prompt(tuple(self.definitions.values()), self.level), ())

    def _told(self, name: str) -> tuple[str, Mention]:
        post = self.chance.choice(self.written[name].posts[self.most_examples :])
        text = self._with_an_aside(post.text) if self.chance.random() < ASIDE_SHARE * self.level else post.text
        return text, Mention(1, post.quote, self._said(name, post), name)

    def _with_an_aside(self, text: str) -> str:
        """A post with a clause of somebody else's post about something else before it or behind it."""
        label = self.chance.choice(self.chance.choice(self.scenes).labels)
        if label in self.written.values():
            return text
        aside = _CLAUSE.split(self.chance.choice(label.posts).text)[0]
        first, second = (aside, text) if self.chance.random() < 0.5 else (text, aside)
        return self._ended(first) + second

    def _said(self, name: str, post: WrittenPost) -> str:
        """The phrase of the definition that the words fit; its first clause, where that phrase is not shown."""
        definition = self.definitions[name]
        include = self.written[name].includes[post.fits - 1] if post.fits else ""
        text = include if include in definition.includes else definition.text
        phrases = [phrase.strip() for phrase in _CLAUSE.split(text) if phrase.strip()]
        return max(phrases, key=lambda phrase: alike(phrase, post.quote))

    def _posted(self, told: list[tuple[str, Mention | None]]) -> Author:
        """All in one post, or a post each."""
        if len(told) > 1 and self.chance.random() < 0.5:
            joined = "".join(self._ended(text) for text, _ in told)
            return Author((joined.strip(),), tuple(mention for _, mention in told if mention))
        found = [
            Mention(k, mention.quote, mention.said, mention.label) for k, (_, mention) in enumerate(told, 1) if mention
        ]
        return Author(tuple(text for text, _ in told), tuple(found))

    def _ended(self, text: str) -> str:
        end = "" if text[-1:] in "。！？～….!?" else self.chance.choice(self.phrasing["stops"])
        return text + end + self.phrasing["gap"]


def alike(one: str, other: str) -> int:
    """How many pairs of letters, case aside, two texts share."""
    pairs = [{text[k : k + 2] for k in range(len(text) - 1)} for text in (one.lower(), other.lower())]
    return len(pairs[0] & pairs[1])
