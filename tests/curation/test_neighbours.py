"""More like this: pool rows that resemble any row, never a dev or test row or a copy of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.curation.neighbours import nearest_pool_rows
from labkit.errors import BadInput
from labkit.records import Example
from tests.curation.test_selection import pool, post


def test_the_nearest_pool_rows_come_first_whatever_split_the_row_is_of():
    rows = [*pool(delivery=20, refund=20), Example("held", (post("refund", 300),), ("refund",), "test")]
    found = nearest_pool_rows(rows[-1], rows, 5)
    assert {one.example.labels for one in found} == {("refund",)}
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)
    assert all(0 < one.similarity <= 1 and one.example.split == "pool" for one in found)


def test_copies_of_the_row_and_of_dev_and_test_rows_are_never_found():
    rows = pool(refund=6)
    held = Example("held", (rows[1].text + " ?",), ("refund",), "dev")
    twin = replace(rows[0], id="twin", items=(rows[0].text + "!",))
    found = {one.example.id for one in nearest_pool_rows(rows[0], [*rows, held, twin], 50)}
    assert found == {"refund-2", "refund-3", "refund-4", "refund-5"}


def test_rows_of_other_subtasks_and_rows_that_share_nothing_are_left_out():
    row = Example("a", ("物流太慢",), subtask="x")
    others = [Example("b", ("物流真慢呀朋友们",), subtask="x"), Example("c", ("物流太慢了吧",), subtask="y")]
    found = nearest_pool_rows(row, [row, *others, Example("d", ("zzz",), subtask="x")], 9)
    assert [one.example.id for one in found] == ["b"]
    assert nearest_pool_rows(row, [row], 3) == ()
    with pytest.raises(BadInput, match="number of rows is 0"):
        nearest_pool_rows(row, [row], 0)
