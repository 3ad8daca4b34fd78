"""The study model's network, and the pass that trains it: rows of a pack read one copy of their system message.

The pass computes what transformers' own Qwen3 does with every prompt whole (a test compares them) for a fraction of the
work, since a system message of hundreds of tokens goes through the layers once for all its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention.flex_attention import BlockMask, create_block_mask, flex_attention
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from study_source.batches import Batch
from study_source.beginnings import begin
from study_source.tokens import VOCABULARY


def new_model(tokenizer: PreTrainedTokenizerFast, seed: int) -> Qwen3ForCausalLM:
    """A Qwen3 that knows nothing yet; every width suits 4-bit blocks of 64."""
    torch.manual_seed(seed)
    config = Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=8,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=64,
        max_position_embeddings=4096,
        rope_parameters={"rope_type": "default", "rope_theta": 1e12},
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = Qwen3ForCausalLM(config)
    begin(model, tokenizer, seed)
    return model


def loss_of(model: Qwen3ForCausalLM, batch: Batch) -> tuple[Tensor, Tensor]:
    """Cross-entropy of every learnt token of a batch, and whether it was foretold rightly, shape (learnt tokens,)."""
    learnt = (batch.learnt.flatten() > 0).nonzero().squeeze(1)
    logits = model.lm_head(hidden_states(model, batch).flatten(0, 1)[learnt - 1]).float()
    wanted = batch.ids.flatten()[learnt].long()
    return functional.cross_entropy(logits, wanted, reduction="none"), logits.argmax(-1) == wanted


def hidden_states(model: Qwen3ForCausalLM, batch: Batch) -> Tensor:
    """Last hidden states, shape (sequences, length, hidden size)."""
    hidden = functional.embedding(batch.ids, model.model.embed_tokens.weight)
    turn = model.model.rotary_emb(hidden, batch.places)
    mask = _blocks(batch) if hidden.is_cuda else _dense(batch)
    layer = _compiled(_layer) if hidden.is_cuda else _layer
    for module in model.model.layers:
        hidden = layer(hidden, turn, mask, Weights.of(module))
    return _normed(hidden, model.model.norm.weight)


class Weights(NamedTuple):
    """The parameters of one layer."""

    before: Tensor
    query: Tensor
    key: Tensor
    value: Tensor
    query_norm: Tensor
    key_norm: Tensor
    output: Tensor
    after: Tensor
    gate: Tensor
    up: Tensor
    down: Tensor

    @classmethod
    def of(cls, layer: torch.nn.Module) -> Weights:
        """Those of a layer of transformers' Qwen3."""
        attention, mlp = layer.self_attn, layer.mlp
        matrices = (attention.q_proj, attention.k_proj, attention.v_proj, attention.q_norm, attention.k_norm)
        first = (layer.input_layernorm, *matrices, attention.o_proj, layer.post_attention_layernorm)
        return cls(*(part.weight for part in (*first, mlp.gate_proj, mlp.up_proj, mlp.down_proj)))


def _layer(hidden: Tensor, turn: tuple[Tensor, Tensor], mask: Tensor | BlockMask, weights: Weights) -> Tensor:
    normed = _normed(hidden, weights.before)
    value = _heads(normed, weights.value)
    query = _turned(_normed(_heads(normed, weights.query), weights.query_norm), turn).to(value.dtype)
    key = _turned(_normed(_heads(normed, weights.key), weights.key_norm), turn).to(value.dtype)
    read = _attended(query, key, value, mask).transpose(1, 2).flatten(2)
    hidden = hidden + functional.linear(read, weights.output)
    normed = _normed(hidden, weights.after)
    gated = functional.silu(functional.linear(normed, weights.gate)) * functional.linear(normed, weights.up)
    return hidden + functional.linear(gated, weights.down)


def _heads(hidden: Tensor, matrix: Tensor) -> Tensor:
    """Shape (sequences, heads, length, 64)."""
    return functional.linear(hidden, matrix).unflatten(-1, (-1, 64)).transpose(1, 2)


def _normed(hidden: Tensor, weight: Tensor) -> Tensor:
    return functional.rms_norm(hidden, (hidden.shape[-1],), weight, 1e-6)


def _turned(heads: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions, as transformers lays them out."""
    cos, sin = (part[:, None] for part in turn)
    left, right = heads.chunk(2, -1)
    return heads * cos + torch.cat([-right, left], -1) * sin


def _attended(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | BlockMask) -> Tensor:
    if isinstance(mask, Tensor):
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return flex_attention(query, key, value, block_mask=mask)


def _dense(batch: Batch) -> Tensor:
    """Which token may look at which, shape (sequences, 1, length, length)."""
    sequences, length = batch.ids.shape
    number, place = torch.arange(sequences)[:, None, None], torch.arange(length)
    return batch.rule()(number, number, place[:, None], place[None])[:, None]


def _blocks(batch: Batch) -> BlockMask:
    """The same rule block by block, for a GPU."""
    sequences, length = batch.ids.shape
    return _compiled(create_block_mask)(batch.rule(), sequences, None, length, length, device=batch.ids.device)


@cache
def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return torch.compile(function, dynamic=False)
