"""Invents classification schemes: labels whose definitions show words of a few groups, and a prompt that says so."""

from __future__ import annotations

import random
from dataclasses import dataclass

from labkit.records import Definition, Prompt, Rationale, Task
from study_source.lexicon import Group, Lexicon, invented_group, invented_word

INVENTED_SHARE = 0.3  # of the schemes speak of words that mean nothing
NAMES = {"true": 0.25, "other": 0.15, "code": 0.3, "invented": 0.3}  # what labels are called
BARE_SHARE = 0.12  # of the schemes have names and no definitions
CONTRACTS: dict[Rationale, float] = {"before": 0.6, "none": 0.3, "after": 0.1}


@dataclass(frozen=True)
class Sense:
    """A group that belongs to a label, and those of its words that the definition shows."""

    group: Group
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """A label of a scheme.

    Args:
        name: its word.
        senses: what it stands for; of a bare label the shown word is its name.
        given_away: words of its senses that the definition sends to another label, each with that label's name.
    """

    name: str
    senses: tuple[Sense, ...]
    given_away: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scheme:
    """Labels, and the task and prompt that offer them; `spare` are groups that belong to none of them."""

    labels: tuple[Label, ...]
    task: Task
    prompt: Prompt
    spare: tuple[Group, ...]


class SchemeInventor:
    """Invents schemes of one language.

    Args:
        lexicon: the language's words.
        chance: makes every choice.
        held_out: labels stand for words that training never sees.
    """

    def __init__(self, lexicon: Lexicon, chance: random.Random, held_out: bool = False) -> None:
        self.lexicon, self.chance, self.held_out = lexicon, chance, held_out
        self.phrasing = lexicon.phrasing

    def scheme(self, level: float) -> Scheme:
        """A scheme as hard as `level` says, from 0 (two or three labels of a few words) to 1 (as long as real ones).

        Below 0 it asks for labels alone.
        """
        drill, level = level < 0, max(0.0, level)
        count = self.chance.randint(2, 3 + round(9 * level))
        several, bare = self.chance.random() < 0.55, self.chance.random() < BARE_SHARE
        groups = self._groups(count * (1 if bare else self._most_senses(level)), bare)
        labels = self._bare_labels(groups) if bare else self._defined_labels(groups, count, level)
        used = {sense.group for label in labels for sense in label.senses}
        spare = tuple(group for group in self.lexicon.groups if group not in used)
        names = tuple(label.name for label in labels)
        item = self.chance.choice(self.phrasing["items"])
        task = Task("invented", names, self.lexicon.code, item, several, self.chance.random() < 0.6)
        definitions = tuple(
            Definition(label.name) if bare else self._definition(label, labels, level) for label in labels
        )
        return Scheme(labels, task, self.prompt(definitions, level, drill), spare)

    def _most_senses(self, level: float) -> int:
        if level < 0.3:
            return 1
        return self.chance.choice((1, 1, 2, 3) if level < 0.85 else (1, 2, 3, 5, 8))

    def _groups(self, count: int, bare: bool) -> list[Group]:
        """So many groups without a common word."""
        if not bare and self.chance.random() < INVENTED_SHARE:
            return [invented_group(self.lexicon.code, self.chance) for _ in range(count)]
        known = self.lexicon.held_out if self.held_out else self.lexicon.groups
        return self.chance.sample(known, min(count, len(known)))

    def _bare_labels(self, groups: list[Group]) -> tuple[Label, ...]:
        """Labels that are called what they stand for; a word of the group, where that makes a better name."""
        found = {}
        for group in groups:
            name = self._as_name(self.chance.choice((*group.names, *group.words)))
            found[name] = Label(name, (Sense(group, (name,)),))
        return tuple(found.values())

    def _defined_labels(self, groups: list[Group], count: int, level: float) -> tuple[Label, ...]:
        shares = [groups[k::count] for k in range(count)]
        names = self._names([share for share in shares if share])
        senses = [tuple(self._sense(group, level) for group in share) for share in shares if share]
        labels = [Label(name, own) for name, own in zip(names, senses, strict=True)]
        return tuple(self._giving_away(label, names, level) for label in labels)

    def _sense(self, group: Group, level: float) -> Sense:
        most = len(group.words) if not group.loose else len(group.words) - 1
        shown = self.chance.randint(1, max(1, round(1 + level * (most - 1))))
        return Sense(group, tuple(self.chance.sample(group.words, min(shown, most))))

    def _giving_away(self, label: Label, names: list[str], level: float) -> Label:
        """One word of the label's own, now and then, is somebody else's business."""
        sense = self.chance.choice(label.senses)
        hidden = [word for word in sense.group.words if word not in sense.shown]
        others = [name for name in names if name != label.name]
        if not (hidden and others) or self.chance.random() > 0.3 * level:
            return label
        return Label(label.name, label.senses, ((self.chance.choice(hidden), self.chance.choice(others)),))

    def _names(self, shares: list[list[Group]]) -> list[str]:
        """Different names for all labels, in one style for most of them."""
        style = self.chance.choices(list(NAMES), list(NAMES.values()))[0]
        found: dict[str, None] = {}
        for share in shares:
            before = len(found)
            while len(found) == before:
                found[self._name(style, share[0])] = None
                style = self.chance.choice(list(NAMES)) if self.chance.random() < 0.1 else style
        return list(found)

    def _name(self, style: str, group: Group) -> str:
        if style == "true" and group.names:
            return self._as_name(self.chance.choice((*group.names, *group.words)))
        if style == "other":
            other = self.chance.choice(self.lexicon.groups)
            return self._as_name(self.chance.choice((*other.names, *other.words)))
        return self.code_name() if style == "code" else self.invented_name()

    def code_name(self) -> str:
        """A name like "topic_7"."""
        stem, joint = self.chance.choice(self.phrasing["codes"]), self.chance.choice(("", "_"))
        return f"{stem}{joint}{self.chance.randint(1, 99)}"

    def invented_name(self) -> str:
        """One or two words that mean nothing."""
        words = (invented_word(self.lexicon.code, self.chance) for _ in range(self.chance.choice((1, 1, 2))))
        return self._as_name(" ".join(words))

    def _as_name(self, words: str) -> str:
        return words.replace(" ", "" if self.lexicon.code == "zh" else "_").replace("'", "")

    def prompt(self, definitions: tuple[Definition, ...], level: float, drill: bool = False) -> Prompt:
        """A prompt around definitions; a drill asks for labels alone."""
        return Prompt(
            name="invented",
            system=self._system(level),
            input="{{posts}}",
            instruction=self.chance.choice(self.phrasing["instructions"]),
            definitions=definitions,
            rationale="none" if drill else self.chance.choices(list(CONTRACTS), list(CONTRACTS.values()))[0],
        )

    def _system(self, level: float) -> str:
        text: str = self.chance.choice(self.phrasing["systems"])
        if self.chance.random() > 0.6 * level:
            return text
        rules = self.chance.sample(self.phrasing["rules"], self.chance.randint(2, 6))
        numbered = "\n".join(f"{k}. {rule}" for k, rule in enumerate(rules, 1))
        return f"{text}\n\n{self.chance.choice(self.phrasing['rules_head'])}\n{numbered}"

    def _definition(self, label: Label, labels: tuple[Label, ...], level: float) -> Definition:
        """Its words in a sentence, the rest of them as a list, and what belongs to other labels."""
        words = [word for sense in label.senses for word in sense.shown]
        self.chance.shuffle(words)
        said = words[: self.chance.randint(1, 3)]
        rest = words[len(said) :]
        if level < 0.25:
            text = self.listed(words)
            return Definition(label.name, text)
        text = self.chance.choice(self.phrasing["definitions"]).format(x=self.listed(said))
        if self.chance.random() < 0.3 * level:
            text += self.phrasing["gap"] + self.chance.choice(self.phrasing["remarks"])
        return Definition(label.name, text, self.items(rest), self._excluded(label, labels, level))

    def listed(self, words: list[str]) -> str:
        """The words one after the other, as a sentence has them."""
        if len(words) > 1 and self.chance.random() < 0.3:
            return self.phrasing["joint"].join(words[:-1]) + self.phrasing["or"] + words[-1]
        return str(self.phrasing["joint"].join(words))

    def items(self, words: list[str]) -> tuple[str, ...]:
        """The words as list items of one to three."""
        items = []
        while words:
            count = self.chance.randint(1, 3)
            items.append(self.phrasing["joint"].join(words[:count]))
            words = words[count:]
        return tuple(items)

    def _excluded(self, label: Label, labels: tuple[Label, ...], level: float) -> tuple[str, ...]:
        """What is given away, and a word of another label with an arrow to it."""
        found = [f"{word} -> {name}" for word, name in label.given_away]
        others = [other for other in labels if other is not label]
        if others and self.chance.random() < 0.6 * level:
            other = self.chance.choice(others)
            word = self.chance.choice(self.chance.choice(other.senses).group.words)
            if word not in [gone for gone, _ in other.given_away]:
                found.append(f"{word} -> {other.name}")
        return tuple(found)
