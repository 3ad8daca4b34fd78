"""A scene's rows parted anew: groups whole, labels even, and the past said to be past."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from labkit.curation.leaks import Leaks, find_leaks
from labkit.curation.time_split import split_by_time
from labkit.errors import BadData, NeedsReason
from labkit.records import Example, Split
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import post
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

SHARES: dict[Split, float] = {"pool": 0.5, "dev": 0.25, "test": 0.25}


def test_test_rows_change_only_for_a_reason_which_is_kept(scene: Scene):
    with pytest.raises(NeedsReason, match="--reason"):
        labkit.split_scene(scene, SHARES)
    parted = labkit.split_scene(scene, SHARES, seed=3, reason="the old rows leaked")
    assert Counter(row.split for row in parted.rows).keys() == {"pool", "dev", "test"}
    assert parted.task.test_sha256 not in (None, scene.task.test_sha256)
    assert parted.decisions()[-1]["reason"] == "the old rows leaked"
    near = labkit.near_duplicate_groups(parted.rows)
    of_group = {(near[row.id], row.split) for row in parted.rows}
    assert len({group for group, _ in of_group}) == len(of_group)


@pytest.mark.parametrize("by_time", [False, True])
@pytest.mark.parametrize("dev", [2, -1, 0, float("nan")])
def test_shares_that_cannot_be_are_refused_before_a_reason_is_asked_for(scene: Scene, dev: float, by_time: bool):
    with pytest.raises(BadData, match="not numbers of rows"):
        labkit.split_scene(scene, {"pool": 0.75 - dev, "dev": dev, "test": 0.25}, by_time=by_time)


def test_test_rows_that_came_since_the_scene_was_opened_need_a_reason_too(tmp_path: Path):
    rows = [replace(row, split="pool") for row in tiny_examples()]
    early = create_scene(tmp_path / "early", TINY_TASK, rows, tiny_prompts())
    labkit.split_scene(early, SHARES)
    with pytest.raises(NeedsReason):
        labkit.split_scene(early, SHARES)


def dated_rows(number: int = 40, authors: int = 20) -> list[Example]:
    """Rows in the order of time, two in a row by the same author."""
    return [
        Example(
            f"r{k}", (post(k),), (TINY_TASK.labels[k % 3],), group=f"a{k // 2 % authors}", time=f"2026-01-01T10:{k:02d}"
        )
        for k in range(number)
    ]


def test_the_newest_rows_judge():
    parted = split_by_time(dated_rows(), TINY_TASK, SHARES)
    test = [row for row in parted if row.split == "test"]
    assert {row.id for row in test} == {f"r{k}" for k in range(30, 40)}
    assert {row.group for row in test}.isdisjoint({row.group for row in parted if row.split != "test"})


def test_an_author_on_both_sides_of_the_cut_stays_on_the_older():
    rows = dated_rows()
    rows[-1] = replace(rows[-1], group=rows[0].group)
    parted = {row.id: row.split for row in split_by_time(rows, TINY_TASK, SHARES)}
    assert parted["r39"] != "test"
    assert parted["r37"] == "test"


def test_times_are_put_in_order_as_times():
    rows = [replace(row, time=f"2026/{1 + k // 4}/1 9:05", group=None) for k, row in enumerate(dated_rows())]
    parted = split_by_time(rows[:48], TINY_TASK, SHARES)
    assert {row.time for row in parted if row.split == "test"} == {"2026/10/1 9:05", "2026/9/1 9:05", "2026/8/1 9:05"}
    with pytest.raises(BadData, match=r"1 row\(s\) have no time that can be read, such as r3"):
        split_by_time([*rows[:3], replace(rows[3], time="later"), *rows[4:]], TINY_TASK, SHARES)


def test_a_new_row_that_an_old_one_gives_away_stays_on_the_older_side():
    rows = [replace(row, group=None) for row in dated_rows()]
    quoted = rows[39].text
    rows[0] = replace(
        rows[0], items=(f"今天看到有人说，{quoted}，我觉得说得很对，顺便讲讲我自己遇到的另外一件事情，完全不同",)
    )
    parted = {row.id: row.split for row in split_by_time(rows, TINY_TASK, SHARES)}
    assert parted["r39"] != "test"
    assert parted["r38"] == "test"


def chained_rows(links: int) -> list[Example]:
    """160 rows; an old one gives away the 81st, which gives away the 82nd, and so on for some links."""
    draw = random.Random(0)
    said = ["".join(chr(draw.randrange(0x4E00, 0x9000)) for _ in range(30)) for _ in range(320)]
    linked = [said[0] + said[80], *(said[k] + said[k + 1] for k in range(80, 80 + links))]
    texts = [linked[0], *said[1:80], *linked[1:], *said[200 : 280 - links]]
    return [Example(f"r{k}", (text,), ("物流",), time=f"{1_777_600_000 + k}") for k, text in enumerate(texts)]


@pytest.mark.parametrize(("links", "searches"), [(5, 6), (30, 16)])
def test_a_chain_of_rows_that_give_away_the_next_is_followed_link_by_link(
    links: int, searches: int, monkeypatch: pytest.MonkeyPatch
):
    searched = []

    def watched(learnt: Sequence[str], held: Sequence[str]) -> Leaks:
        searched.append((len(learnt), len(held)))
        return find_leaks(learnt, held)

    monkeypatch.setattr("labkit.curation.time_split.find_leaks", watched)
    rows = chained_rows(links)
    parted = split_by_time(rows, TINY_TASK, {"pool": 0.5, "test": 0.5}, near={row.id: row.id for row in rows})
    held = {row.id for row in parted if row.split == "test"}
    moved = min(links, searches)
    assert held == {f"r{k}" for k in range(80 + moved, 160)}
    assert searched == [(80, 80), *((1, 80 - k) for k in range(1, searches))]


def test_rows_without_a_time_cannot_be_parted_by_it(scene: Scene):
    with pytest.raises(BadData, match=r"48 row\(s\) have no time"):
        labkit.split_scene(scene, SHARES, by_time=True, reason="x")


@given(st.integers(0, 20))
def test_every_row_has_a_split_whatever_the_seed(seed: int):
    rows = dated_rows()
    parted = split_by_time(rows, TINY_TASK, SHARES, seed)
    assert [row.id for row in parted] == [row.id for row in rows]
    assert {row.split for row in parted} == {"pool", "dev", "test"}


def test_traffic_stays_traffic(tmp_path: Path):
    rows = [replace(row, split="traffic") if k < 4 else row for k, row in enumerate(tiny_examples())]
    scene = create_scene(tmp_path / "s", TINY_TASK, rows, tiny_prompts())
    parted = labkit.split_scene(scene, SHARES, reason="x")
    assert len(parted.examples("traffic")) == 4
