"""Tasks become packs: one system message, and many rows that were asked under it, as tokens."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from labkit.prompts import render
from labkit.records import Example
from study_source.answers import answer
from study_source.keyword_tasks import KeywordTask
from study_source.lexicon import Lexicon, read_lexicon
from study_source.posts import Author, PostInventor
from study_source.scene_tasks import SceneTask
from study_source.schemes import Scheme, SchemeInventor

LANGUAGES = ("zh", "en")
FAMILIES = {"words": 0.3, "keywords": 0.3, "scenes": 0.4}  # what tasks are made of, and the shares of training
HELD_OUT = {"new words": "words", "new scenes": "scenes"}  # what training never sees, and the family it is like
FORCED_SHARE = 0.3  # of the rows of a prompt with rationale answer with labels alone, as labkit's `@labels` makes them
LONGEST = 2600  # tokens of system message, post and answer
ROWS = 10  # under one system message
MOST_LEAP = 700  # positions
LEARNT, GRADED = 1, 2  # a token that is learnt, and one that an answer is judged by as well


@dataclass(frozen=True)
class Row:
    """What is asked under a system message and what is answered; its first `free` characters nobody could foretell."""

    asked: str
    answer: str
    free: int = 0


@dataclass(frozen=True)
class Pack:
    """Rows under one system message.

    Args:
        prefix: token ids of the system message.
        places: their positions; rows follow the last of them.
        rows: token ids of each row.
        learnt: for each of these 0 where nothing is to be foretold, LEARNT or GRADED where a token of an answer is.
        direct: for each row whether it answers with labels alone.
        code: the language.
    """

    prefix: list[int]
    places: list[int]
    rows: list[list[int]]
    learnt: list[list[int]]
    direct: list[bool]
    code: str

    def __len__(self) -> int:
        return len(self.prefix) + sum(len(row) for row in self.rows)


class Authors(Protocol):
    """What makes the posts of one task's authors."""

    phrasing: dict[str, Any]

    def author(self) -> Author:
        """One row."""


def invent_rows(code: str, chance: random.Random, level: float, family: str = "words") -> tuple[str, RowMaker]:
    """A system message, and what makes rows under it.

    Args:
        code: the language.
        chance: makes every choice.
        level: from 0 (easy) to 1 (as hard as real ones); below 0 drills that are answered by labels alone.
        family: one of FAMILIES, or one of HELD_OUT: what training never sees.
    """
    lexicon, held_out = read_lexicon(code), family in HELD_OUT
    scheme, posts = _task(lexicon, chance, level, HELD_OUT.get(family, family), held_out)
    maker = RowMaker(scheme, posts, chance)
    return f"<|im_start|>system\n{maker.system}<|im_end|>\n", maker


def _task(lexicon: Lexicon, chance: random.Random, level: float, family: str, held_out: bool) -> tuple[Scheme, Authors]:
    if family == "words" or level < 0:
        scheme = SchemeInventor(lexicon, chance, held_out).scheme(level)
        return scheme, PostInventor(scheme, lexicon, chance, max(0.0, level))
    task = SceneTask(lexicon, chance, level, held_out) if family == "scenes" else KeywordTask(lexicon, chance, level)
    return task.scheme, task


class RowMaker:
    """Rows of one scheme, in the chat format.

    Args:
        scheme: labels and prompt.
        posts: invents what authors write.
        chance: makes every choice.
    """

    def __init__(self, scheme: Scheme, posts: Authors, chance: random.Random) -> None:
        self.scheme, self.posts, self.chance = scheme, posts, chance
        self.system = render(scheme.prompt, scheme.task, Example("x", ("-",))).messages[0].content

    def asked(self, posts: tuple[str, ...]) -> str:
        """What follows the system message, up to where the answer begins."""
        user = render(self.scheme.prompt, self.scheme.task, Example("x", posts)).messages[1].content
        return f"<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"

    def row(self) -> Row:
        """One row; some answer with labels alone although more is asked for."""
        author = self.posts.author()
        forced = self.scheme.prompt.rationale != "none" and self.chance.random() < FORCED_SHARE
        written = answer(self.scheme, author, self.posts.phrasing, labels_only=forced)
        return Row(self.asked(author.posts), written + "<|im_end|>", len('{"labels": [') if forced else 0)


def invent_pack(
    tokenizer: Any,
    chance: random.Random,
    level: float,
    family: str | None = None,
    language: str | None = None,
    apart: bool = False,
) -> Pack:
    """A pack of tokens; tasks that grow too long are thrown away.

    Args:
        tokenizer: the model's.
        chance: makes every choice.
        level: how hard.
        family: see `invent_rows`; None for any of those that training uses.
        language: "zh" or "en"; None for either.
        apart: leave out positions now and then, so that distances of long prompts are met in short ones (randomised
            positions, Ruoss et al. 2023).
    """
    while True:
        code = language or chance.choice(LANGUAGES)
        of = family or chance.choices(list(FAMILIES), list(FAMILIES.values()))[0]
        system, maker = invent_rows(code, chance, level, of)
        prefix = tokenizer(system, add_special_tokens=False)["input_ids"]
        told = [maker.row() for _ in range(ROWS)]
        directs = [row.answer.startswith('{"labels"') and '"rationale"' not in row.answer for row in told]
        rows = encode(told, tokenizer)
        if len(prefix) + max(len(ids) for ids, _ in rows) <= LONGEST:
            places = _places(len(prefix), chance if apart else None)
            return Pack(prefix, places, [ids for ids, _ in rows], [learnt for _, learnt in rows], directs, code)


def encode(rows: Sequence[Row], tokenizer: Any) -> list[tuple[list[int], list[int]]]:
    """Token ids of rows, and which of them are learnt, see `Pack`."""
    asked = tokenizer([row.asked for row in rows], add_special_tokens=False)["input_ids"]
    answered = tokenizer([row.answer for row in rows], add_special_tokens=False, return_offsets_mapping=True)
    found = []
    for row, before, ids, spans in zip(rows, asked, answered["input_ids"], answered["offset_mapping"], strict=True):
        learnt = [GRADED if start >= row.free else LEARNT for start, _ in spans]
        found.append((before + ids, [0] * len(before) + learnt))
    return found


def _places(length: int, chance: random.Random | None) -> list[int]:
    """Positions one after the other; by chance with two leaps between them."""
    places = list(range(length))
    if chance and chance.random() < 0.5:
        for _ in range(2):
            start, leap = chance.randrange(1, length), chance.randint(0, MOST_LEAP)
            places[start:] = [place + leap for place in places[start:]]
    return places
