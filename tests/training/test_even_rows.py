"""What fills up an epoch's last micro-batches teaches nothing, and changes nobody's order."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.training


@pytest.mark.parametrize(("rows", "multiple", "blank"), [(13, 4, 3), (12, 4, 0), (1, 8, 7)])
def test_blank_rows_stand_behind_the_others_and_count_nothing(rows: int, multiple: int, blank: int):
    from datasets import Dataset

    from labkit.training.even_rows import with_blank_rows

    lines = [{"input_ids": [k, 1, 2], "completion_mask": [0, 1, 1], "labels": [-100, 1, 2]} for k in range(rows)]
    whole = with_blank_rows(Dataset.from_list(lines), multiple)
    assert len(whole) == rows + blank
    assert list(whole)[:rows] == lines
    for line in list(whole)[rows:]:
        assert line == {"input_ids": [0, 1], "completion_mask": [0, 0], "labels": [-100, -100]}


def test_a_random_order_is_drawn_anew_for_each_epoch_and_alike_everywhere():
    from torch.utils.data import RandomSampler

    from labkit.training.even_rows import EvenSampler

    one, other = (EvenSampler(RandomSampler(range(10)), 10, 4, seed=3) for _ in range(2))
    orders = []
    for epoch in range(3):
        one.set_epoch(epoch)
        other.set_epoch(epoch)
        orders.append(list(one))
        assert orders[-1] == list(other)
        assert sorted(orders[-1][:10]) == list(range(10))
        assert orders[-1][10:] == [10, 11]
    assert len(one) == 12
    assert orders[0] != orders[1] != orders[2]
