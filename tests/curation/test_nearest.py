"""Few-shot examples come from the pool: the nearest, diverse by label, and never what would give an answer away."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from labkit.curation.near_duplicates import THRESHOLD, character_trigrams, jaccard
from labkit.curation.nearest import NearestExamples
from labkit.records import Example, Split


def row(row_id: str, text: str, label: str | None = "a", split: Split = "pool", **more: str) -> Example:
    return Example(row_id, (text,), None if label is None else (label,), split, **more)  # type: ignore[arg-type]


POOL = (
    row("p1", "where is my parcel, it was due on monday", "delivery"),
    row("p2", "my parcel is late, where can it be", "delivery"),
    row("p3", "the parcel came but the mug inside is cracked", "quality"),
    row("p4", "please cancel my subscription today", "account"),
)
ASKED = row("d1", "where on earth is my parcel now", "delivery", "dev")


def ids(found: tuple[Example, ...]) -> list[str]:
    return [example.id for example in found]


def test_the_nearest_stands_last_and_each_label_comes_before_any_comes_twice():
    nearest = NearestExamples([*POOL, ASKED])
    (first,) = nearest.of(ASKED, 1)
    assert first.labels == ("delivery",)
    three = nearest.of(ASKED, 3)
    assert {found.labels for found in three} == {("delivery",), ("quality",), ("account",)}
    assert three[-1] == first
    assert len(nearest.of(ASKED, 9)) == len(POOL)
    assert nearest.of(ASKED, 0) == ()


def test_dev_and_test_rows_their_copies_and_their_authors_are_no_source():
    copy = row("p5", "Where on earth is my parcel now?!")
    friend = row("p6", "something else entirely", group="ann")
    other = row("d2", "hello", "a", "test", group="ann")
    nearest = NearestExamples([*POOL, copy, friend, row("p7", "unlabelled parcel", None), ASKED, other])
    assert ids(nearest.source) == ["p1", "p2", "p3", "p4"]


def test_a_pool_row_gets_neither_itself_nor_its_copies_nor_its_author():
    asked = row("p8", "my parcel is late, where can it be?", group="bob")
    friend = row("p9", "my parcel is on its way, where exactly", group="bob")
    nearest = NearestExamples([*POOL, asked, friend])
    assert not {"p8", "p2", "p9"} & set(ids(nearest.of(asked, 9)))


def test_subtasks_do_not_mix_and_an_empty_source_gives_nothing():
    asked = replace(ASKED, subtask="tone")
    assert NearestExamples([*POOL, asked]).of(asked, 3) == ()
    assert NearestExamples([ASKED]).of(ASKED, 3) == ()
    assert NearestExamples([row("p", "x"), row("q", "好")]).of(row("d", "", split="dev"), 2) != ()


texts = st.text(alphabet="ab好的 快递", max_size=12)


@given(st.lists(st.tuples(texts, st.sampled_from(["pool", "dev", "test"])), max_size=12), texts, st.integers(0, 4))
def test_no_example_is_a_near_duplicate_of_what_is_asked_or_measured(
    given_rows: list[tuple[str, Split]], text: str, count: int
):
    rows = [row(f"r{k}", said, "ab"[k % 2], split) for k, (said, split) in enumerate(given_rows)]
    asked = row("asked", text, None, "traffic")
    found = NearestExamples(rows).of(asked, count)
    assert len(found) <= count
    held_apart = [other for other in rows if other.split != "pool"]
    for example in found:
        assert example.split == "pool"
        for other in (asked, *held_apart):
            assert jaccard(character_trigrams(example.text), character_trigrams(other.text)) < THRESHOLD
