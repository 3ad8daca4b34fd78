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
        caches: growing ones of one model.
    """
    found = growing_cache()
    for number, layers in enumerate(zip(*(cache.layers for cache in caches), strict=True)):
        width = max(layer.get_seq_length() for layer in layers)
        keys = torch.cat([_to_width(layer.keys, width) for layer in layers])
        values = torch.cat([_to_width(layer.values, width) for layer in layers])
        found.update(keys, values, number)
    return found


def _to_width(states: Tensor, width: int) -> Tensor:
    """Zeros before what shorter rows hold: nobody looks there, yet what is no number would spread."""
    return torch.nn.functional.pad(states, (0, 0, width - states.shape[2], 0))


class GrowingLayer(DynamicLayer):
    """One layer's keys and values, in a block with room for the tokens that follow.

    `keys` and `values` are what of the block is written so far.
    """

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Make ready for states of this kind."""
        super().lazy_initialization(key_states, value_states)
        rows, heads, _, size = key_states.shape
        self._block = key_states.new_empty(2, rows, heads, 0, size)

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
        larger = self._block.new_empty(parts, rows, heads, needed + _ROOM, size)
        larger[:, :, :, :written] = self._block[:, :, :, :written]
        self._block = larger

    def _show(self, written: int) -> None:
        self.keys, self.values = (part[:, :, :written] for part in self._block)
