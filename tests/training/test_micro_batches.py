"""No micro-batch that comes puts more through the model than was foretold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.training.memory import Load
from labkit.training.micro_batches import MicroBatches

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.training


def behind(prefix: int, first: int, *own: int) -> list[list[int]]:
    """Rows that share a prefix of a token's own kind, each going on with tokens that no other has."""
    return [[first] * prefix + [first * 10_000 + 100 * row] * count for row, count in enumerate(own, start=1)]


def test_a_prefix_counts_once_and_its_keys_for_each_row():
    batches = MicroBatches(behind(80, 1, 20, 10, 15, 20), grouped=2)
    assert batches.heaviest(2) == (0, 3)
    assert batches.load(2) == Load(80 + 20 + 20, 2 * 100)
    assert batches.load(4) == Load(80 + 65, 4 * 100)
    assert batches.mean_tokens(4) == 80 + 65
    assert batches.mean_tokens(2) == 80 + 65 / 2


def test_without_a_prefix_rows_are_padded_to_the_longest():
    rows = behind(80, 1, 20, 10, 15, 20)
    plain = MicroBatches(rows, grouped=2, shares=False)
    assert (plain.heaviest(2), plain.load(2)) == ((0, 3), Load(200))
    assert plain.mean_tokens(2) == sum(map(len, rows)) / 2
    apart = [[row] * 50 for row in range(1, 5)]
    assert MicroBatches(apart, grouped=2).load(2) == Load(100)
    assert MicroBatches(rows, grouped=1).load(1) == Load(100)


def test_rows_left_over_from_several_subtasks_share_nothing():
    rows = behind(80, 1, 20, 20, 20) + behind(40, 2, 90, 60, 60)
    whole, left = MicroBatches(rows[:2] + rows[3:5], grouped=2), MicroBatches(rows, grouped=2)
    assert (whole.heaviest(2), whole.load(2)) == ((2, 3), Load(40 + 90 + 60, 2 * 130))
    assert left.load(2) == Load(2 * 130)
    assert [row // 3 for row in left.heaviest(2)] == [1, 0]
    assert [row // 3 for row in left.heaviest_sharing(2)] == [1, 1]
    assert MicroBatches(rows, grouped=2, shares=False).heaviest_sharing(2) == ()
    alone = MicroBatches(behind(80, 1, 20, 20, 25) + behind(40, 2, 10, 10), grouped=2)
    assert alone.load(2) == Load(80 + 25 + 20, 2 * 105)  # what is left is one row


def laid_out(rows: list[list[int]]) -> int:
    """Tokens that such a micro-batch really puts through the layers; its last three tokens carry loss."""
    from labkit.training.packed_rows import pack

    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    places = torch.arange(width)[None] >= mask.sum(1, keepdim=True) - 3
    return int(
        pack({"input_ids": ids, "attention_mask": mask, "labels": ids.where(places & mask.bool(), -100)})[
            "input_ids"
        ].numel()
    )


subtasks = st.lists(
    st.tuples(st.integers(0, 60), st.lists(st.integers(4, 30), min_size=1, max_size=9)), min_size=1, max_size=3
)


@given(subtasks, st.sampled_from([1, 2, 3, 4, 6]), st.sampled_from([1, 2]))
def test_no_micro_batch_is_heavier_than_the_heaviest(parts: list[Any], at_once: int, further: int):
    """Also where a training goes on with fewer rows at once than it began with."""
    from labkit.training.packed_rows import WORTH
    from labkit.training.prefix_groups import PrefixSampler, group_rows

    rows = [row for first, (prefix, own) in enumerate(parts, start=1) for row in behind(prefix, first, *own)]
    grouped = at_once * further
    batches, groups = MicroBatches(rows, grouped), group_rows(rows, grouped)
    ordered = groups.saved >= WORTH and len(groups.rows) > 1 and grouped > 1  # as the trainer decides
    for epoch in range(3):
        order = list(torch.randperm(len(rows), generator=torch.Generator().manual_seed(epoch)))
        if ordered:
            sampler = PrefixSampler(groups, grouped, seed=1)
            sampler.set_epoch(epoch)
            order = list(sampler)
        for k in range(0, len(rows), at_once):
            assert laid_out([rows[row] for row in order[k : k + at_once]]) <= batches.load(at_once).tokens
