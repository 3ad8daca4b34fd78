"""Attention of many rows to ONE copy of a long prefix: its keys and values are read, never copied into a row.

A row's queries see two stretches: the prefix, the same for all rows, and the row's own tokens. Scores to both are
computed apart, go through one softmax, and the two weighted sums of values are added; so the result is that of plain
attention over prefix and row. (Prompt caches that transformers can copy per row reach half the speed: the copies have
to be read again at every token.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

_NAME = "labkit_shared_prefix"
# Architectures whose attention is plain scaled dot products over all earlier tokens; each is tried in the tests
# against its own `generate`.
SHARING = frozenset(
    (
        *("ernie4_5", "gemma", "glm", "glm4", "granite", "hunyuan_v1_dense", "llama", "mistral", "mixtral", "olmo2"),
        *("phi3", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "seed_oss", "smollm3"),
    )
)
_LENGTH_DEPENDENT = ("dynamic", "longrope")  # rotary angles that change with the length of the whole sequence


@dataclass(frozen=True, slots=True)
class PrefixStates:
    """Keys and values of a prefix.

    Args:
        layers: for each layer keys and values, both of shape (key-value heads, tokens, head size).
    """

    layers: tuple[tuple[Tensor, Tensor], ...]

    def first(self, tokens: int) -> PrefixStates:
        """Those of the first so many tokens; in a causal model later tokens have no say in them."""
        return PrefixStates(tuple((keys[:, :tokens], values[:, :tokens]) for keys, values in self.layers))


def can_share(config: Mapping[str, Any]) -> bool:
    """Whether a model's rows can attend to one copy of a prefix.

    Args:
        config: its config.json.

    Returns:
        False for architectures with another attention (sliding windows, recurrent layers, capped scores, sinks) and
        for all that are not known; their rows are answered by transformers' own `generate`.
    """
    windows = config.get("sliding_window") if config.get("use_sliding_window", True) else None
    layers = set(config.get("layer_types") or ()) - {"full_attention"}
    rope = {**(config.get("rope_scaling") or {}), **(config.get("rope_parameters") or {})}
    turning = rope.get("rope_type", rope.get("type"))
    return config.get("model_type") in SHARING and not (windows or layers or turning in _LENGTH_DEPENDENT)


def let_rows_share(model: Any) -> None:
    """Route a model's attention through `attend`; without a prefix it computes what it did before.

    Args:
        model: a transformers model for which `can_share` holds.
    """
    from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    ALL_ATTENTION_FUNCTIONS.register(_NAME, attend)
    ALL_MASK_ATTENTION_FUNCTIONS.register(_NAME, sdpa_mask)
    model.set_attn_implementation(_NAME)


def attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    shared_prefix: PrefixStates | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """Scaled dot-product attention to a shared prefix and to the row's own tokens, as transformers calls it.

    Args:
        module: the attention layer.
        query: shape (rows, heads, steps, head size).
        key: those of the row's own tokens, shape (rows, key-value heads, own tokens, head size).
        value: likewise.
        attention_mask: true where a step may look, shape (rows, 1, steps, own tokens).
        scaling: factor of the scores.
        shared_prefix: handed through `model(…, shared_prefix=…)`; without it this is plain attention.
        others: what else the layer says.

    Returns:
        Shape (rows, steps, heads, head size), and no weights.
    """
    if shared_prefix is None:
        from transformers.integrations.sdpa_attention import sdpa_attention_forward

        out, _ = sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **others)
        return out, None
    factor = query.shape[-1] ** -0.5 if scaling is None else scaling
    return _attend_both(query * factor, shared_prefix.layers[module.layer_idx], (key, value), attention_mask), None


def _attend_both(
    query: Tensor, prefix: tuple[Tensor, Tensor], own: tuple[Tensor, Tensor], mask: Tensor | None
) -> Tensor:
    """The queries of one key-value head are multiplied in one product, whatever row, head or step they come from."""
    import torch

    rows, heads, steps, size = query.shape
    kv = own[0].shape[1]
    by_head = query.reshape(rows, kv, -1, size)  # (rows, kv, heads of it × steps, size)
    to_prefix = _gather(by_head) @ prefix[0].transpose(1, 2)
    to_own = (by_head @ own[0].transpose(2, 3)).view(rows, kv, heads // kv, steps, -1)
    if mask is not None:
        to_own = to_own.masked_fill(~mask[:, :, None], torch.finfo(to_own.dtype).min)
    length = to_prefix.shape[-1]
    scores = torch.cat([_scatter(to_prefix, rows), to_own.reshape(rows, kv, -1, to_own.shape[-1])], dim=-1)
    weights = scores.softmax(-1, dtype=torch.float32).to(query.dtype)
    out = _scatter(_gather(weights[..., :length]) @ prefix[1], rows) + weights[..., length:] @ own[1]
    return out.reshape(rows, heads, steps, size).transpose(1, 2).contiguous()


def _gather(of_rows: Tensor) -> Tensor:
    """(rows, kv, queries, n) as (kv, rows × queries, n)."""
    rows, kv, queries, n = of_rows.shape  # n is 0 where nothing is shared, so no size can be left to be worked out
    return of_rows.transpose(0, 1).reshape(kv, rows * queries, n)


def _scatter(of_heads: Tensor, rows: int) -> Tensor:
    """(kv, rows × queries, n) as (rows, kv, queries, n)."""
    kv, queries, n = of_heads.shape
    return of_heads.reshape(kv, rows, queries // rows, n).transpose(0, 1)
