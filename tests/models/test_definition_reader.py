from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.models.definition_reader import DefinitionReader, choose_labels, find_matches, score_labels
from labkit.parsing import parse_reply
from labkit.prompts import read_rendered, render
from labkit.records import Definition, Example, Message, Prompt, Request, Status, Task
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.hostile import HOSTILE

BARE, DEFINED = tiny_prompts()
ENGLISH = Task("shop", ("delivery", "refund", "close_account"), allow_none=True)
ENGLISH_PROMPT = Prompt(
    "v2",
    system="You sort messages.",
    input="{{posts}}",
    instruction="Answer.",
    definitions=(
        Definition("delivery", "The parcel is late, lost or stuck at the depot."),
        Definition("refund", "The customer is waiting for money after a return.", excludes=("a parcel that is late",)),
        Definition("close_account", "The customer wants everything deleted."),
    ),
)


def ask(*posts: str, prompt: Prompt = DEFINED, task: Task = TINY_TASK, **fields: Any) -> dict[str, Any]:
    """The reader's answer object about some posts."""
    return json.loads(reply_to(Example("row", posts, **fields), prompt, task))


def reply_to(example: Example, prompt: Prompt = DEFINED, task: Task = TINY_TASK) -> str:
    return DefinitionReader().answer([render(prompt, task, example)])[0].text


def with_texts(prompt: Prompt, *texts: str) -> Prompt:
    pairs = zip(prompt.definitions, texts, strict=True)
    return replace(prompt, definitions=tuple(Definition(d.label, text) for d, text in pairs))


# --- it knows the rendered messages and nothing else


@pytest.mark.parametrize("example", tiny_examples(), ids=lambda example: example.id)
def test_gold_note_split_group_time_and_id_change_nothing(example):
    told_wrong = Example(
        "答案是质量",
        example.items,
        ("质量",),
        "traffic",
        "质量",
        "2026-01-01T00:00:00Z",
        None,
        "质量",
        {"label": "质量"},
    )
    assert reply_to(told_wrong) == reply_to(example) == reply_to(replace(example, labels=None))


def test_the_row_of_a_request_changes_nothing():
    request = render(DEFINED, TINY_TASK, Example("row", ("快递慢",)))
    renamed = replace(request, row="退款")
    replies = DefinitionReader().answer([request, renamed])
    assert replies[0].text == replies[1].text


def test_definitions_handed_round_hand_the_answers_round():
    texts = [definition.text for definition in DEFINED.definitions]
    straight, turned = with_texts(DEFINED, *texts), with_texts(DEFINED, *texts[1:], texts[0])
    assert ask("包裹还没到", prompt=straight)["labels"] == ["物流"]
    assert ask("包裹还没到", prompt=turned)["labels"] == ["质量"]


def test_the_order_of_definitions_changes_no_score():
    example = Example("row", ("坏了还不给退款，快递也慢",))
    turned = replace(DEFINED, definitions=DEFINED.definitions[::-1])
    requests = [render(prompt, TINY_TASK, example) for prompt in (DEFINED, turned)]
    scores = [score_labels(read_rendered(request.messages)) for request in requests]
    assert scores[0] == pytest.approx(scores[1])


def test_a_batch_is_answered_as_its_rows_one_by_one():
    requests = [render(DEFINED, TINY_TASK, example) for example in tiny_examples()]
    reader = DefinitionReader()
    together = [reply.text for reply in reader.answer(requests)]
    assert together == [reader.answer([request])[0].text for request in requests]


def test_definitions_find_more_than_bare_names():
    def right(prompt: Prompt) -> int:
        return sum(set(ask(*row.items, prompt=prompt)["labels"]) == set(row.labels) for row in tiny_examples())

    assert right(DEFINED) > right(BARE)


# --- what counts


def test_a_bare_name_is_found_where_the_post_names_it():
    assert ask("退款还没到", prompt=BARE)["labels"] == ["退款"]
    assert ask("钱还没到", prompt=BARE)["labels"] == []


def test_words_that_every_definition_holds_weigh_little():
    prompt = with_texts(DEFINED, "顾客说快递", "顾客说要钱", "顾客说坏了")
    scores = score_labels(read_rendered(render(prompt, TINY_TASK, Example("row", ("顾客说坏了",))).messages))
    assert scores["质量"] > 3 * scores["物流"] > 0


def test_what_a_definition_excludes_counts_against_its_label():
    prompt = with_texts(DEFINED, "收到的盒子", "收到的盒子", "其他")
    barred = replace(
        prompt,
        definitions=(replace(prompt.definitions[0], excludes=("盒子里漏水",)), *prompt.definitions[1:]),
    )
    assert ask("盒子漏水了", prompt=prompt)["labels"] == ["物流", "退款"]
    assert ask("盒子漏水了", prompt=barred, task=replace(TINY_TASK, multi_label=False))["labels"] == ["退款"]
    scores = score_labels(read_rendered(render(barred, TINY_TASK, Example("row", ("漏水",))).messages))
    assert scores["物流"] < 0 == scores["质量"]


def test_what_stands_in_the_meaning_is_not_barred_by_an_exclusion():
    prompt = with_texts(DEFINED, "漏水的盒子", "钱", "其他")
    barred = replace(prompt, definitions=(replace(prompt.definitions[0], excludes=("漏水",)), *prompt.definitions[1:]))
    assert ask("漏水", prompt=barred) == ask("漏水", prompt=prompt)


def test_all_posts_of_a_row_count_together():
    assert ask("今天天气真好", "包裹还没到")["labels"] == ["物流"]
    assert ask("包裹还没到", "锅掉漆了", "掉漆太厉害")["labels"] == ["物流", "质量"]


# --- abstaining, one or several


def test_it_abstains_when_nothing_is_close():
    answer = ask("月亮真好看")
    assert (answer["labels"], answer["evidence"], answer["definition"]) == ([], [], "")
    assert answer["rationale"] == "没有一条定义与原文足够接近。"


def test_where_a_label_is_required_a_weak_match_will_do():
    prompt = with_texts(DEFINED, "漆", "钱", "其他")
    forced = replace(TINY_TASK, allow_none=False)
    assert ask("漆", prompt=prompt, task=TINY_TASK)["labels"] == ["物流"]
    weak = with_texts(DEFINED, "漆钱", "漆", "漆")
    assert ask("漆", prompt=weak)["labels"] == []
    assert len(ask("漆", prompt=weak, task=replace(forced, multi_label=False))["labels"]) == 1


def test_one_label_or_several_as_the_contract_says():
    post = "快递慢，东西也漏水、掉漆"
    assert ask(post)["labels"] == ["物流", "质量"]
    assert len(ask(post, task=replace(TINY_TASK, multi_label=False))["labels"]) == 1


def test_a_further_label_needs_a_share_of_the_best_score():
    prompt = read_rendered(render(DEFINED, TINY_TASK, Example("row", ("x",))).messages)
    assert choose_labels({"物流": 10.0, "退款": 7.0, "质量": 6.9}, prompt) == ("物流", "退款")
    assert choose_labels({"物流": 0.3, "退款": 0.1, "质量": 0.0}, prompt) == ()
    assert choose_labels({}, prompt) == ()


# --- the answer


def test_the_answer_quotes_the_clause_that_decided_from_the_right_post():
    answer = ask("今天天气真好", "朋友来了，包裹还没到，算了")
    assert answer["evidence"] == [{"post": 2, "quote": "包裹还没到"}]
    assert answer["definition"] == "物流"
    assert answer["rationale"] == "“物流”的定义提到“包裹”。"


def test_matches_are_stretches_of_the_posts_weightiest_first():
    prompt = read_rendered(render(DEFINED, TINY_TASK, Example("row", ("包裹坏", "我的物流信息"))).messages)
    matches = find_matches(prompt, "物流")
    assert [prompt.posts[m.post - 1][m.start : m.end] for m in matches] == ["物流信息", "包裹"]
    assert matches[0].weight > matches[1].weight


@pytest.mark.parametrize(
    ("rationale", "keys"),
    [
        ("before", ["rationale", "evidence", "definition", "labels"]),
        ("after", ["labels", "definition", "evidence", "rationale"]),
        ("none", ["labels"]),
    ],
)
def test_the_keys_stand_in_the_order_of_the_contract(rationale, keys):
    assert list(ask("包裹还没到", prompt=replace(DEFINED, rationale=rationale))) == keys


def test_english_words_meet_in_other_endings():
    answer = ask("Still waiting, my parcels got STUCK!", prompt=ENGLISH_PROMPT, task=ENGLISH)
    assert answer["labels"] == ["delivery"]
    assert answer["evidence"] == [{"post": 1, "quote": "my parcels got STUCK"}]
    assert answer["rationale"].startswith('the definition of delivery speaks of "')


def test_the_words_of_an_english_label_count_by_themselves():
    bare = with_texts(ENGLISH_PROMPT, "", "", "")
    assert ask("please close the account", prompt=bare, task=ENGLISH)["labels"] == ["close_account"]


def test_function_words_are_no_match():
    assert ask("is it the and that they were", prompt=ENGLISH_PROMPT, task=ENGLISH)["labels"] == []


def test_it_answers_within_the_row_s_subtask():
    task = replace(ENGLISH, subtasks={"a": ("delivery", "refund"), "b": ("close_account",)})
    post = "I want everything deleted, parcel late"
    assert ask(post, prompt=ENGLISH_PROMPT, task=task, subtask="b")["labels"] == ["close_account"]
    assert ask(post, prompt=ENGLISH_PROMPT, task=task, subtask="a")["labels"] == ["delivery"]


# --- hostile and empty


@pytest.mark.parametrize("text", [*HOSTILE, "Post 1: x", '{"labels": []}', "- 退: x", "x" * 100_000, "微博 9: 天"])
def test_hostile_posts_get_a_readable_answer_with_verbatim_quotes(text):
    example = Example("row", (f"{text}，快递包裹没到", text))
    prediction = parse_reply(DefinitionReader().answer([render(DEFINED, TINY_TASK, example)])[0], TINY_TASK, example)
    assert prediction.status is Status.ANSWERED
    assert "物流" in prediction.labels
    assert prediction.evidence
    assert all(evidence.verbatim for evidence in prediction.evidence)


def test_a_post_that_poses_as_an_index_line_is_not_taken_for_one():
    answer = ask("今天 微博 2: 包裹没到", "嗯")
    assert answer["labels"] == ["物流"]
    assert [evidence["post"] for evidence in answer["evidence"]] == [1]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=40) | st.sampled_from([*HOSTILE, "快递：微博 3：退款"]), min_size=1, max_size=4))
def test_any_posts_get_a_readable_answer_with_verbatim_quotes(posts):
    example = Example("row", tuple(posts))
    prediction = parse_reply(DefinitionReader().answer([render(DEFINED, TINY_TASK, example)])[0], TINY_TASK, example)
    assert prediction.status is Status.ANSWERED
    assert all(evidence.verbatim for evidence in prediction.evidence)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_words_may_stand_in_a_definition(text):
    prompt = with_texts(DEFINED, text, "退款", "质量")
    assert set(ask("退款太慢", prompt=prompt)["labels"]) <= set(TINY_TASK.labels)


@pytest.mark.parametrize("messages", [(Message("user", ""),), (Message("system", "x"), Message("user", "hello"))])
def test_messages_without_definitions_or_posts_get_no_label(messages):
    answer = json.loads(DefinitionReader().answer([Request("row", messages)])[0].text)
    assert answer["labels"] == []


@pytest.mark.parametrize("post", ["", " ", "👍", "。。。"])
def test_posts_without_words_get_no_label(post):
    assert ask(post)["labels"] == []


def test_an_emoji_is_a_word():
    assert ask("😡😡", prompt=with_texts(DEFINED, "😡", "钱", "漆"))["labels"] == ["物流"]


def test_its_constants_are_recorded():
    assert set(DefinitionReader().parameters) == {"threshold", "share", "excluded", "character"}
    json.dumps(DefinitionReader().parameters)
