"""Rows dealt out to several processes: each gets as many micro-batches as the others, and no row counts twice.

What is left over at the end of an epoch rarely makes a micro-batch for every process. Accelerate fills it up with rows
from the beginning, which are then learnt twice; here blank rows fill it, in which no token counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accelerate.data_loader import SeedableRandomSampler
from datasets import Dataset, concatenate_datasets
from torch.utils.data import RandomSampler, Sampler

_IGNORED = -100  # the label of a token without loss, as PyTorch's cross entropy has it
_NOTHING_COUNTS = {"completion_mask": [0, 0], "labels": [_IGNORED, _IGNORED]}


def with_blank_rows(rows: Dataset, multiple: int) -> Dataset:
    """The rows, and behind them as many blank ones as make their number a multiple.

    Args:
        rows: as TRL made them: input_ids, and which of them count.
        multiple: rows that all processes compute at once.
    """
    missing = -len(rows) % multiple
    if not missing:
        return rows
    first = rows[0]
    blank = {**first, "input_ids": first["input_ids"][:2], **{k: v for k, v in _NOTHING_COUNTS.items() if k in first}}
    return concatenate_datasets([rows, Dataset.from_list([blank] * missing, features=rows.features)])


class EvenSampler(Sampler[int]):
    """The rows in the order that a single process would see, then the blank ones.

    Args:
        order: of the rows themselves.
        rows: how many these are.
        multiple: as for `with_blank_rows`.
        seed: of a random order; with the epoch it decides it in all processes alike.
    """

    def __init__(self, order: Any, rows: int, multiple: int, seed: int) -> None:
        plain = isinstance(order, RandomSampler) and not isinstance(order, SeedableRandomSampler)
        # what accelerate makes of a random order in a single process
        self._order = SeedableRandomSampler(order.data_source, data_seed=seed) if plain else order
        self._rows, self._all = rows, rows + -rows % multiple

    def set_epoch(self, epoch: int) -> None:
        """Called by accelerate before each epoch."""
        self._order.set_epoch(epoch)

    def __len__(self) -> int:
        return self._all

    def __iter__(self) -> Iterator[int]:
        yield from self._order
        yield from range(self._rows, self._all)
