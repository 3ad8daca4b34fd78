"""Which pool rows repeat others, or give away a row that is held back."""

from __future__ import annotations

import csv
from pathlib import Path

from labkit.auditing import Material, sample_of
from labkit.auditing.duplicates import check_duplicates
from labkit.auditing.leakage import check_leakage
from labkit.curation.candidates import find_candidates
from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.curation.repetition import count_repetition, sift_pool
from labkit.curation.selection import Selector
from labkit.records import Example, Task

SAID = "APP 更新之后一直闪退，重装了三遍也没用"
QUOTED = f"刚刚看到一条：{SAID}，还有人说他的电脑也是这样，不知道什么时候能修好，等到花儿都谢了"
POST = "快递停在中转站五天没有动静，客服只会说再等等，谁来管管我的包裹"
CHAIN = (POST, POST[6:] + "另外我还要投诉", POST[18:] + "另外我还要投诉你们的仓库")


def test_a_quoted_test_row_leaks_without_being_of_its_group():
    held = Example("held", (SAID,), ("退款",), "test")
    quoting = Example("quoting", (QUOTED,), ("退款",))
    assert count_repetition([held, quoting]).groups == 0
    assert sift_pool([held, quoting]) == ({"quoting"}, {})


def test_a_row_that_hangs_together_with_a_test_row_by_others_alone_may_be_chosen():
    held, near, far = (Example(str(k), (text,), ("物流",)) for k, text in enumerate(CHAIN))
    held = Example("held", held.items, held.labels, "test")
    assert len(set(near_duplicate_groups([held, near, far]).values())) == 1
    assert sift_pool([held, near, far]) == ({"1"}, {"2": "2"})


def test_of_a_chain_in_the_pool_the_rows_that_differ_stay():
    rows = [Example(str(k), (text,), ("物流",)) for k, text in enumerate(CHAIN)]
    assert sift_pool(rows) == (frozenset(), {"0": "0", "1": "0", "2": "2"})
    assert (count_repetition(rows).copies, count_repetition(rows).distinct) == (1, 2)


def test_rows_of_traffic_do_not_count():
    rows = [Example("a", (SAID,)), Example("b", (SAID,), split="traffic")]
    assert count_repetition(rows).counts["repeats"] == 0


def test_a_pool_of_short_questions_keeps_every_label_and_what_is_chosen_repeats_nothing(test_data: Path):
    rows = [
        Example(f"{split}-{k}", (row["text"],), (row["category"],), split)
        for name, split in (("train", "pool"), ("test", "test"))
        for k, row in enumerate(csv.DictReader((test_data / f"banking77/{name}.csv").open(encoding="utf-8")))
    ]
    task = Task("banking", tuple(sorted({row.labels[0] for row in rows if row.labels})))
    found, counted = find_candidates(rows), count_repetition(rows)
    assert len(found.leaking) == counted.leaking < 1_200, "by chains four of ten rows hang together with a test row"
    assert len(found.rows) == counted.distinct > 7_000
    assert {row.labels[0] for row in found.rows if row.labels} == {*task.labels}
    chosen = [row.example for row in Selector(found, task).choose(1_000, neighbours=False)]
    held = [row for row in rows if row.split == "test"]
    material = Material(tuple(map(sample_of, (*chosen, *held))), task, pool=tuple(map(sample_of, rows)))
    assert check_leakage(material).severity in ("ok", "note")
    assert check_duplicates(material).severity == "ok"


def test_one_post_asked_of_two_subtasks_is_two_rows_and_leaks_into_both():
    posts = ["快递停在中转站五天没有动静", "退款说了一周还没有到账"]
    rows = [
        Example(f"{subtask}{k}", (post,), (subtask,), subtask=subtask)
        for subtask in ("a", "b")
        for k, post in enumerate([*posts, posts[0]])
    ]
    _, originals = sift_pool(rows)
    assert originals == {"a0": "a0", "a1": "a1", "a2": "a0", "b0": "b0", "b1": "b1", "b2": "b0"}
    counted = count_repetition(rows)
    assert (counted.groups, counted.repeats, counted.copies, counted.distinct) == (2, 2, 2, 4)
    held = Example("held", (posts[1],), ("a",), "test", subtask="a")
    assert sift_pool([*rows, held])[0] == {"a1", "b1"}


def test_rows_of_a_subtask_that_hang_together_by_another_subtask_alone_do_not_repeat():
    rows = [
        Example(str(k), (text,), (subtask,), subtask=subtask)
        for k, (text, subtask) in enumerate(zip(CHAIN, "aba", strict=True))
    ]
    assert len(set(near_duplicate_groups(rows).values())) == 1
    counted = count_repetition(rows)
    assert (counted.groups, counted.repeats) == (0, 0)
    assert Material(tuple(map(sample_of, rows))).repetition == counted
