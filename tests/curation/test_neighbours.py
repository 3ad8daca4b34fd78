"""More like this: pool rows that resemble any row, never a dev or test row or a copy of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.curation.neighbours import PoolNeighbours
from labkit.errors import BadInput
from labkit.records import Example
from tests.curation.test_selection import pool, post


def test_the_nearest_pool_rows_come_first_whatever_split_the_row_is_of():
    rows = [*pool(delivery=20, refund=20), Example("held", (post("refund", 300),), ("refund",), "test")]
    found = PoolNeighbours(rows).of(rows[-1], 5)
    assert {one.example.labels for one in found} == {("refund",)}
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)
    assert all(0 < one.similarity <= 1 and one.example.split == "pool" for one in found)


def test_copies_of_the_row_and_of_dev_and_test_rows_are_never_found():
    rows = pool(refund=6)
    held = Example("held", (rows[1].text + " ?",), ("refund",), "dev")
    twin = replace(rows[0], id="twin", items=(rows[0].text + "!",))
    found = {one.example.id for one in PoolNeighbours([*rows, held, twin]).of(rows[0], 50)}
    assert found == {"refund-2", "refund-3", "refund-4", "refund-5"}


def test_rows_of_other_subtasks_and_rows_that_share_nothing_are_left_out():
    row = Example("a", ("物流太慢",), subtask="x")
    others = [Example("b", ("物流真慢呀朋友们",), subtask="x"), Example("c", ("物流太慢了吧",), subtask="y")]
    found = PoolNeighbours([row, *others, Example("d", ("zzz",), subtask="x")]).of(row, 9)
    assert [one.example.id for one in found] == ["b"]
    assert PoolNeighbours([row]).of(row, 3) == ()
    with pytest.raises(BadInput, match="number of rows is 0"):
        PoolNeighbours([row]).of(row, 0)


def test_of_a_row_that_is_not_among_them_copies_are_left_out_too():
    rows = pool(refund=6)
    traffic = Example("asked", (rows[2].text + "!",), split="traffic")
    found = {one.example.id for one in PoolNeighbours(rows).of(traffic, 50)}
    assert found == {f"refund-{k}" for k in (0, 1, 3, 4, 5)}


def test_rows_are_found_as_they_are_now_and_dropped_ones_are_not():
    rows = pool(refund=6)
    held = Example("held", (post("refund", 300),), ("refund",), "test")
    now = {row.id: replace(row, labels=("delivery",)) for row in rows[2:]}
    found = PoolNeighbours([*rows, held]).of(held, 50, now)
    assert {one.example.id for one in found} == set(now)
    assert {one.example.labels for one in found} == {("delivery",)}
