"""New words for a reason are taken only where nothing else changes, and a rule's words pass the same check."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.curation.reformatting import by_rule, change

ANSWER = {
    "rationale": "用户张先生说快递停了5天，客服只会说“再等等”，属于物流问题",
    "evidence": [{"post": 1, "quote": "再等等"}],
    "labels": ["物流"],
}
LABELS = ("物流", "退款")


def changed(**other: object) -> str:
    before, after = (json.dumps(answer, ensure_ascii=False) for answer in (ANSWER, {**ANSWER, **other}))
    return change(before, after, LABELS)


def test_other_words_with_the_same_facts_are_taken():
    assert changed(rationale="客服只会说“再等等”，用户张先生说快递已停5天：物流问题。") == ""
    assert change("The parcel of Ann is 5 days late", "Late by 5 days: the parcel of Ann") == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("用户张先生说快递停了6天，客服只会说“再等等”，属于物流问题", "numbers"),
        ("用户张先生说快递停了5天，等了三周，客服只会说“再等等”，属于物流问题", "numbers"),
        ("用户李先生说快递停了5天，客服只会说“再等等”，属于物流问题", "names"),
        ("用户张先生说快递停了5天，客服只会说“等一等”，属于物流问题", "names"),
        ("用户张先生说ABC快递停了5天，客服只会说“再等等”，属于物流问题", "names"),
        ("用户张先生说快递停了5天，客服只会说“再等等”，属于退款问题", "labels"),
        ("用户张先生说快递停了5天，客服只会说“再等等”，属于物流问题" + "，真的" * 20, "length"),
        ("用户张先生说快递停了5天，客服只会说“再等等”，\ud800属于物流问题", "json"),
        ("", "labels"),
    ],
)
def test_a_changed_fact_is_named(text: str, why: str):
    assert changed(rationale=text) == why


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("张三说快递没到", "李四说快递没到", "names"),
        ("用户王小明要求退款", "用户李小明要求退款", "names"),
        ("包裹寄到北京丢了", "包裹寄到上海丢了", "names"),
        ("用户没有要求退款", "用户要求退款", "negation"),
        ("用户要求退款", "用户不要求退款", "negation"),
        ("he does not ask for money", "he does ask for money", "negation"),
        ("用户没有要求退款", "用户未要求退款", ""),
        ("客户非常生气，但是没有要求退款", "客户很生气，但没要求退款", ""),
    ],
)
def test_who_where_and_whether_not_stay_as_they_are(before: str, after: str, why: str):
    assert change(before, after) == why


def test_whatever_is_not_the_reason_stays():
    assert changed(labels=["退款"]) == "labels"
    assert changed(evidence=[]) == "json"
    assert changed(evidence=[{"post": True, "quote": "再等等"}]) == "json"  # True == 1 in Python
    assert changed(extra=1) == "json"
    assert changed(rationale=["用户"]) == "json"
    before = json.dumps(ANSWER, ensure_ascii=False)
    for reply in ("", "不行", "[]", "{", "[" * 100_000, before + "。", json.dumps(dict(reversed(ANSWER.items())))):
        assert change(before, reply, LABELS) == "json"


def test_names_in_capitals_count_but_for_the_word_that_begins_a_sentence():
    assert change("The bank says no", "A bank says no") == ""
    assert change("It is Chase that says no", "It is Citi that says no") == "names"
    assert change("Order iPhone15 today", "Order iphone today") == "numbers"


def test_the_rule_gives_one_form():
    assert by_rule("理由: 快递停了5天,\n客服不理", "zh") == "快递停了5天，客服不理。"
    assert by_rule("- 快递慢\n- 东西坏", "zh") == "快递慢；东西坏。"
    assert by_rule("快递慢\n东西坏", "zh") == "快递慢；东西坏。"
    assert by_rule("1. 发件人冒充银行\n2、要求转账。\n3）语气急", "zh") == "发件人冒充银行；要求转账。语气急。"
    assert by_rule("1. the sender lies\n2. it asks for money", "en") == "the sender lies; it asks for money."
    assert by_rule("他说(OK)", "zh") == "他说（OK）"
    assert by_rule("(OK)就走", "zh") == "（OK）就走。"
    assert by_rule("见(附件(一))", "zh") == "见（附件（一））"
    assert by_rule("涨了1.5倍", "zh") == "涨了1.5倍。"
    assert by_rule("客服说“再等等”", "zh") == "客服说“再等等”"
    assert by_rule("Reason: the parcel\n is late", "en") == "the parcel is late."
    assert by_rule("", "zh") == ""


@given(st.text("快递停了5天三,.;“”张先生A a\n-1", max_size=40), st.sampled_from(["zh", "en"]))
def test_the_rule_twice_is_the_rule_once(text: str, language: str):
    assert by_rule(by_rule(text, language), language) == by_rule(text, language)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(before: str, after: str):
    assert change(before, before) in ("", "json")
    assert change(before, after) in ("", "json", "labels", "numbers", "names", "negation", "length")


def test_the_numbers_of_a_list_are_no_facts_and_those_in_it_are():
    listed = "1. 发件人冒充银行\n2. 要求转账3000元"
    assert change(listed, by_rule(listed, "zh")) == ""
    assert change(listed, "发件人冒充银行；要求转账300元。") == "numbers"
