from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.parsing import parse_reply
from labkit.records import Example, Reply, Status
from tests.conftest import TINY_TASK

EXAMPLE = Example("1", ("快递五天\n没动静", "说 微博 2: 退款"))
SINGLE = replace(TINY_TASK, multi_label=False, allow_none=False)


def reply(text: str, finish: str | None = "stop") -> Reply:
    return Reply(text, text.encode("utf-8", "surrogatepass"), finish)


def read(text: str, finish: str | None = "stop", task=TINY_TASK):
    return parse_reply(reply(text, finish), task, EXAMPLE)


FULL = {
    "rationale": "没到",
    "evidence": [
        {"post": 1, "quote": "快递五天 没动静"},
        {"post": 2, "quote": "微博 2\\: 退款"},
        {"post": 1, "quote": "没有"},
    ],
    "definition": "物流",
    "labels": ["物流"],
}


def test_half_a_character_is_replaced_wherever_an_answer_holds_it():
    broken = {
        "rationale": "a \ud83d",
        "evidence": [{"post": 1, "quote": "\ud83d"}],
        "definition": "\udc00",
        "labels": ["物流"],
    }
    found = read(json.dumps(broken))
    assert (found.rationale, found.definition, found.labels) == ("a \ufffd", "\ufffd", ("物流",))
    assert [(quote.quote, quote.verbatim) for quote in found.evidence] == [("\ufffd", False)]
    assert read(json.dumps({"rationale": "\U0001f600", "labels": []})).rationale == "\U0001f600", "two halves are one"
    assert read('{"labels": ["\\ud83d"]}').reason.encode()


@pytest.mark.parametrize("depth", [10, 400, 600, 900, 980, 5_000])
def test_an_answer_with_lists_in_lists_ends_as_something(depth: int):
    nested = "[" * depth + "]" * depth
    for text in (f'{{"labels": ["物流"], "x": {nested}}}', f'{{"labels": ["物流"], "rationale": {nested}}}'):
        assert read(text).status in (Status.ANSWERED, Status.UNPARSED)
        assert read(f"{text} {text.replace('物流', '退款')}").status is Status.UNPARSED


def test_a_full_answer_is_read_and_its_quotes_are_checked():
    prediction = read(json.dumps(FULL, ensure_ascii=False))
    assert prediction.status is Status.ANSWERED
    assert (prediction.labels, prediction.rationale, prediction.definition) == (("物流",), "没到", "物流")
    assert [e.verbatim for e in prediction.evidence] == [True, True, False]
    assert prediction.evidence[1].quote == "微博 2: 退款"


@pytest.mark.parametrize(
    "wrapper",
    [
        "{}",
        "```json\n{}\n```",
        '<think>{{"labels": ["退款"]}}</think>{}',
        "好的,结果是:{} 希望有用",
        "{}\n{}",
        "a {{b}} {}",
    ],
)
def test_wrappers_do_not_matter(wrapper: str):
    body = json.dumps(FULL, ensure_ascii=False)
    assert read(wrapper.format(body, body)).labels == ("物流",)


@pytest.mark.parametrize(
    ("text", "finish", "status"),
    [
        ("", "stop", Status.BLANK),
        ("  \n", "stop", Status.BLANK),
        ("我不知道", "stop", Status.UNPARSED),
        ('{"labels": ["物流"]} {"labels": ["退款"]}', "stop", Status.UNPARSED),
        ('{"labels": 3}', "stop", Status.UNPARSED),
        ('{"labels": [["物流"]]}', "stop", Status.UNPARSED),
        ('{"labels": ["物流"', "length", Status.TRUNCATED),
        ('{"labels": ["物流"]}', "content_filter", Status.FILTERED),
        ('{"labels": ["价格"]}', "stop", Status.OFF_LIST),
        ('{"labels": []}', "stop", Status.ANSWERED),
        ('{"labels": "退款"}', "stop", Status.ANSWERED),
        ("[" * 5000 + "{" * 5000, "stop", Status.UNPARSED),
        ('{"n": ' + "9" * 5000 + ', "labels": ["物流"]}', "stop", Status.ANSWERED),
    ],
)
def test_every_reply_ends_in_one_status(text: str, finish: str, status: Status):
    assert read(text, finish).status is status


@pytest.mark.parametrize(
    ("labels", "why"), [([], "no label"), (["物流", "退款"], "several labels"), (["x"], "not a label")]
)
def test_what_a_single_label_task_does_not_allow_is_off_list_with_its_reason(labels: list[str], why: str):
    prediction = read(json.dumps({"labels": labels}), task=SINGLE)
    assert prediction.status is Status.OFF_LIST
    assert why in prediction.reason


def test_labels_come_in_the_order_of_the_task():
    assert read('{"labels": ["质量", "物流", "质量"]}').labels == ("物流", "质量")


def test_a_quote_of_a_post_that_is_not_there_is_kept_apart():
    cited = [(3, 3), (0, 0), (-1, -1), ("one", 0), (None, 0), (1e999, 0), ("2", None)]
    quotes = [{"post": post, "quote": f"q{k}"} for k, (post, _) in enumerate(cited)]
    prediction = read(json.dumps({"labels": [], "evidence": [*quotes, "x", None, {"post": 3, "quote": ""}]}))
    assert [(e.post, e.quote) for e in prediction.evidence] == [(2, "q6")]
    assert [e.post for e in prediction.unplaced] == [index for _, index in cited if index is not None]
    assert not any(e.verbatim for e in prediction.unplaced)


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str):
    prediction = read(text)
    assert prediction.status in set(Status) - {Status.PENDING, Status.FAILED}
    assert prediction.status is Status.ANSWERED or prediction.reason


keys = st.sampled_from(["labels", "evidence", "definition", "post", "quote"])
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


@given(anything)
def test_any_json_is_read_without_an_error(value: object):
    assert read(json.dumps(value)).status in set(Status)


def test_an_object_that_gives_the_labels_twice_is_one_answer_only_where_both_are_the_same():
    twice = '{"labels": ["物流"], "rationale": "a", "labels": ["退款"]}'
    assert read(twice).status is Status.UNPARSED
    assert read(twice.replace("退款", "物流")).labels == ("物流",)
    assert read('{"rationale": "a", "labels": ["物流"], "rationale": "b"}').rationale == "b"


def test_why_a_reply_is_no_answer_is_told_in_the_readers_language(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    assert read('{"labels": ["发票", "收据"]}').reason == "不是本任务的标签：发票、收据"
    assert read('{"labels": ["物流"').reason == "JSON 没写完就断了"
