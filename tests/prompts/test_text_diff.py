from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from labkit.prompts import format_prompt
from labkit.prompts.text_diff import text_diff
from tests.conftest import tiny_prompts

V1, V2 = tiny_prompts()
LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30).map("\n".join)


def test_a_changed_line_stands_between_its_neighbours():
    found = text_diff(V2, replace(V2, instruction="现在回答。"))
    assert found == (("…", ""), (" ", "# Instruction"), (" ", ""), ("-", "请回答。"), ("+", "现在回答。"))
    assert text_diff(V2, replace(V2, name="v9")) == ()


@given(before=LINES, after=LINES)
def test_every_line_that_is_not_common_is_shown(before: str, after: str):
    one, two = replace(V2, system=before), replace(V2, system=after)
    found = text_diff(one, two)
    gone, come = ([text for sign, text in found if sign == wanted] for wanted in "-+")
    first, second = (format_prompt(prompt).splitlines() for prompt in (one, two))
    assert len(first) - len(gone) == len(second) - len(come)
    assert set(gone) <= set(first)
    assert set(come) <= set(second)
