"""Chat tasks invented from plain text, in the form of labkit's answer contract; nobody's labels are used.

The answer follows from a visible rule: the offered words that stand in the post, or the offered thesaurus topics one of
whose words does. So a model that learns them writes valid answers from the allowed list and knows which everyday words
go together; what the labels of a scene mean, it has not been told.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

from labkit.prompts import render
from labkit.records import Definition, Example, Prompt, Task

TEXT = Path(__file__).parent / "tour_base_text"
EARLY = {"pairs": 0.35, "bare": 0.5, "chat": 0.15}  # what rows are made of while words are learnt
LATE = {"pairs": 0.05, "bare": 0.12, "chat": 0.8, "plain": 0.03}  # and afterwards, while choosing is
READ_WEIGHT = 0.05  # loss on words that are only read, next to 1 on label words: the model learns to read as well
FORM_WEIGHT = 0.3  # and on the brackets around them, which are soon known
TOPIC_SHARE = 0.85  # of the tasks; the others ask which words stand in the post
RENAMED_SHARE = 0.4  # of the tasks about topics; half of their labels are words that say nothing about the topic
MAIN_NAME_SHARE = 0.6  # how often a topic goes by its first name


@dataclass(frozen=True)
class Wording:
    """What the invented tasks are phrased in, per language; the scenes' short prompts are among the phrasings."""

    systems: tuple[str, ...]
    instructions: tuple[str, ...]
    items: tuple[str, ...]
    clause: re.Pattern[str]
    joint: str
    listing: str


WORDINGS = {
    "zh": Wording(
        systems=("给微博打客服标签。", "给微博打客服标签。", "给文字归类。", "你负责给微博打标签。"),
        instructions=("请给出标签。", "请给出标签。", "请回答。", "请选出标签。"),
        items=("微博", "微博", "文字"),
        clause=re.compile(r"[^,，。!！?？;；~～…\s]+[,，。!！?？;；~～…]*"),
        joint="",
        listing=",",
    ),
    "en": Wording(
        systems=("Sort the message by intent.", "Label the text.", "You sort messages."),
        instructions=("Give the label.", "Answer now.", "Give the labels."),
        items=("Post", "Post", "Message"),
        clause=re.compile(r"[^,.!?;]+[,.!?;]*"),
        joint=" ",
        listing=", ",
    ),
}


@dataclass(frozen=True)
class Topic:
    """One line of the thesaurus: the names a topic may be called by, and the words that make it present."""

    names: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """All the text of one language."""

    code: str
    labels: tuple[str, ...]
    posts: tuple[str, ...]
    topics: tuple[Topic, ...]
    frames: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One training row: its text, and from which character to which the loss has which weight."""

    text: str
    weights: tuple[tuple[int, int, float], ...]

    def weight_at(self, start: int) -> float:
        """The weight of a token that begins at this character; of nested spans the last counts."""
        return next((weight for first, end, weight in reversed(self.weights) if first <= start < end), 0.0)


def read_language(code: str) -> Language:
    """The posts, thesaurus and frames of one language."""
    topics = [line.partition(":") for line in read_lines(TEXT / f"themes_{code}.txt")]
    return Language(
        code=code,
        labels=tuple(read_lines(TEXT / f"labels_{code}.txt")),
        posts=tuple(read_lines(TEXT / f"pool_{code}.txt")),
        topics=tuple(Topic(tuple(names.split("/")), tuple(words.split())) for names, _, words in topics),
        frames=tuple(read_lines(TEXT / f"frames_{code}.txt")),
    )


def read_lines(path: Path) -> list[str]:
    """The lines of a text file that hold something and are no comment."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line.strip() and not line.startswith("# ")]


class Inventor:
    """Invents rows of one language without end.

    Args:
        language: the text to invent from.
        seed: fixes every choice.
    """

    def __init__(self, language: Language, seed: int) -> None:
        self.language = language
        self.wording = WORDINGS[language.code]
        self.random = random.Random(seed)  # noqa: S311  (no secret is made here)
        split = (self.wording.clause.findall(post) for post in language.posts)
        self.clauses = [clauses for clauses in split if clauses]
        words = {word for topic in language.topics for word in topic.words if len(word) > 1}
        self.words = sorted(words | set(language.labels))

    def row(self, early: bool) -> Row:
        """A row of one of four kinds, from the early or the late mix."""
        mix = EARLY if early else LATE
        kind = self.random.choices(list(mix), list(mix.values()))[0]
        return {"pairs": self.pairs, "bare": self.bare, "chat": self.chat, "plain": self.plain}[kind]()

    def pairs(self) -> Row:
        """A dozen words of the thesaurus, each with the name of its topic."""
        text, weights = "", []
        for topic in (self.random.choice(self.language.topics) for _ in range(12)):
            text += f"{self.wording.listing.join(self.some(topic.words, self.random.randint(1, 2)))}:"
            name = self.name_of(topic)
            weights.append((len(text), len(text) + len(name), 1.0))
            text += f"{name}\n"
        return Row(text, tuple(weights))

    def bare(self) -> Row:
        """A post and its topics, with nothing to choose from."""
        post = self.post()
        present = [topic for topic in self.language.topics if self.occurs(topic.words, post)]
        chosen = set(self.some(present, 3))
        names = [topic.names[0] for topic in present if topic in chosen]
        item, instruction = self.wording.items[0], self.wording.instructions[0]
        return self.answered(Row("", ()), "<|im_start|>user\n", f"{item} 1: {post}\n\n{instruction}", names)

    def plain(self) -> Row:
        """Three posts."""
        text = "\n".join(self.some(self.language.posts, 3))
        return Row(f"{text}<|endoftext|>", ((0, len(text), READ_WEIGHT),))

    def chat(self) -> Row:
        """Labels to choose from, then one to five posts with the answers that the visible rule gives."""
        offered = self.topics_offered() if self.random.random() < TOPIC_SHARE else self.words_offered()
        labels, several = tuple(offered), self.random.random() < 0.75
        task = Task("invented", labels, self.language.code, self.random.choice(self.wording.items), several, True)
        prompt = Prompt(
            name="invented",
            system=self.random.choice(self.wording.systems),
            input="{{posts}}",
            instruction=self.random.choice(self.wording.instructions),
            definitions=tuple(Definition(label) for label in labels),
            rationale="none",
        )
        turns = [self.post_about(offered) for _ in range(self.random.randint(1, 5))]
        answers = [self.answer_to(post, offered, several) for post in turns]
        row = Row("", ())
        for post, answer in zip(turns, answers, strict=True):
            system, user = render(prompt, task, Example("x", (post,))).messages
            head = "" if row.text else f"<|im_start|>system\n{system.content}<|im_end|>\n"
            row = self.answered(row, f"{head}<|im_start|>user\n", user.content, answer)
        return row

    def topics_offered(self) -> dict[str, tuple[str, ...]]:
        """Labels, each with the words of its topic; some labels say nothing about their topic."""
        offered: dict[str, tuple[str, ...]] = {}
        renamed = self.random.random() < RENAMED_SHARE
        for topic in self.some(self.language.topics, self.random.randint(4, 10)):
            name = (
                self.random.choice(self.strangers()) if renamed and self.random.random() < 0.5 else self.name_of(topic)
            )
            offered.setdefault(name, topic.words)
        return offered

    def strangers(self) -> list[str] | tuple[str, ...]:
        """Words that can stand for anything: the scenes' label words more often than others."""
        return self.language.labels if self.random.random() < 0.6 else self.words

    def words_offered(self) -> dict[str, tuple[str, ...]]:
        """Labels that stand for themselves."""
        return {word: (word,) for word in self.some(self.words, self.random.randint(4, 10))}

    def post_about(self, offered: dict[str, tuple[str, ...]]) -> str:
        """A post as it is, or one that holds words of one or two of the labels."""
        if self.random.random() < 0.3:
            return self.post()
        framed = [self.framed(words) for words in self.some(list(offered.values()), self.random.choice((1, 1, 1, 2)))]
        if self.random.random() < 0.5:
            return self.wording.listing.join(framed)
        pieces = [*framed, *self.excerpt()]
        self.random.shuffle(pieces)
        return self.wording.joint.join(piece.strip() for piece in pieces)

    def answer_to(self, post: str, offered: dict[str, tuple[str, ...]], several: bool) -> list[str]:
        """The labels one of whose words stands in the post, or one of these."""
        right = [label for label, words in offered.items() if self.occurs(words, post)]
        return right if several else self.some(right, 1)

    def post(self) -> str:
        """A post as it is, or clauses of two with words of the thesaurus among them, or such words alone."""
        kind = self.random.random()
        if kind < 0.4:
            return self.random.choice(self.language.posts)
        topics = self.some(self.language.topics, self.random.randint(1, 3))
        framed = [self.framed(topic.words) for topic in topics]
        if kind < 0.7:
            return self.wording.listing.join(framed)
        pieces = [*self.excerpt(), *framed[:2], *self.excerpt()]
        return self.wording.joint.join(piece.strip() for piece in pieces)

    def excerpt(self) -> list[str]:
        """One to three clauses that follow each other in one post."""
        clauses = self.random.choice(self.clauses)
        start = self.random.randrange(len(clauses))
        return clauses[start : start + self.random.randint(1, 3)]

    def framed(self, words: tuple[str, ...]) -> str:
        """Some of the words, bare or each in the place of a sentence frame."""
        if self.random.random() < 0.5:
            return self.wording.listing.join(self.some(words, self.random.randint(1, 3)))
        frame = self.random.choice(self.language.frames)
        while "…" in frame:
            frame = frame.replace("…", self.random.choice(words), 1)
        return frame

    def name_of(self, topic: Topic) -> str:
        """What a topic is called this time."""
        return topic.names[0] if self.random.random() < MAIN_NAME_SHARE else self.random.choice(topic.names)

    def some(self, things: list | tuple, count: int) -> list:
        """So many of the things, or all of them, in any order."""
        return self.random.sample(things, min(len(things), count))

    def occurs(self, words: tuple[str, ...], text: str) -> bool:
        """Whether one of the words stands in the text; whole words in English."""
        if self.language.code == "zh":
            return any(word in text for word in words)
        spaced = f" {re.sub(r'[^a-z0-9]+', ' ', text.lower())} "
        return any(f" {word.lower()} " in spaced for word in words)

    def answered(self, before: Row, head: str, asked: str, answer: list[str]) -> Row:
        """A row with one more turn: what is asked, and the answer, whose label words weigh most."""
        asked_at = len(before.text) + len(head)
        text = f"{before.text}{head}{asked}<|im_end|>\n<|im_start|>assistant\n"
        answered_at = len(text)
        text += json.dumps({"labels": answer}, ensure_ascii=False) + "<|im_end|>\n"
        spans = [(asked_at, answered_at, READ_WEIGHT), (answered_at, len(text) - 1, FORM_WEIGHT)]
        position = answered_at + len('{"labels": [')
        for label in answer or ["]"]:  # an empty list closes where a label would stand
            position = text.index(label, position)
            spans.append((position, position + len(label), 1.0))
        return Row(text, (*before.weights, *spans))
