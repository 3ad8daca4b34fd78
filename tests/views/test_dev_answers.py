from __future__ import annotations

from labkit.records import Example
from labkit.views.dev_answers import MOST, answered_rows, answers_html
from tests.conftest import TINY_TASK

RIGHT = '{"labels": ["退款"]}'
HOSTILE = "<script>alert(1)</script>\n\n\n"


def example(name: str) -> Example:
    return Example(name, ("要求退款",), labels=("退款",), split="dev")


def test_rows_that_one_side_got_right_stand_first():
    examples = [example(name) for name in ("both", "neither", "fixed", "broken")]
    base = {"both": RIGHT, "broken": RIGHT, "neither": HOSTILE}
    tuned = {"both": RIGHT, "fixed": RIGHT, "broken": "no"}
    rows = answered_rows(TINY_TASK, examples, base, tuned)
    assert [row.id for row in rows] == ["fixed", "broken", "both", "neither"]
    assert "1 of 4 fixed, 1 broken" in answers_html(rows, 8)


def test_answers_are_text_and_take_no_room_for_blanks():
    (row,) = answered_rows(TINY_TASK, [example("a")], {"a": HOSTILE}, {"a": "\n" * 60})
    assert (row.base, row.tuned) == (HOSTILE.strip(), "")
    assert "<script>" not in answers_html([row], 0)


def test_what_is_not_shown_is_said():
    rows = answered_rows(TINY_TASK, [example(f"r{k}") for k in range(MOST + 2)], {}, {})
    assert "2 more rows are not shown" in answers_html(rows, 1)
