"""A micro-batch as one sequence: the prefix that its rows share, then what is each row's own, without padding.

All layers see one sequence, so that each weight is read (and a 4-bit one unpacked) once and each kernel starts once.
Only attention tells the rows apart: the prefix reads itself; a row's own tokens read the prefix and themselves. These
are two calls of PyTorch's own attention, and neither computes what nobody may see. (One call with a mask over the
whole sequence would, and FlexAttention, which would not, has to be compiled first.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad, scaled_dot_product_attention
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

WORTH = 1 / 8  # of a batch's tokens must be saved, else rows are left as they are
_IGNORED = -100  # the label of a token without loss, as PyTorch's cross entropy has it
_NAME = "labkit_packed_rows"


def pack(inputs: dict[str, Any]) -> dict[str, Any]:
    """Lay the rows of a micro-batch behind one copy of the prefix that they share.

    Args:
        inputs: input_ids, attention_mask and labels, each of shape (rows, tokens); with anything else it stays so.

    Returns:
        input_ids and position_ids (1, tokens): the prefix, then each row's own tokens, their positions as they were;
        own (rows, tokens - prefix): which of the rows' own places hold a token. Where sharing does not pay, these three
        are left out and input_ids (rows, tokens) stay. In both cases counted, shaped as input_ids: where the next token
        carries loss; shift_labels (1, counted): those tokens; attention_mask as before, for TRL counts by it.
    """
    if set(inputs) != {"input_ids", "attention_mask", "labels"}:
        return inputs
    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    targets = pad(inputs["labels"][:, 1:], (0, 1), value=_IGNORED)
    counted = targets != _IGNORED
    if not counted.any():
        return inputs
    found = {"attention_mask": mask, "shift_labels": targets[counted][None]}
    length = shared_length(ids, mask, counted)
    if not length:
        return {**found, "input_ids": ids, "counted": counted}
    own = mask[:, length:].bool()
    places = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
    packed = {"input_ids": ids, "position_ids": places, "counted": counted}
    laid = {name: torch.cat([of[0, :length], of[:, length:][own]])[None] for name, of in packed.items()}
    return {**found, **laid, "own": own}


def shares_prefix(inputs: dict[str, Any]) -> bool:
    """Whether the rows of a micro-batch begin alike for so long that packing them pays by its tokens."""
    return "own" in pack(inputs)


def shared_length(ids: Tensor, mask: Tensor, counted: Tensor) -> int:
    """How many tokens the rows begin with alike, before any loss and without padding; 0 where sharing does not pay.

    Args:
        ids: tokens, shape (rows, tokens).
        mask: 0 for padding, same shape.
        counted: where the next token carries loss, same shape.
    """
    alike = (ids == ids[0]).all(0) & mask.bool().all(0) & ~counted.any(0)
    length = int(alike.long().cumprod(0).sum())
    return length if pays(len(ids), ids.shape[1], length) else 0


def pays(rows: int, width: int, shared: int) -> bool:
    """Whether rows are packed.

    Args:
        rows: of a micro-batch.
        width: tokens of the longest of them.
        shared: tokens that all of them begin with.
    """
    return (rows - 1) * shared >= WORTH * rows * width


def take_packed_rows(model: Any) -> None:
    """Teach a model to take what `pack` returns; called otherwise, it does what it did.

    Args:
        model: a transformers model with PyTorch's attention; the `forward` of its layers below the LM head is replaced
            on this object.
    """
    ALL_ATTENTION_FUNCTIONS.register(_NAME, attend)
    ALL_MASK_ATTENTION_FUNCTIONS.register(_NAME, sdpa_mask)
    model.set_attn_implementation(_NAME)
    backbone = model.base_model
    plain = backbone.forward

    @wraps(plain)
    def forward(*arguments: Any, counted: Tensor | None = None, own: Tensor | None = None, **named: Any) -> Any:
        if own is not None:
            rows = OwnPlaces.of(own, prefix=named["input_ids"].shape[1] - int(own.sum()))
            named.update(own_places=rows, attention_mask=rows.sight())
        found = plain(*arguments, **named)
        if counted is not None:
            found.last_hidden_state = found.last_hidden_state[counted][None]
        return found

    backbone.forward = forward


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """Where in a packed sequence the rows' own tokens stand.

    Args:
        prefix: tokens before them.
        rows: how many share the prefix.
        width: places of each row, those of the longest.
        taken: of all rows' places, one row after the other, those that hold a token, in the order of the sequence.
    """

    prefix: int
    rows: int
    width: int
    taken: Tensor

    @classmethod
    def of(cls, own: Tensor, prefix: int) -> OwnPlaces:
        """From which places hold a token, shape (rows, width)."""
        return cls(prefix, len(own), own.shape[1], own.flatten().nonzero().squeeze(1))

    def sight(self) -> Tensor:
        """What a row's own tokens may look at: prefix and own places up to theirs, (1, 1, width, prefix + width)."""
        shape = (1, 1, self.width, self.prefix + self.width)
        return torch.ones(shape, dtype=torch.bool, device=self.taken.device).tril(self.prefix)

    def spread(self, heads: Tensor) -> Tensor:
        """The sequence's own tokens (1, heads, tokens, size) as rows of equal width (rows, heads, width, size)."""
        _, count, _, size = heads.shape
        room = heads.new_zeros(count, self.rows * self.width, size).index_copy(1, self.taken, heads[0])
        return room.view(count, self.rows, self.width, size).transpose(0, 1)

    def gather(self, rows: Tensor) -> Tensor:
        """And back: (rows, heads, width, size) as (1, tokens, heads, size)."""
        return rows.transpose(1, 2).flatten(0, 1).index_select(0, self.taken)[None]


def attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    own_places: OwnPlaces | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """Attention over packed rows, as transformers calls it; over rows that are not packed, its own.

    Args:
        module: the attention layer.
        query: shape (1, heads, tokens, size).
        key: shape (1, key-value heads, tokens, size).
        value: likewise.
        attention_mask: `OwnPlaces.sight`.
        scaling: factor of the scores.
        own_places: handed through `model(…, own_places=…)`.
        others: what else the layer says.

    Returns:
        Shape (1, tokens, heads, size), and no weights.
    """
    if own_places is None or attention_mask is None:
        out, _ = sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **others)
        return out, None
    length, heads, kv = own_places.prefix, query.shape[1], key.shape[1]
    first_query, first_key, first_value = (part[:, :, :length] for part in (query, key, value))
    of_prefix, _ = sdpa_attention_forward(
        module, first_query, first_key, first_value, None, scaling=scaling, is_causal=True
    )
    own = own_places.spread(torch.cat([part[:, :, length:] for part in (query, key, value)], dim=1))
    asking, own_key, own_value = own.split([heads, kv, kv], dim=1)
    of_own = scaled_dot_product_attention(
        asking.unflatten(1, (kv, -1)).flatten(2, 3),  # heads that share keys ask as one, so keys are not repeated
        _behind(first_key, own_key),
        _behind(first_value, own_value),
        attn_mask=attention_mask.repeat(1, 1, heads // kv, 1),
        scale=scaling,
    )
    of_own = of_own.unflatten(2, (heads // kv, -1)).flatten(1, 2)
    return torch.cat([of_prefix, own_places.gather(of_own)], dim=1), None


def _behind(prefix: Tensor, own: Tensor) -> Tensor:
    """Keys or values of each row, the prefix's before its own."""
    return torch.cat([prefix.expand(len(own), -1, -1, -1), own], dim=2)
