"""The long beginning that the prompts of a run share: computed once, kept while prompts begin with it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from labkit.models.local.attention import PrefixStates

Ids = Sequence[int]
_KEPT = 8  # prefixes at once: one per subtask and prompt; each holds a few dozen MB in a model of 7 B parameters


@dataclass(frozen=True, slots=True)
class Prefix:
    """The tokens that rows begin with, and what the model keeps of them.

    Args:
        ids: the tokens.
        states: their keys and values.
    """

    ids: tuple[int, ...]
    states: PrefixStates

    def first(self, tokens: int) -> Prefix:
        """Its beginning."""
        return self if tokens == len(self.ids) else Prefix(self.ids[:tokens], self.states.first(tokens))


class Prefixes:
    """The prefixes of one loaded model.

    Args:
        model: a transformers model whose rows share prefixes (`attention.let_rows_share`).
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._kept: dict[Hashable, Prefix] = {}

    def of(self, rows: Sequence[Ids], conversation: Hashable) -> Prefix:
        """The prefix for prompts that are answered together.

        Args:
            rows: the prompts' tokens; the last token of each stays its own.
            conversation: what the prompts have in common, such as the system message; a prefix is kept for each.

        Returns:
            The kept prefix as far as the rows follow it; a new one where that leaves fewer tokens to compute.
        """
        most = min(map(len, rows)) - 1
        shared = common_length(rows[0][:most], *rows[1:])
        kept = self._kept.pop(conversation, None)
        usable = common_length(kept.ids, rows[0][:shared]) if kept else 0
        if kept and usable and usable >= shared * (1 - 1 / len(rows)):
            prefix = kept.first(usable)
        else:
            prefix = compute_prefix(self._model, rows[0][:shared])
        self._kept[conversation] = prefix
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]  # the one that was asked for longest ago
        return prefix


def common_length(first: Ids, *others: Ids) -> int:
    """How many tokens all begin with."""
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, zip(first, *others, strict=False)))


def compute_prefix(model: Any, ids: Ids) -> Prefix:
    """Keys and values of some tokens, by one pass through the model.

    Args:
        model: a transformers model.
        ids: the tokens; may be none.
    """
    import torch
    from transformers import DynamicCache

    cache = DynamicCache()
    some = torch.tensor([list(ids) or [0]], device=model.device)  # a pass over nothing is no pass
    with torch.inference_mode():
        model(input_ids=some, past_key_values=cache, use_cache=True, logits_to_keep=1)
    states = PrefixStates(tuple((layer.keys[0], layer.values[0]) for layer in cache.layers))
    return Prefix(tuple(ids), states.first(len(ids)))
