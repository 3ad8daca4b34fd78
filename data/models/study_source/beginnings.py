"""Where training begins: not from noise alone, but from what reading a prompt will need in any case.

Tokens begin with embeddings that are alike where their letters are alike, so `cancel` and ` Cancelled`, 退款 and 退货
resemble each other before anything is learnt (the idea of fastText's subwords, Bojanowski et al. 2017). In half of the
heads keys begin equal to queries, and outputs as the transpose of values: such a head looks for tokens like its own and
copies them (mimetic initialisation, Trockman and Kolter 2023). Both are only a beginning; every weight is trained.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from transformers import Qwen3ForCausalLM

SPREAD = 0.06  # of an embedding's entries: wide next to a step of learning, which would else wipe the letters out
ALIKE, OWN, FORM = 0.75, 0.55, 0.35  # shares of letters, of chance, of a space or a capital letter


@torch.no_grad()
def begin(model: Qwen3ForCausalLM, tokenizer: Any, seed: int) -> None:
    """Set the weights that training begins with.

    Args:
        model: the network; changed in place.
        tokenizer: says which letters a token has.
        seed: fixes all chance.
    """
    chance = torch.Generator().manual_seed(seed)
    table = model.model.embed_tokens.weight
    table.copy_(embeddings([tokenizer.decode([k]) for k in range(len(table))], table.shape[1], chance))
    for layer in model.model.layers:
        attention = layer.self_attn
        half = attention.q_proj.weight.shape[0] // 2
        attention.k_proj.weight[:half] = attention.q_proj.weight[:half]
        attention.o_proj.weight[:, :half] = attention.v_proj.weight[:half].T


def embeddings(tokens: list[str], width: int, chance: torch.Generator) -> Tensor:
    """One row a token, shape (tokens, width)."""
    found = OWN * torch.randn(len(tokens), width, generator=chance)
    vectors: dict[str, Tensor] = {}

    def vector(feature: str) -> Tensor:
        if feature not in vectors:
            vectors[feature] = torch.randn(width, generator=chance)
        return vectors[feature]

    for k, token in enumerate(tokens):
        for form in forms(token):
            found[k] += FORM * vector(form)
        parts = letters(token)
        if parts:
            found[k] += ALIKE / math.sqrt(len(parts)) * torch.stack([vector(part) for part in parts]).sum(0)
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
