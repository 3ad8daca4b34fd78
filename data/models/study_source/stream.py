"""Invented schemes become packs: one system message, and many rows that were asked under it, as tokens."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from labkit.prompts import render
from labkit.records import Example
from study_source.answers import answer
from study_source.lexicon import read_lexicon
from study_source.posts import PostInventor
from study_source.schemes import Scheme, SchemeInventor

LANGUAGES = ("zh", "en")
FORCED_SHARE = 0.3  # of the rows of a prompt with rationale answer with labels alone, as labkit's `@labels` makes them
LONGEST = 2300  # tokens of system message, post and answer
ROW_TOKENS = 1.6  # tokens of all rows next to those of the system message
FEWEST_ROW_TOKENS, MOST_ROW_TOKENS = 400, 1200
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
        prefix: token ids of the system message, shape (tokens,).
        rows: token ids of the rows, padded at the end, shape (rows, longest row).
        learnt: 0 where nothing is to be foretold, LEARNT or GRADED where a token of an answer is, likewise.
        real: where in `rows`, flattened, no padding stands, shape (tokens of all rows,).
        direct: true for rows that answer with labels alone, shape (rows,).
        code: the language.
        places: positions of the system message's tokens, shape (tokens,); rows follow the last of them.
    """

    prefix: Tensor
    rows: Tensor
    learnt: Tensor
    real: Tensor
    direct: Tensor
    code: str
    places: Tensor


def invent_rows(code: str, chance: random.Random, level: float, held_out: bool = False) -> tuple[str, RowMaker]:
    """A system message, and what makes rows under it; below level 0 easy ones that are answered by labels alone."""
    lexicon = read_lexicon(code)
    scheme = SchemeInventor(lexicon, chance, held_out).scheme(level)
    maker = RowMaker(scheme, PostInventor(scheme, lexicon, chance, max(0.0, level)), chance)
    return f"<|im_start|>system\n{maker.system}<|im_end|>\n", maker


class RowMaker:
    """Rows of one scheme, in the chat format.

    Args:
        scheme: labels and prompt.
        posts: invents what authors write.
        chance: makes every choice.
    """

    def __init__(self, scheme: Scheme, posts: PostInventor, chance: random.Random) -> None:
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
    tokenizer: Any, chance: random.Random, level: float, held_out: bool = False, apart: bool = False
) -> Pack:
    """A pack of tokens; schemes that grow too long are thrown away.

    Args:
        tokenizer: the model's.
        chance: makes every choice.
        level: how hard.
        held_out: labels stand for words that training never sees.
        apart: leave out positions now and then, so that distances of long prompts are met in short ones (randomised
            positions, Ruoss et al. 2023).
    """
    while True:
        code = chance.choice(LANGUAGES)
        system, maker = invent_rows(code, chance, level, held_out)
        prefix = tokenizer(system, add_special_tokens=False)["input_ids"]
        rows: list[tuple[list[int], list[int]]] = []
        directs: list[bool] = []
        wanted = min(MOST_ROW_TOKENS, max(FEWEST_ROW_TOKENS, ROW_TOKENS * len(prefix)))
        while sum(len(ids) for ids, _ in rows) < wanted:
            row = maker.row()
            rows.append(encode(row, tokenizer))
            directs.append(row.answer.startswith('{"labels"') and '"rationale"' not in row.answer)
        if len(prefix) + max(len(ids) for ids, _ in rows) <= LONGEST:
            return _padded(prefix, rows, directs, code, tokenizer, chance if apart else None)


def encode(row: Row, tokenizer: Any) -> tuple[list[int], list[int]]:
    """Token ids of a row, and which of them are learnt, see `Pack`."""
    asked = tokenizer(row.asked, add_special_tokens=False)["input_ids"]
    answered = tokenizer(row.answer, add_special_tokens=False, return_offsets_mapping=True)
    learnt = [GRADED if start >= row.free else LEARNT for start, _ in answered["offset_mapping"]]
    return asked + answered["input_ids"], [0] * len(asked) + learnt


def _padded(
    prefix: list[int],
    rows: list[tuple[list[int], list[int]]],
    directs: list[bool],
    code: str,
    tokenizer: Any,
    chance: random.Random | None,
) -> Pack:
    width, pad = max(len(ids) for ids, _ in rows), tokenizer.pad_token_id
    ids = torch.tensor([ids + [pad] * (width - len(ids)) for ids, _ in rows])
    learnt = torch.tensor([learnt + [0] * (width - len(learnt)) for _, learnt in rows])
    real = torch.cat([k * width + torch.arange(len(ids)) for k, (ids, _) in enumerate(rows)])
    places = _places(len(prefix), chance)
    return Pack(torch.tensor(prefix), ids, learnt, real, torch.tensor(directs), code, places)


def _places(length: int, chance: random.Random | None) -> Tensor:
    """Positions one after the other; by chance with two leaps between them."""
    places = torch.arange(length)
    if chance and chance.random() < 0.5:
        for _ in range(2):
            places[chance.randrange(1, length) :] += chance.randint(0, MOST_LEAP)
    return places
