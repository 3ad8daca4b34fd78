"""Rows are joined by id, else by exact text where it is unique; never by position."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.imports.answers import Answer
from labkit.imports.joining import join
from labkit.records import Example

ROWS = [Example(f"r{k}", (f"post {k}",)) for k in range(5)] + [Example("two", ("first", "second"))]


def answer(id_: str | None, *texts: str, place: str = "line 2", repeat: int = 0) -> Answer:
    return Answer(place, id_, texts, repeat)


def test_the_order_of_the_file_does_not_matter_and_the_scene_s_order_is_kept():
    joined = join([answer("r3"), answer("r0"), answer("two")], ROWS, "f")
    assert (joined.by, list(joined.answers), joined.unmatched) == ("id", ["r0", "r3", "two"], ())


def test_answers_to_no_row_are_listed_with_their_place():
    joined = join([answer("r3"), answer("x9", place="line 7")], ROWS, "f")
    assert (list(joined.answers), tuple(map(str, joined.unmatched))) == (["r3"], ("line 7: id 'x9'",))


def test_without_ids_the_exact_text_joins():
    joined = join([answer(None, "post 2"), answer(None, "first\nsecond"), answer(None, "Post 2 ")], ROWS, "f")
    assert (joined.by, list(joined.answers)) == ("text", ["r2", "two"])
    assert tuple(map(str, joined.unmatched)) == ("line 2: text 'Post 2 '",)


def test_a_text_that_stands_in_two_rows_is_refused():
    twins = [*ROWS, Example("twin", ("post 2",))]
    assert list(join([answer(None, "post 1")], twins, "f").answers) == ["r1"]
    with pytest.raises(BadData, match="line 9: its text stands in the rows 'r2', 'twin'"):
        join([answer(None, "post 2", place="line 9")], twins, "f")


def test_two_answers_for_one_row_are_refused_with_both_places():
    with pytest.raises(BadData, match="line 3 and line 8 both answer row 'r1'"):
        join([answer("r1", place="line 3"), answer("r2"), answer("r1", place="line 8")], ROWS, "f")
    repeated = join([answer("r1"), answer("r1", repeat=1)], ROWS, "f")
    assert sorted(repeated.answers["r1"]) == [0, 1]


def test_some_ids_are_no_ids():
    with pytest.raises(BadData, match=r"line 4 has no id, and other rows have one \(1 of 3"):
        join([answer("r1"), answer(None, "post 2", place="line 4"), answer("r3")], ROWS, "f")


def test_ids_that_are_positions_are_found_out_by_the_texts_beside_them():
    """A shuffled file numbered anew: every number is an id of the scene, and every answer would be another row's."""
    rows = [Example(str(k), (f"post {k}",)) for k in range(4)]
    shuffled = [answer(str(k), f"post {(k + 1) % 4}", place=f"line {k + 2}") for k in range(4)]
    with pytest.raises(BadData, match="line 2 has the id '0' and the text of row '1'"):
        join(shuffled, rows, "f")
    beside = [answer(str(k), f"post {k}", "Sort these posts") for k in range(4)]
    assert len(join(beside, rows, "f").answers) == 4


def test_nothing_in_common_is_refused_with_examples():
    with pytest.raises(BadData, match=r"No answer in f belongs to a row of this scene \(line 2: id 'x'\)"):
        join([answer("x")], ROWS, "f")
    with pytest.raises(BadData, match="neither ids nor posts"):
        join([answer(None)], ROWS, "f")


@given(st.permutations([*ROWS, *(Example(f"alien{k}", (f"other {k}",)) for k in range(3))]), st.booleans())
def test_every_answer_is_joined_to_its_own_row_or_listed(rows: list[Example], by_id: bool):
    found = [Answer(f"line {k}", row.id if by_id else None, (row.text,), text=row.id) for k, row in enumerate(rows)]
    joined = join(found, ROWS, "f")
    assert {row_id: answers[0].text for row_id, answers in joined.answers.items()} == {row.id: row.id for row in ROWS}
    assert len(joined.unmatched) == 3


def test_answers_keep_what_they_say():
    whole = replace(answer("r1"), text="物流", rationale="快递", latency_s=1.5)
    assert join([whole], ROWS, "f").answers["r1"] == {0: whole}
