"""Attention of many rows to ONE copy of a long prefix: its keys and values are read, never copied into a row.

A row's queries see two stretches: the prefix, the same for all rows, and the row's own tokens. What is seen of the
prefix is computed apart; in the row's softmax the prefix then counts like one token whose score is the logarithm of its
tokens' summed exponentials. So the result is that of plain attention over prefix and row (Dao et al. 2022,
FlashAttention, arXiv:2205.14135, joins blocks of keys in the same way). Prompt caches that transformers can copy per
row reach half the speed: the copies have to be read again at every token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


@contextmanager
def rows_sharing(model: Any) -> Iterator[None]:
    """As `let_rows_share`, for a while: a model in training answers as it will be served, and trains on as before."""
    before = model.config._attn_implementation
    let_rows_share(model)
    try:
        yield
    finally:
        model.set_attn_implementation(before)


def attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    shared_prefix: PrefixStates | None = None,
    wanted_steps: Tensor | None = None,
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
        wanted_steps: handed through likewise: steps whose logits are wanted. What comes of the others in the last
            layer is never looked at, so they get zeros there.
        others: what else the layer says.

    Returns:
        Shape (rows, steps, heads, head size), and no weights.
    """
    if shared_prefix is None:
        from transformers.integrations.sdpa_attention import sdpa_attention_forward

        out, _ = sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **others)
        return out, None
    factor = query.shape[-1] ** -0.5 if scaling is None else scaling
    prefix, own = shared_prefix.layers[module.layer_idx], (key, value)
    if wanted_steps is None or module.layer_idx + 1 < len(shared_prefix.layers):
        return _attend_both(query * factor, prefix, own, attention_mask), None
    seen = query.new_zeros(query.transpose(1, 2).shape)
    mask = None if attention_mask is None else attention_mask[:, :, wanted_steps]
    seen[:, wanted_steps] = _attend_both(query[:, :, wanted_steps] * factor, prefix, own, mask)
    return seen, None


def _attend_both(
    query: Tensor, prefix: tuple[Tensor, Tensor], own: tuple[Tensor, Tensor], mask: Tensor | None
) -> Tensor:
    """The queries of one key-value head are multiplied in one product, whatever row, head or step they come from."""
    import torch

    rows, heads, steps, size = query.shape
    kv = own[0].shape[1]
    by_head = query.reshape(rows, kv, -1, size)  # (rows, kv, heads of it × steps, size)
    scores = (by_head @ own[0].transpose(2, 3)).view(rows, kv, heads // kv, steps, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask[:, :, None], torch.finfo(scores.dtype).min)
    scores = scores.reshape(rows, kv, -1, scores.shape[-1])
    if not prefix[0].shape[1]:
        out = scores.softmax(-1, dtype=torch.float32).to(query.dtype) @ own[1]
    else:
        there, weight = (_scatter(part, rows) for part in _attend_to_prefix(_gather(by_head), *prefix))
        share = torch.cat([scores.float(), weight], dim=-1).softmax(-1)
        out = share[..., :-1].to(query.dtype) @ own[1] + share[..., -1:].to(query.dtype) * there
    return out.reshape(rows, heads, steps, size).transpose(1, 2).contiguous()


def _attend_to_prefix(query: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """What queries see of the prefix alone, and the score that one token would need to weigh as much as all of it.

    Args:
        query: shape (key-value heads, queries, head size), scaled.
        keys: shape (key-value heads, tokens, head size).
        values: likewise.

    Returns:
        Shapes (key-value heads, queries, head size) and (key-value heads, queries, 1), the second in fp32.
    """
    import torch

    if query.device.type == "cpu":  # never writes the scores down: three times as fast at 1,900 tokens
        flash = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu  # PyTorch's SDPA keeps the weight to itself
        out, weight = flash(query[None], keys[None], values[None], scale=1.0)
        return out[0], weight.reshape(*query.shape[:2], 1).float()
    scores = (query @ keys.transpose(1, 2)).float()
    weight = scores.logsumexp(-1, keepdim=True)
    return (scores - weight).exp().to(query.dtype) @ values, weight


def _gather(of_rows: Tensor) -> Tensor:
    """(rows, kv, queries, n) as (kv, rows × queries, n)."""
    rows, kv, queries, n = of_rows.shape
    return of_rows.transpose(0, 1).reshape(kv, rows * queries, n)


def _scatter(of_heads: Tensor, rows: int) -> Tensor:
    """(kv, rows × queries, n) as (rows, kv, queries, n)."""
    kv, queries, n = of_heads.shape
    return of_heads.reshape(kv, rows, queries // rows, n).transpose(0, 1)
