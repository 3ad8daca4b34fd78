"""What changed from one prompt to another is found sentence by sentence, and nothing else is claimed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.prompts import PromptDiff, TextDiff, diff_prompts
from labkit.prompts.diff import DEFINITION_PARTS
from labkit.records import Definition, Prompt

REFUND = Definition(
    "退款",
    "作者要求退钱，或在等退款到账。只是抱怨价格的不算。商家拒绝退款的也算。",
    includes=("催退款", "退款没到账"),
    excludes=("询问价格",),
)
PROMPT = Prompt("v1", "You sort posts. Read all of them.", "{{posts}}", "Answer now.", (REFUND, Definition("物流")))


def changed(**parts: object) -> PromptDiff:
    """PROMPT against itself with another definition of 退款."""
    return diff_prompts(PROMPT, replace(PROMPT, definitions=(replace(REFUND, **parts), Definition("物流"))))


def of(found: PromptDiff, label: str = "退款") -> TextDiff:
    diff = found.of_label(label)
    assert diff is not None
    return diff


def kinds(diff: TextDiff) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.part, c.before, c.after) for c in diff.changes]


def test_a_prompt_is_the_same_as_itself_under_another_name_and_message():
    found = diff_prompts(PROMPT, replace(PROMPT, name="v2", message="nothing new"))
    assert found.same
    assert (found.changed_labels, found.shared) == ((), ())


def test_a_text_wrapped_anew_is_the_same():
    assert diff_prompts(PROMPT, replace(PROMPT, system="You sort posts.\nRead  all of them.")).same


def test_a_reworded_an_added_and_a_removed_sentence_are_told_apart():
    found = of(changed(text="作者要求退钱，或在等退款到账了。商家拒绝退款的也算。运费险理赔归这里。"))
    assert kinds(found) == [
        ("changed", "text", "作者要求退钱，或在等退款到账。", "作者要求退钱，或在等退款到账了。"),
        ("removed", "text", "只是抱怨价格的不算。", ""),
        ("added", "text", "", "运费险理赔归这里。"),
    ]
    assert found.kind == "changed"


def test_reordered_sentences_are_neither_added_nor_removed():
    found = of(changed(text="商家拒绝退款的也算。作者要求退钱，或在等退款到账。只是抱怨价格的不算。"))
    assert found.kind == "reordered"
    assert kinds(found) == [("moved", "text", "商家拒绝退款的也算。", "商家拒绝退款的也算。")]


def test_includes_and_excludes_are_kinds_of_their_own():
    found = of(changed(includes=("催退款", "运费险"), excludes=("询问价格", "退款没到账")))
    assert kinds(found) == [
        ("added", "includes", "", "运费险"),
        ("removed", "includes", "退款没到账", ""),
        ("added", "excludes", "", "退款没到账"),
    ]


def test_only_the_label_whose_definition_changed_is_named():
    assert changed(excludes=()).changed_labels == ("退款",)
    assert changed(excludes=()).shared == ()


def test_definitions_that_come_and_go_are_named_as_such():
    found = diff_prompts(PROMPT, replace(PROMPT, definitions=(REFUND, Definition("质量", "东西坏了。"))))
    assert {diff.name: diff.kind for diff in found.definitions} == {
        "退款": "unchanged",
        "质量": "added",
        "物流": "removed",
    }
    assert found.moved_labels == ()


def test_definitions_in_another_order_change_every_row():
    found = diff_prompts(PROMPT, replace(PROMPT, definitions=PROMPT.definitions[::-1]))
    assert found.changed_labels == ()
    assert len(found.moved_labels) == 1
    assert found.shared == ("order",)


@pytest.mark.parametrize(
    ("part", "text", "head", "kind"),
    [
        ("system", "You sort posts. Read none of them.", "System message", "changed"),
        ("system", "Read all of them. You sort posts.", "System message", "reordered"),
        ("examples", "微博 1：退钱", "Examples", "added"),
        ("instruction", "", "Instruction", "removed"),
        ("input", "Posts: {{posts}}", "Input", "changed"),
    ],
)
def test_a_changed_section_is_shared_text(part: str, text: str, head: str, kind: str):
    found = diff_prompts(PROMPT, replace(PROMPT, **{part: text}))
    assert found.shared == (head,)
    assert {diff.name: diff.kind for diff in found.sections}[head] == kind


def test_the_answer_contract_is_shared_text():
    found = diff_prompts(PROMPT, replace(PROMPT, rationale="none"))
    assert (found.shared, found.rationale) == (("rationale",), ("before", "none"))


def test_what_was_found_is_json():
    found = changed(text="别的。")
    assert json.loads(json.dumps(asdict(found)))["definitions"][0]["name"] == "退款"


def test_prompts_of_thousands_of_lines_are_compared_at_once():
    """Alternating lines are the worst case for the longest common order; this would take minutes without a bound."""
    lines = ["yes it is", "no it is not"] * 5_000
    found = diff_prompts(replace(PROMPT, system="\n".join(lines)), replace(PROMPT, system="\n".join(lines[1:])))
    assert [c.kind for c in found.sections[0].changes].count("added") == 0


texts = st.lists(st.sampled_from(["甲说了算。", "甲说了不算。", "乙来了。", "Wait.", "Wait now.", "丙。"]), max_size=8)


@given(texts, texts, texts, texts)
def test_every_sentence_of_both_prompts_is_told_once_and_in_order(
    one: list[str], two: list[str], cases: list[str], others: list[str]
):
    before = replace(PROMPT, definitions=(Definition("退款", " ".join(one), includes=tuple(cases)),))
    after = replace(PROMPT, definitions=(Definition("退款", " ".join(two), includes=tuple(others)),))
    sentences = of(diff_prompts(before, after)).sentences
    assert [c.after for c in sentences if c.after] == [*two, *others]
    assert Counter(c.before for c in sentences if c.before) == Counter([*one, *cases])
    assert all(c.before == c.after for c in sentences if c.kind in ("same", "moved"))
    assert {c.part for c in sentences} <= set(DEFINITION_PARTS)
