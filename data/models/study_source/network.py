"""The study model's network, and the pass that trains it: rows of a pack read one copy of their system message.

The pass computes what transformers' own Qwen3 does with every prompt whole (a test compares them) for a fraction of the
work, since a system message of hundreds of tokens goes through the layers once for all its rows.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from study_source.beginnings import begin
from study_source.stream import GRADED, Pack
from study_source.tokens import VOCABULARY


def new_model(tokenizer: PreTrainedTokenizerFast, seed: int) -> Qwen3ForCausalLM:
    """A Qwen3 that knows nothing yet; every width suits 4-bit blocks of 64."""
    torch.manual_seed(seed)
    config = Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=256,
        intermediate_size=384,
        num_hidden_layers=6,
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


def loss_of(model: Qwen3ForCausalLM, pack: Pack) -> tuple[Tensor, Tensor]:
    """Cross-entropy of every learnt token of a pack, and whether it was foretold rightly, shape (learnt tokens,)."""
    learnt = pack.learnt.flatten()[pack.real].nonzero().squeeze(1)
    logits = model.lm_head(hidden_states(model, pack)[len(pack.prefix) + learnt - 1])
    wanted = pack.rows.flatten()[pack.real][learnt]
    return functional.cross_entropy(logits, wanted, reduction="none"), logits.argmax(-1) == wanted


def rows_right(pack: Pack, right: Tensor) -> Tensor:
    """Rows whose every graded token was foretold rightly: greedy decoding gives just that answer, shape (rows,)."""
    wrong = torch.zeros_like(pack.learnt, dtype=torch.bool)
    wrong[pack.learnt > 0] = ~right
    return ~(wrong & (pack.learnt == GRADED)).any(1)


def hidden_states(model: Qwen3ForCausalLM, pack: Pack) -> Tensor:
    """Last hidden states of the prefix's tokens and then of the rows' without padding, shape (tokens, hidden size)."""
    width = pack.rows.shape[1]
    ids = torch.cat([pack.prefix, pack.rows.flatten()[pack.real]])
    positions = torch.cat([pack.places, pack.places[-1] + 1 + pack.real % width])
    hidden = functional.embedding(ids, model.model.embed_tokens.weight)
    turn = model.model.rotary_emb(hidden, positions[None])
    mask = torch.ones(width, len(pack.prefix) + width, dtype=torch.bool).tril(len(pack.prefix))
    for layer in model.model.layers:
        hidden = hidden + _attention(layer.self_attn, _normed(layer.input_layernorm, hidden), turn, pack, mask)
        normed, mlp = _normed(layer.post_attention_layernorm, hidden), layer.mlp
        hidden = hidden + mlp.down_proj(functional.silu(mlp.gate_proj(normed)) * mlp.up_proj(normed))
    return _normed(model.model.norm, hidden)


def _normed(norm: torch.nn.Module, hidden: Tensor) -> Tensor:
    return functional.rms_norm(hidden, (hidden.shape[-1],), norm.weight, norm.variance_epsilon)


def _attention(
    module: torch.nn.Module, hidden: Tensor, turn: tuple[Tensor, Tensor], pack: Pack, mask: Tensor
) -> Tensor:
    count, width = pack.rows.shape
    length, size = len(pack.prefix), module.head_dim
    query = _turned(_normed(module.q_norm, module.q_proj(hidden).view(len(hidden), -1, size)), turn)
    key = _turned(_normed(module.k_norm, module.k_proj(hidden).view(len(hidden), -1, size)), turn)
    value = module.v_proj(hidden).view(len(hidden), -1, size)
    first = [part[None, :length].transpose(1, 2) for part in (query, key, value)]
    later = [
        _laid_out(part[length:], pack).view(count, width, -1, size).transpose(1, 2) for part in (query, key, value)
    ]
    both = [torch.cat([a.expand(count, -1, -1, -1), b], 2) for a, b in zip(first[1:], later[1:], strict=True)]
    read = functional.scaled_dot_product_attention(*first, is_causal=True).transpose(1, 2).flatten(2)[0]
    asked = functional.scaled_dot_product_attention(later[0], *both, attn_mask=mask).transpose(1, 2)
    return module.o_proj(torch.cat([read, asked.reshape(count * width, -1)[pack.real]]))


def _laid_out(tokens: Tensor, pack: Pack) -> Tensor:
    """The rows' tokens with their padding."""
    return tokens.new_zeros(pack.rows.numel(), *tokens.shape[1:]).index_copy(0, pack.real, tokens)


def _turned(heads: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions, as transformers lays them out."""
    cos, sin = (part[0][:, None] for part in turn)
    left, right = heads.chunk(2, -1)
    return heads * cos + torch.cat([-right, left], -1) * sin
