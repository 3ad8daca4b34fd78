"""What lint says of a prompt, and what it leaves in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.prompts.lint import RULES, LintFinding, lint
from labkit.records import Definition, Prompt, Task
from labkit.texts import WORDS
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

BARE, DEFINED = tiny_prompts()
ENGLISH = Task("shop", ("refund", "card_arrival"), "en", "Post")


def english(refund: Definition | str = "The author wants money back.", **changes: str) -> Prompt:
    first = Definition("refund", refund) if isinstance(refund, str) else replace(refund, label="refund")
    told = (first, Definition("card_arrival", "A bank card was ordered and has not come yet."))
    sections = {"system": "You sort posts.", "input": "{{posts}}", "instruction": "Answer now.", **changes}
    return Prompt("p", definitions=told, **sections)


def rules_of(found: list[LintFinding], label: str | None = None) -> set[str]:
    return {finding.rule for finding in found if label in (None, finding.label)}


def grave(found: list[LintFinding]) -> list[LintFinding]:
    return [finding for finding in found if finding.severity != "note"]


def test_good_definitions_are_left_in_peace():
    assert grave(lint(DEFINED, TINY_TASK, tiny_examples())) == []
    assert grave(lint(english(), ENGLISH)) == []


def test_bare_names_are_errors_whose_rows_carry_the_label_and_are_never_test_rows():
    found = lint(BARE, TINY_TASK, tiny_examples())
    assert [(f.rule, f.severity, f.label) for f in found[:3]] == [
        ("undefined-label", "error", label) for label in TINY_TASK.labels
    ]
    assert found[1].rows
    assert all(row.startswith(("pool", "dev")) for row in found[1].rows)


@pytest.mark.parametrize(
    ("task", "label", "text", "rule"),
    [
        (ENGLISH, "refund", "Money issues", "short"),
        (ENGLISH, "refund", "Posts about refunds.", "circular"),
        (ENGLISH, "card_arrival", "The card's arrival", "circular"),
        (TINY_TASK, "物流", "送货慢", "short"),
        (TINY_TASK, "物流", "关于物流的微博。", "circular"),
        (TINY_TASK, "退款", "用户提到退款问题", "circular"),
        (TINY_TASK, "质量", "所有与质量有关的内容都归到这一类。", "circular"),
        (TINY_TASK, "质量", "质量的问题就是关于质量的问题，凡是质量问题都属于质量。", "circular"),
        (TINY_TASK, "质量", "所有收到时就有的瑕疵都归到这一类，凡是做工差的都算。", None),
        (ENGLISH, "refund", "Everything that has to do with refunds, and every post about refunds.", "circular"),
        (ENGLISH, "refund", "Everything about money that somebody wants to have returned to them.", None),
        (TINY_TASK, "退款", "钱没有退回来，作者在等待或者催促商家。", None),
        (ENGLISH, "refund", "Money was promised back. " * 400, None),
    ],
)
def test_a_definition_says_something_and_more_than_its_name(task: Task, label: str, text: str, rule: str | None):
    base = DEFINED if task is TINY_TASK else english()
    told = tuple(Definition(label, text) if d.label == label else d for d in base.definitions)
    found = rules_of(lint(replace(base, definitions=told), task), label) & {"short", "circular", "undefined-label"}
    assert found == ({rule} if rule else set())


def test_a_definition_of_something_else_names_the_labels_there_are():
    stranger = replace(DEFINED, definitions=(*DEFINED.definitions, Definition("天气", "今天的天气怎么样，下不下雨。")))
    (found,) = grave(lint(stranger, TINY_TASK))
    assert (found.rule, found.severity, found.label) == ("unknown-label", "error", "天气")
    assert "物流, 退款, 质量" in found.fix


def test_labels_in_a_row_are_parted_as_the_language_parts_them():
    loose = replace(DEFINED, definitions=tuple(Definition(label, "钱或货出了岔子。") for label in TINY_TASK.labels))
    for lang, said in (("zh", "物流、退款、质量"), ("en", "物流, 退款, 质量")):
        (found,) = (f for f in lint(loose, TINY_TASK, lang=lang) if f.rule == "no-boundary")
        assert said in found.reason


def test_every_rule_has_words_in_both_languages_and_a_source():
    for name, rule in RULES.items():
        assert {f"lint.{name}.reason", f"lint.{name}.fix"} <= WORDS.keys()
        assert rule.source
    assert {key.split(".")[1] for key in WORDS if key.startswith("lint.") and key.endswith(".reason")} == set(RULES)


def test_findings_speak_the_language_asked_for():
    (chinese, *_), (plain, *_) = lint(BARE, TINY_TASK, lang="zh"), lint(BARE, TINY_TASK, lang="en")
    assert "没有定义" in chinese.reason
    assert "nothing says what it means" in plain.reason


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_any_text_is_looked_through_without_a_crash(label: str, text: str, section: str):
    task = Task("t", (label, "other"), "zh", "微博")
    told = (Definition(label, text, (section,), (text,)), Definition("other", section))
    prompt = Prompt("p", section, text, section, told, examples=text)
    assert all(finding.rule in RULES for finding in lint(prompt, task, tiny_examples()))


def test_a_megabyte_of_definition_is_read_once():
    """Time grows with the text, not with its square: on that, this test would not come back."""
    text = "快递没到，作者不能不说。e.g. 包裹 -> 退款 … not un " * 30_000
    huge = tuple(Definition(label, text) for label in TINY_TASK.labels[:1])
    assert len(text) > 1_000_000
    assert "double-negation" in rules_of(lint(replace(DEFINED, definitions=huge), TINY_TASK))
