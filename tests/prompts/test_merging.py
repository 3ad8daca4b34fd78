"""Two edits of one prompt in one: what only one of them changed stands, what both changed is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.errors import BadInput
from labkit.prompts.merging import merge_prompts
from labkit.records import Definition, Prompt
from tests.conftest import tiny_prompts

BASE = tiny_prompts()[1]


def defined(prompt: Prompt, label: str, **changes: object) -> Prompt:
    told = (replace(d, **changes) if d.label == label else d for d in prompt.definitions)  # type: ignore[arg-type]
    return replace(prompt, definitions=tuple(told))


def test_what_only_one_edit_changed_stands_in_sections_and_in_parts_of_a_definition():
    label = BASE.definitions[0].label
    mine = defined(replace(BASE, instruction="我的。", message="mine"), label, text="我的定义。")
    theirs = defined(replace(BASE, system="他们的。{{definitions}}", retrieved=3), label, includes=("他们的例子",))
    found = merge_prompts(BASE, mine, theirs)
    assert (found.instruction, found.system, found.retrieved) == ("我的。", "他们的。{{definitions}}", 3)
    assert (found.message, found.name) == ("mine", mine.name)
    assert (found.definition_of(label).text, found.definition_of(label).includes) == ("我的定义。", ("他们的例子",))
    assert merge_prompts(BASE, theirs, theirs) == theirs


def test_definitions_come_and_go():
    one, *others = BASE.definitions
    mine = replace(BASE, definitions=tuple(others))
    theirs = replace(BASE, definitions=(*BASE.definitions, Definition("新标签", "新的。")))
    assert [d.label for d in merge_prompts(BASE, mine, theirs).definitions] == [*(d.label for d in others), "新标签"]
    with pytest.raises(BadInput, match=one.label):
        merge_prompts(BASE, mine, defined(BASE, one.label, text="他们改了它。"))


def ordered(*labels: str) -> Prompt:
    return replace(BASE, definitions=tuple(Definition(label, f"{label}.") for label in labels))


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        ("abc", "cab", "cab"),
        ("cab", "abc", "cab"),
        ("bac", "bac", "bac"),
        ("abc", "axbc", "axbc"),
        ("axbc", "abc", "axbc"),
        ("abc", "xabc", "xabc"),
        ("abcm", "abct", "abcmt"),
        ("ambc", "cab", "camb"),
        ("bc", "axbc", "xbc"),
        ("ac", "cab", "ca"),
    ],
)
def test_the_order_is_that_of_the_edit_that_changed_it_and_what_is_new_stands_where_it_was_put(
    mine: str, theirs: str, found: str
):
    merged = merge_prompts(ordered(*"abc"), ordered(*mine), ordered(*theirs))
    assert "".join(d.label for d in merged.definitions) == found


def test_two_orders_cannot_both_be_taken():
    with pytest.raises(BadInput, match="order"):
        merge_prompts(ordered(*"abc"), ordered(*"cab"), ordered(*"bac"))


def test_places_that_both_changed_are_all_named():
    label = BASE.definitions[0].label
    mine, theirs = (
        defined(replace(BASE, instruction=f"{who}。"), label, text=f"{who}的定义。") for who in ("我", "他")
    )
    with pytest.raises(BadInput) as refused:
        merge_prompts(BASE, mine, theirs)
    assert "Instruction" in str(refused.value)
    assert str(refused.value).count(label) == 1
