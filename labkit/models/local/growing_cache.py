"""Keys and values that grow in place: transformers' own cache copies all of them at every token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer

_ROOM = 64  # columns taken at once


def growing_cache() -> Cache:
    """An empty cache of a model's rows."""
    return Cache(layer_class_to_replicate=GrowingLayer)


def joined(caches: Sequence[Cache]) -> Cache:
    """One cache of the rows of several, whose last tokens stand in the same column.

    Args:
        caches: growing ones of one model; they are empty afterwards, so that nothing is held twice.
    """
    found = growing_cache()
    found.layers.extend(GrowingLayer.of(layers) for layers in zip(*(cache.layers for cache in caches), strict=True))
    return found


class GrowingLayer(DynamicLayer):
    """One layer's keys and values, in a block with room for the tokens that follow.

    `keys` and `values` are what of the block is written so far.
    """

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Make ready for states of this kind."""
        super().lazy_initialization(key_states, value_states)
        rows, heads, _, size = key_states.shape
        self._block = key_states.new_empty(2, rows, heads, 0, size)

    @classmethod
    def of(cls, parts: Sequence[Any]) -> GrowingLayer:
        """A layer of the rows of several, which hand over what they hold."""
        width, rows = max(part.get_seq_length() for part in parts), sum(part.keys.shape[0] for part in parts)
        layer, first = cls(), parts[0]
        layer.lazy_initialization(first.keys, first.values)
        layer._block = first._block.new_empty(2, rows, first.keys.shape[1], width + _ROOM, first.keys.shape[3])
        layer._show(width)
        start = 0
        for part in parts:
            end, before = start + part.keys.shape[0], width - part.get_seq_length()
            layer._block[:, start:end, :, :before] = 0  # nobody looks there, yet what is no number would spread
            layer._block[:, start:end, :, before:width] = part._block[:, :, :, : part.get_seq_length()]
            part._let_go()
            start = end
        return layer

    def update(self, key_states: Tensor, value_states: Tensor, *_args: Any, **_kwargs: Any) -> tuple[Tensor, Tensor]:
        """Write what some new tokens have, shape (rows, heads, tokens, head size), behind the rest.

        Returns:
            The keys and the values of all tokens so far.
        """
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        before = self.get_seq_length()
        after = before + key_states.shape[-2]
        self._make_room(before, after)
        self._block[0, :, :, before:after], self._block[1, :, :, before:after] = key_states, value_states
        self._show(after)
        return self.keys, self.values

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep some of the rows only; just those that change their place are copied."""
        places = torch.arange(len(indices), device=indices.device)
        moved = indices != places
        self._block[:, places[moved]] = self._block[:, indices[moved]]
        self._block = self._block[:, : len(indices)]
        self._show(self.get_seq_length())

    def _make_room(self, written: int, needed: int) -> None:
        if needed <= self._block.shape[3]:
            return
        parts, rows, heads, _, size = self._block.shape
        room = _ROOM if written else 0  # rows that read their prompts apart are joined before they go on
        larger = self._block.new_empty(parts, rows, heads, needed + room, size)
        larger[:, :, :, :written] = self._block[:, :, :, :written]
        self._block = larger

    def _let_go(self) -> None:
        self._block = self._block[:, :0].clone()
        self._show(0)

    def _show(self, written: int) -> None:
        self.keys, self.values = (part[:, :, :written] for part in self._block)
