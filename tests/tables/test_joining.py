"""Rows of one user become one example: posts in time order, labels together, nothing dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.records import Example
from labkit.tables.joining import join_rows


def row(k: int, text: str, labels: tuple[str, ...] | None = ("a",), **more: str) -> Example:
    return Example(f"r{k}", (text,), labels, **more)  # type: ignore[arg-type]


def test_posts_of_one_user_stand_in_time_order():
    rows = [
        row(0, "later", time="2026-05-02 10:00"),
        row(1, "other", ("b",)),
        row(2, "first", ("c",), time="2026/5/1 9:00"),
    ]
    joined, said = join_rows(rows, ["u1", "u2", "u1"], "user")
    assert [(e.id, e.items, e.labels) for e in joined] == [
        ("u1", ("first", "later"), ("c", "a")),
        ("u2", ("other",), ("b",)),
    ]
    assert (said.rows, said.examples, said.longest, said.disagreeing, said.untimed) == (3, 2, 2, 1, 0)
    assert joined[0].meta["rows"][0]["id"] == "r2"


def test_rows_without_a_readable_time_keep_the_order_of_the_file():
    rows = [row(0, "one", time="yesterday"), row(1, "two", time="2026-05-01")]
    joined, said = join_rows(rows, ["u", "u"], "user")
    assert (joined[0].items, said.untimed) == (("one", "two"), 1)


def test_whether_any_row_has_a_time_is_said():
    rows = [row(0, "one"), row(1, "two")]
    assert not join_rows(rows, ["u", "u"], "user")[1].timed
    assert join_rows([rows[0], row(1, "two", time="2026-05-01")], ["u", "u"], "user")[1].timed


def test_the_first_row_that_disagrees_and_what_it_makes_of_the_scene_are_said():
    rows = [row(0, "one"), row(1, "two", ("b",)), row(2, "three"), row(3, "four", ("b",)), row(4, "five", None)]
    _, said = join_rows(rows, ["u", "v", "u", "u", "v"], "user", [f"line {k}" for k in range(5)])
    assert (said.disagreeing, said.disagrees_at, said.several_labels) == (1, "line 3", True)
    several = [row(0, "one", ("a", "b")), row(1, "two", ("c",))]
    _, said = join_rows(several, ["u", "u"], "user")
    assert (said.disagrees_at, said.several_labels) == ("r1", False)
    _, said = join_rows(rows[:3:2], ["u", "u"], "user")
    assert (said.disagreeing, said.disagrees_at, said.several_labels) == (0, "", False)


def test_rows_without_a_user_stay_alone_and_unlabelled_rows_add_no_label():
    rows = [row(0, "one", None), row(1, "two", ()), row(2, "three", None), row(3, "four", None)]
    joined, said = join_rows(rows, ["u", "u", None, None], "user")
    assert [(e.id, e.labels) for e in joined] == [("u", ()), ("r2", None), ("r3", None)]
    assert said.alone == 2


def test_an_id_that_a_lone_row_has_already_is_not_taken_again():
    joined, _ = join_rows([row(0, "one"), row(1, "two")], ["r1", None], "user")
    assert len({e.id for e in joined}) == 2


def test_subtasks_stay_apart_and_splits_must_agree():
    rows = [row(0, "one", subtask="s"), row(1, "two", subtask="t")]
    assert len(join_rows(rows, ["u", "u"], "user")[0]) == 2
    with pytest.raises(BadData, match=r"'u' stand in different splits \(dev, test\)"):
        join_rows([row(0, "one", split="dev"), row(1, "two", split="test")], ["u", "u"], "user")


@given(st.lists(st.tuples(st.sampled_from(["u", "v", None]), st.sampled_from([None, (), ("a",), ("b",)])), min_size=1))
def test_every_post_and_label_is_still_there(rows: list[tuple[str | None, tuple[str, ...] | None]]):
    examples = [row(k, f"post {k}", labels) for k, (_, labels) in enumerate(rows)]
    joined, said = join_rows(examples, [user for user, _ in rows], "user")
    assert sorted(item for e in joined for item in e.items) == sorted(e.text for e in examples)
    assert len({e.id for e in joined}) == len(joined) == said.examples
    assert {label for e in joined for label in e.labels or ()} == {x for _, ls in rows for x in ls or ()}
