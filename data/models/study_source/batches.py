"""Packs laid out in sequences of one length, and the rule of which token may look at which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from study_source.stream import GRADED, Pack

SYSTEM = 0  # the row number of a system message's tokens
NO_PACK = -1


@dataclass(frozen=True)
class Batch:
    """Packs in sequences; every field but `direct` has the shape (sequences, length).

    Args:
        ids: token ids.
        places: positions.
        packs: which pack a token belongs to, NO_PACK at the unused ends of sequences.
        rows: which row of the whole batch, from 1; SYSTEM for a system message.
        learnt: see `Pack`.
        direct: for each row from 1 whether it answers with labels alone, shape (rows,).
    """

    ids: Tensor
    places: Tensor
    packs: Tensor
    rows: Tensor
    learnt: Tensor
    direct: Tensor

    def to(self, device: str) -> Batch:
        """The same on another device."""
        return Batch(*(getattr(self, field.name).to(device, non_blocking=True) for field in fields(self)))

    def rule(self) -> Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]:
        """Whether a token may look at another: at an earlier one of its row or of its pack's system message.

        The signature is that of a mask of `flex_attention`: sequence, head, number of the token that looks, and of
        the one that it looks at.
        """
        packs, rows = self.packs, self.rows

        def visible(sequence: Tensor, _head: Tensor, query: Tensor, key: Tensor) -> Tensor:
            row = rows[sequence, key]
            same = packs[sequence, query] == packs[sequence, key]
            return same & (query >= key) & ((row == SYSTEM) | (row == rows[sequence, query]))

        return visible


def lay_out(packs: Iterable[Pack], sequences: int, length: int) -> Batch:
    """Fill sequences with packs, in their order, until one finds no room any more; that one is left out.

    Args:
        packs: none longer than a sequence; more are asked for as long as there is room.
        sequences: how many.
        length: tokens of each.
    """
    laid = torch.zeros(5, sequences, length, dtype=torch.int32)
    ids, places, owners, rows, learnt = laid.unbind()
    owners.fill_(NO_PACK)
    sequence, start, count, direct = 0, 0, 0, [False]
    for number, pack in enumerate(packs):
        if start + len(pack) > length:
            sequence, start = sequence + 1, 0
        if sequence == sequences:
            break
        for column in _columns(pack, number, count):
            laid[:, sequence, start : start + len(column[0])] = torch.tensor(column)
            start += len(column[0])
        direct += pack.direct
        count += len(pack.rows)
    return Batch(ids, places, owners, rows, learnt, torch.tensor(direct))


def _columns(pack: Pack, number: int, count: int) -> Iterator[list[list[int]]]:
    """The fields of the system message and of each row."""
    length = len(pack.prefix)
    yield [pack.prefix, pack.places, [number] * length, [SYSTEM] * length, [0] * length]
    first = pack.places[-1] + 1
    for k, (ids, learnt) in enumerate(zip(pack.rows, pack.learnt, strict=True), count + 1):
        places = list(range(first, first + len(ids)))
        yield [ids, places, [number] * len(ids), [k] * len(ids), learnt]


def rows_right(batch: Batch, right: Tensor) -> Tensor:
    """Rows whose every graded token was foretold rightly: greedy decoding gives just that answer, shape (rows,).

    Args:
        batch: the rows; the first place, which stands for no row, is always true.
        right: whether each learnt token was foretold rightly, in the batch's order.
    """
    learnt = batch.learnt.flatten()
    graded = learnt[learnt > 0] == GRADED
    rows = batch.rows.flatten()[learnt > 0]
    wrong = torch.zeros(len(batch.direct), device=right.device)
    return wrong.index_add(0, rows, (graded & ~right).float()) == 0
