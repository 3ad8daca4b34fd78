"""Where training begins: not from noise, but from heads that can already do what reading a prompt needs in any case.

A token's hidden state has four slots of 64 numbers: the token, the token before it, the first token of its line, and
the lines in which the same token stands. Heads are set to fill them: one looks one token back, one goes to where the
line begins, one finds the same token in other lines, one takes what followed it there (induction, Olsson et al. 2022,
https://transformer-circuits.pub/2022/in-context-learning-and-induction-heads/), one gathers, where labels are to be
named, in which lines the post's words stand. Tokens with the same letters begin with alike embeddings (the idea of
fastText's subwords, Bojanowski et al. 2017). All of it is only a beginning; every weight is trained.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import Qwen3ForCausalLM

SLOT = 64
TOKEN, BEFORE, LINE, FOUND = (slice(k * SLOT, (k + 1) * SLOT) for k in range(4))
ALWAYS, BREAKS, ASKS = SLOT - 1, SLOT - 2, SLOT - 3  # numbers of the token's slot: the same for all tokens; of those
# that begin an item of a list or end a list; of those behind which labels are named
SPREAD = 0.08  # of an embedding's entries
ALIKE, OWN, FORM = 0.7, 0.65, 0.3  # shares of letters, of chance, of a space or a capital letter
QUIET = 0.002  # spread of what writes into hidden states and is not set to anything
SHARP = 2.0  # scale of normed queries and keys: a perfect match weighs exp(8 * SHARP ** 2)
SHARPEST = 3.0  # where a near match must win over a far one
STEADY = tuple(range(8, 32))  # pairs of a head's numbers that positions within a prompt hardly turn
NEXT_TO = {0: 0.5, 1: 0.25, 2: 0.15, 3: 0.1}  # pairs and their shares, by which a certain distance stands out
AROUND, POST_BEFORE = {3: 0.3, 4: 0.4, 5: 0.3}, 16  # a post stands about so many tokens before its answer
NEAREST = {2: 0.06, 3: 0.16, 4: 0.25, 5: 0.3, 6: 0.23}  # those that tell a near match from a far one
GATHERED = 4.0  # how large what is gathered is written, next to an embedding
LINE_STARTS = ("\n- ", "\n", "\n\n")
BEFORE_LABELS = ('{"labels": ["', '", "labels": ["', '"}], "definition": "', '{"rationale": "', '"}], "rationale": "')


@torch.no_grad()
def begin(model: Qwen3ForCausalLM, tokenizer: Any, seed: int) -> None:
    """Set the weights that training begins with.

    Args:
        model: the network, four heads of 64 in each layer; changed in place.
        tokenizer: says which letters a token has.
        seed: fixes all chance.
    """
    chance = torch.Generator().manual_seed(seed)
    table = model.model.embed_tokens.weight
    table.zero_()
    table[:, TOKEN] = embeddings([tokenizer.decode([k]) for k in range(len(table))], SLOT, chance)
    table[:, ALWAYS] = SPREAD
    _mark(table, tokenizer, BREAKS, LINE_STARTS)
    _mark(table, tokenizer, ASKS, BEFORE_LABELS)
    for layer in model.model.layers:
        for matrix in (layer.self_attn.o_proj.weight, layer.mlp.down_proj.weight):
            matrix.normal_(0.0, QUIET, generator=chance)
        for norm in (layer.self_attn.q_norm, layer.self_attn.k_norm):
            norm.weight.fill_(SHARP)
    _set_heads(model, chance)


def _mark(table: Tensor, tokenizer: Any, place: int, texts: Sequence[str]) -> None:
    """Give the tokens of some texts, and no others, a number of the token's slot."""
    table[:, place] = 0
    for text in texts:
        (token,) = tokenizer(text, add_special_tokens=False)["input_ids"]
        table[token, place] = 4 * SPREAD


class Head:
    """One attention head whose weights are set by what it looks for, what it looks at and what it takes where.

    Args:
        attention: the layer's.
        number: which of its heads.
    """

    def __init__(self, attention: torch.nn.Module, number: int) -> None:
        rows = slice(number * SLOT, (number + 1) * SLOT)
        self.query, self.key, self.value = (
            getattr(attention, name).weight[rows] for name in ("q_proj", "k_proj", "v_proj")
        )
        self.output = attention.o_proj.weight[:, rows]
        for matrix in (self.query, self.key, self.value, self.output):
            matrix.zero_()

    def take(self, sources: Sequence[tuple[slice, float]], target: slice, gain: float) -> None:
        """What it copies: a weighted sum of slots, into which slot, and how large."""
        for source, weight in sources:
            self.value[:, source] += weight * math.sqrt(gain) * torch.eye(SLOT)
        self.output[target] = math.sqrt(gain) * torch.eye(SLOT)

    def match(self, wanted: slice, offered: slice, chance: torch.Generator) -> None:
        """It looks for tokens whose slot `offered` is like its own slot `wanted`."""
        places = [*STEADY, *(pair + SLOT // 2 for pair in STEADY)]
        projection = torch.empty(len(places), ASKS)
        torch.nn.init.orthogonal_(projection, generator=chance)
        for matrix, slot in ((self.query, wanted), (self.key, offered)):
            block = torch.zeros(SLOT, SLOT)
            block[places, :ASKS] = projection
            matrix[:, slot] = block

    def step_back(self, distance: int, turns: Tensor) -> None:
        """It looks at the token that stands so many places before it."""
        self.query[:, ALWAYS] = _turned(NEXT_TO, turns, distance)
        self.key[:, ALWAYS] = _turned(NEXT_TO, turns)


def _turned(shares: Mapping[int, float], turns: Tensor, distance: int = 0) -> Tensor:
    """A query's direction that best matches the unturned one so many places before, shape (SLOT,)."""
    found = torch.zeros(SLOT)
    for pair, share in shares.items():
        angle = -distance * turns[pair]
        found[pair], found[pair + SLOT // 2] = math.sqrt(share) * angle.cos(), math.sqrt(share) * angle.sin()
    return found


def _aside() -> Tensor:
    """A direction that matches none of the others, shape (SLOT,)."""
    found = torch.zeros(SLOT)
    found[SLOT - 1] = 1.0
    return found


def _set_heads(model: Qwen3ForCausalLM, chance: torch.Generator) -> None:
    layers = [layer.self_attn for layer in model.model.layers]
    turns = model.model.rotary_emb.inv_freq
    before = Head(layers[0], 0)
    before.step_back(1, turns)
    before.take([(TOKEN, 1.0)], BEFORE, SPREAD / 2)
    _go_to_line(Head(layers[1], 0), turns)
    same, following, cleared = (Head(layers[2], k) for k in range(3))
    same.match(TOKEN, TOKEN, chance)
    same.take([(LINE, 1.0)], FOUND, SPREAD)
    following.match(TOKEN, BEFORE, chance)
    following.take([(TOKEN, 1.0)], BEFORE, SPREAD)
    cleared.step_back(0, turns)
    cleared.take([(BEFORE, -1.0)], BEFORE, SPREAD)
    _gather(Head(layers[3], 0), turns)
    itself = Head(layers[-1], 0)
    itself.step_back(0, turns)
    itself.take([(BEFORE, 2.0), (TOKEN, -0.9)], TOKEN, SPREAD)


def _go_to_line(head: Head, turns: Tensor) -> None:
    """Every token goes to the first token of its line, behind the dash of a list."""
    head.query[:, ALWAYS] = head.key[:, BEFORE.start + BREAKS] = _turned(NEAREST, turns)
    head.key[:, ALWAYS] = _aside()
    head.take([(TOKEN, 1.0)], LINE, SPREAD / math.sqrt(2))


def _gather(head: Head, turns: Tensor) -> None:
    """Where labels are to be named, what was found for the post is gathered; elsewhere hardly anything."""
    head.query[:, ASKS] = _turned(AROUND, turns, POST_BEFORE)
    head.query[:, ALWAYS] = _aside()
    head.key[:, ALWAYS] = _turned(AROUND, turns)
    head.take([(FOUND, GATHERED), (LINE, -GATHERED)], BEFORE, SPREAD)


def embeddings(tokens: list[str], width: int, chance: torch.Generator) -> Tensor:
    """One row a token, shape (tokens, width)."""
    found = torch.zeros(len(tokens), width)
    vectors: dict[tuple[str, str], Tensor] = {}

    def vector(kind: str, feature: str) -> Tensor:
        if (kind, feature) not in vectors:
            vectors[kind, feature] = torch.randn(width, generator=chance)
        return vectors[kind, feature]

    for k, token in enumerate(tokens):
        found[k] = OWN * vector("own", token.strip(" ").lower() or token)
        for form in forms(token):
            found[k] += FORM * vector("form", form)
        parts = letters(token)
        if parts:
            found[k] += ALIKE / math.sqrt(len(parts)) * torch.stack([vector("part", part) for part in parts]).sum(0)
    return SPREAD * found


def forms(token: str) -> list[str]:
    """Whether a token begins with a space or with a capital letter."""
    return ["space"] * token.startswith(" ") + ["capital"] * token.strip()[:1].isupper()


def letters(token: str) -> list[str]:
    """What tokens may have in common: characters of Chinese, stretches of three letters of other words."""
    word = token.strip().lower()
    if not word.isalnum():
        return []
    if not word.isascii():
        return list(word)
    edged = f"^{word}$"
    return [edged, *(edged[k : k + 3] for k in range(len(edged) - 2))]
