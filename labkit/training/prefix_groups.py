"""Which rows begin alike, and an order of rows in which they meet in micro-batches of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import torch
from torch.utils.data import Sampler

T = TypeVar("T")
_TOLD = 20  # groups in an event
_CLEARLY = 0.9  # two neighbours that share less than this of what others share have different prefixes


@dataclass(frozen=True, slots=True)
class PrefixGroups:
    """Rows by the prefix that they share.

    Args:
        rows: for each group the numbers of its rows.
        prefixes: for each group how many tokens all of its rows begin with.
        saved: of all tokens of the rows, the share that need not be computed (0 to 1).
    """

    rows: tuple[tuple[int, ...], ...]
    prefixes: tuple[int, ...]
    saved: float

    def to_json(self) -> dict[str, Any]:
        """The largest groups as an event tells them: how many rows, and how many tokens these share."""
        sizes = sorted(((len(group), shared) for group, shared in zip(self.rows, self.prefixes, strict=True)))[::-1]
        told = [{"rows": rows, "prefix": shared} for rows, shared in sizes if rows > 1 and shared]
        return {"groups": told[:_TOLD], "saved": round(self.saved, 3)}


def group_rows(rows: Iterable[Sequence[int]], batch: int) -> PrefixGroups:
    """Group rows so that a micro-batch of one group shares as long a prefix as it can.

    In lexicographic order rows with the same beginning are neighbours; between two groups, neighbours share clearly
    less than either shares with a whole micro-batch of rows around it.

    Args:
        rows: each row's tokens.
        batch: rows of a micro-batch.
    """
    tokens = [np.asarray(row, dtype=np.int32) for row in rows]
    order = sorted(range(len(tokens)), key=lambda k: tokens[k].tobytes())
    shared = np.array([_common(tokens[a], tokens[b]) for a, b in pairwise(order)], dtype=np.int64)
    around = _shared_by_batch(shared, batch)
    cuts = np.flatnonzero(shared < _CLEARLY * np.maximum(around[:-1], around[1:])) + 1
    parts = [part for part in np.split(np.array(order, dtype=np.int64), cuts) if len(part)]
    prefixes = [_prefix(part, tokens) for part in parts]
    saved = sum(length * (len(part) - -(-len(part) // batch)) for part, length in zip(parts, prefixes, strict=True))
    return PrefixGroups(
        tuple(tuple(part.tolist()) for part in parts), tuple(prefixes), saved / max(1, sum(map(len, tokens)))
    )


class PrefixSampler(Sampler[int]):
    """All rows in an order drawn anew for each epoch: micro-batches of one group each, then what is left of the groups.

    Args:
        groups: the rows.
        batch: rows of a micro-batch.
        seed: with the epoch it decides the order, so that a resumed training sees the same.
    """

    def __init__(self, groups: PrefixGroups, batch: int, seed: int) -> None:
        self._groups, self._batch, self._seed = groups, batch, seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called by accelerate before each epoch."""
        self._epoch = epoch

    def __len__(self) -> int:
        return sum(map(len, self._groups.rows))

    def __iter__(self) -> Iterator[int]:
        draw = torch.Generator().manual_seed(self._seed + self._epoch)
        batches: list[Sequence[int]] = []
        left: list[int] = []
        for group in self._groups.rows:
            cut = _cut(_shuffled(group, draw), self._batch)
            batches += [rows for rows in cut if len(rows) == self._batch]
            left += [row for rows in cut if len(rows) < self._batch for row in rows]
        mixed = _cut(left, self._batch)
        last = [mixed.pop()] if mixed and len(mixed[-1]) < self._batch else []  # a short one elsewhere would shift all
        for rows in (*_shuffled(batches + mixed, draw), *last):
            yield from rows


def _cut(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[k : k + size] for k in range(0, len(items), size)]


def _shuffled(items: Sequence[T], draw: torch.Generator) -> list[T]:
    return [items[k] for k in torch.randperm(len(items), generator=draw).tolist()]


def _common(one: np.ndarray, other: np.ndarray) -> int:
    """How many tokens both begin with."""
    shorter = min(len(one), len(other))
    differing = np.flatnonzero(one[:shorter] != other[:shorter])
    return int(differing[0]) if len(differing) else shorter


def _prefix(part: np.ndarray, tokens: Sequence[np.ndarray]) -> int:
    """What all rows of a sorted part share is what its first and last share."""
    return _common(tokens[part[0]], tokens[part[-1]])


def _shared_by_batch(shared: np.ndarray, batch: int) -> np.ndarray:
    """For each sorted row the longest prefix that some micro-batch of neighbours around it shares."""
    width = min(max(1, batch - 1), len(shared))
    if not width:
        return np.zeros(len(shared) + 1, dtype=np.int64)
    of_batch = np.lib.stride_tricks.sliding_window_view(shared, width).min(axis=1)
    padded = np.pad(of_batch, width)
    best: np.ndarray = np.lib.stride_tricks.sliding_window_view(padded, width + 1).max(axis=1)
    return best
