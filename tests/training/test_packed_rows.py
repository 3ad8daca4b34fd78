"""Micro-batches laid out as one sequence; that training over them is exact is shown in test_shared_prefix."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.training
IGNORED = -100


def batch_of(rows: list[list[int]], learnt: int = 1) -> dict[str, Any]:
    """Rows padded on the right with 0; the last tokens of each carry loss."""
    import torch

    width = max(map(len, rows))
    labels = [[IGNORED] * (len(row) - learnt) + row[-learnt:] + [IGNORED] * (width - len(row)) for row in rows]
    return {
        "input_ids": torch.tensor([row + [0] * (width - len(row)) for row in rows]),
        "attention_mask": torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows]),
        "labels": torch.tensor(labels),
    }


def test_the_prefix_stands_once_and_each_row_goes_on_at_the_place_where_it_left_it():
    from labkit.training.packed_rows import pack

    batch = batch_of([[7, 8, 9, 1, 2, 3], [7, 8, 9, 4, 5], [7, 8, 9, 6, 1, 1, 2]])
    found = pack(dict(batch))
    assert found["input_ids"].tolist() == [[7, 8, 9, 1, 2, 3, 4, 5, 6, 1, 1, 2]]
    assert found["position_ids"].tolist() == [[0, 1, 2, 3, 4, 5, 3, 4, 3, 4, 5, 6]]
    assert found["own"].tolist() == [[True, True, True, False], [True, True, False, False], [True] * 4]
    assert found["input_ids"][found["counted"]].tolist() == [2, 4, 1]
    assert found["shift_labels"].tolist() == [[3, 5, 2]]
    assert found["attention_mask"] is batch["attention_mask"]


def test_rows_that_share_nothing_stay_as_they_are_and_only_their_learnt_tokens_are_scored():
    from labkit.training.packed_rows import pack, shares_prefix

    batch = batch_of([[1, 2, 3, 4], [5, 6, 7]])
    found = pack(dict(batch))
    assert not shares_prefix(batch)
    assert "own" not in found
    assert found["input_ids"] is batch["input_ids"]
    assert found["counted"].nonzero().tolist() == [[0, 2], [1, 1]]
    assert found["shift_labels"].tolist() == [[4, 7]]


def test_own_tokens_are_spread_over_rows_of_equal_width_and_gathered_again():
    import torch

    from labkit.training.packed_rows import OwnPlaces

    places = OwnPlaces.of(torch.tensor([[True, True, False], [True, True, True]]), prefix=2)
    heads = torch.arange(1.0, 21.0).view(1, 2, 5, 2)
    spread = places.spread(heads)
    assert spread.shape == (2, 2, 3, 2)
    assert spread[0, :, :2].equal(heads[0, :, :2])
    assert not spread[0, :, 2].any()
    assert spread[1].equal(heads[0, :, 2:])
    assert places.gather(spread).equal(heads.transpose(1, 2))
    assert places.sight()[0, 0].int().tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]


def test_padding_and_loss_end_the_prefix():
    import torch

    from labkit.training.packed_rows import shared_length

    ids = torch.full((4, 20), 7)
    all_seen, nothing_counted = torch.ones_like(ids), torch.zeros_like(ids, dtype=torch.bool)
    left_padded = all_seen.clone()
    left_padded[1, 0] = 0
    right_padded = all_seen.clone()
    right_padded[2, 12:] = 0
    counted = nothing_counted.clone()
    counted[3, 9] = True
    assert shared_length(ids, all_seen, nothing_counted) == 20
    assert shared_length(ids, left_padded, nothing_counted) == 0
    assert shared_length(ids, right_padded, nothing_counted) == 12
    assert shared_length(ids, all_seen, counted) == 9


def test_a_micro_batch_without_loss_takes_the_plain_path():
    import torch

    from labkit.training.packed_rows import pack

    ids = torch.full((2, 6), 7)
    batch = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": torch.full_like(ids, -100)}
    assert pack(batch) is batch
