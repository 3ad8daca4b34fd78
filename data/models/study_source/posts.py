"""Invents posts for a scheme, and knows which of its labels they speak of, in which words."""

from __future__ import annotations

import random
from dataclasses import dataclass

from labkit.prompts.render import render_definition
from study_source.lexicon import Group, Lexicon, invented_word, varied
from study_source.schemes import Label, Scheme, Sense


@dataclass(frozen=True)
class Mention:
    """A label that a post speaks of.

    Args:
        post: the post's index, from 1.
        quote: the words of the post.
        said: the words of the definition that they match.
        label: whose definition it is.
    """

    post: int
    quote: str
    said: str
    label: str


@dataclass(frozen=True)
class Author:
    """One row: an author's posts and what they speak of, in the order of the text."""

    posts: tuple[str, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class _Clause:
    text: str
    quote: str = ""
    said: str = ""
    label: str = ""


class PostInventor:
    """Invents what authors write under one scheme.

    Args:
        scheme: labels and prompt.
        lexicon: the language's words.
        chance: makes every choice.
        level: from 0 (a phrase alone, as the definition has it) to 1 (posts with much beside the point).
    """

    def __init__(self, scheme: Scheme, lexicon: Lexicon, chance: random.Random, level: float) -> None:
        self.scheme, self.lexicon, self.chance, self.level = scheme, lexicon, chance, level
        self.phrasing = lexicon.phrasing
        self.used = {word for label in scheme.labels for sense in label.senses for word in sense.group.words}
        rendered = [render_definition(one, scheme.task.language) for one in scheme.prompt.definitions]
        self.rendered = dict(zip((one.label for one in scheme.prompt.definitions), rendered, strict=True))
        self.capitals = lexicon.code == "en" and chance.random() < 0.5
        self.most_posts = 1 if level < 0.3 else chance.choice((1, 1, 1, 2, 3))

    def author(self) -> Author:
        """One row."""
        meant = self._meant()
        clauses = [self._mention(label) for label in meant]
        if meant and not self.scheme.task.multi_label and self.chance.random() < 0.3 * self.level:
            clauses.append(self._mention(meant[0]))
        clauses += [self._noise(meant) for _ in range(self.chance.randint(0, round(3 * self.level)))]
        clauses = clauses or [self._noise(meant)]
        self.chance.shuffle(clauses)
        count = self.chance.randint(1, min(self.most_posts, len(clauses)))
        cuts = sorted(self.chance.sample(range(1, len(clauses)), count - 1))
        shares = [clauses[a:b] for a, b in zip((0, *cuts), (*cuts, len(clauses)), strict=True)]
        posts = tuple(self._joined(share) for share in shares)
        found = [Mention(k, c.quote, c.said, c.label) for k, share in enumerate(shares, 1) for c in share if c.label]
        return Author(posts, tuple(found))

    def _meant(self) -> list[Label]:
        """The labels that the row speaks of."""
        task = self.scheme.task
        if task.allow_none and self.chance.random() < 0.15:
            return []
        most = min(len(self.scheme.labels), self.chance.choice((1, 1, 2, 2, 3)) if task.multi_label else 1)
        return self.chance.sample(self.scheme.labels, most)

    def _mention(self, label: Label) -> _Clause:
        """A clause that speaks of a label, in its definition's words or in others that mean the same."""
        given = [word for other in self.scheme.labels for word, name in other.given_away if name == label.name]
        if given and self.chance.random() < 0.4:
            word = self.chance.choice(given)
            kind = next(s.group.kind for other in self.scheme.labels for s in other.senses if word in s.group.words)
            return self._clause(kind, word, word, label.name)
        sense = self.chance.choice(label.senses)
        word, said = self._word(label, sense)
        return self._clause(sense.group.kind, word, said, label.name)

    def _word(self, label: Label, sense: Sense) -> tuple[str, str]:
        """What the post says, and what the definition has for it."""
        away = {word for word, _ in label.given_away}
        bare = not set(sense.shown) <= set(sense.group.words)  # only the label's name is shown
        others = [word for word in sense.group.words if word not in sense.shown and word not in away]
        if others and sense.group.loose and self.chance.random() < (0.7 if bare else 0.4 * self.level):
            return self.chance.choice(others), min(sense.shown, key=self.rendered[label.name].find)
        said = self.chance.choice(sense.shown)
        if bare:
            return said.replace("_", " "), said
        if self.chance.random() < 0.25 * self.level:
            return varied(said, self.lexicon.code, self.chance), said
        return said, said

    def _noise(self, meant: list[Label]) -> _Clause:
        """A clause that speaks of no label."""
        kind = self.chance.random()
        others = [label for label in self.scheme.labels if label not in meant]
        if kind < 0.2 and others:
            sense = self.chance.choice(self.chance.choice(others).senses)
            return _Clause(self.chance.choice(self.phrasing["denied"]).format(x=self.chance.choice(sense.shown)))
        if kind < 0.6:
            group = self.chance.choice(self.scheme.spare)
            return _Clause(self._clause(group.kind, self._spare_word(group), "", "").text)
        if kind < 0.65:
            return _Clause(invented_word(self.lexicon.code, self.chance))
        if kind < 0.8:
            return _Clause(self._everyday(self.chance.randint(3, 9)))
        return _Clause(self.chance.choice(self.phrasing["fillers"]))

    def _everyday(self, count: int) -> str:
        return str(self.phrasing["gap"].join(self.chance.choices(self.lexicon.everyday, k=count)))

    def _spare_word(self, group: Group) -> str:
        words = [word for word in group.words if word not in self.used]
        return self.chance.choice(words) if words else str(self.chance.choice(self.phrasing["fillers"]))

    def _clause(self, kind: str, word: str, said: str, label: str) -> _Clause:
        """A word in one of the sentences that fit it."""
        frame = self.chance.choice(self.phrasing["matters"][kind])
        if self.chance.random() < 0.3 * self.level:
            gap = self.phrasing["gap"]
            frame = (
                f"{self._everyday(self.chance.randint(1, 4))}{gap}{{x}}{gap}{self._everyday(self.chance.randint(1, 3))}"
            )
        if self.chance.random() < 0.5 - 0.5 * self.level:
            frame = "{x}"
        before, _, after = frame.partition("{x}")
        before, after = (part.replace("{t}", self._thing()) for part in (before, after))
        text = before + word + after
        if self.capitals:
            text = text[:1].upper() + text[1:]
        return _Clause(text, text[len(before) : len(before) + len(word)], said, label)

    def _thing(self) -> str:
        """Something that no label speaks of."""
        things = [group for group in self.scheme.spare if group.kind == "thing"]
        return self._spare_word(self.chance.choice(things))

    def _joined(self, clauses: list[_Clause]) -> str:
        """Clauses as one text, with an opening and an end now and then."""
        texts = [clause.text for clause in clauses]
        if self.chance.random() < 0.4 * self.level:
            texts.insert(0, self.chance.choice(self.phrasing["openers"]))
        if self.chance.random() < 0.4 * self.level:
            texts.append(self.chance.choice(self.phrasing["closers"]))
        joined = texts[0]
        for text in texts[1:]:
            joined += self.chance.choice(self.phrasing["stops"]) + self.phrasing["gap"] + text
        return joined + (self.chance.choice(self.phrasing["ends"]) if self.level > 0.1 else "")
