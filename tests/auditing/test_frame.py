"""What is written around posts is set apart: one prompt, or the instructions of several subtasks; nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.auditing import Material, Sample
from labkit.auditing.duplicates import check_conflicts, check_duplicates
from labkit.auditing.frame import without_frame
from labkit.auditing.size import check_size

TITLES = [
    "".join(random.Random(k).choices("快递退款手机屏幕发货物流降价优惠券电池充电包装售后", k=12)) for k in range(90)
]
INSTRUCTIONS = (
    "你是新闻编辑。请判断下面标题的类别，只回答类别：",
    "请从下面的标题里找出公司名称，没有就回答无。\n",
    "把下面的标题翻译成英文，语气自然。\n标题：",
)


@pytest.mark.parametrize(
    "asked",
    [
        [INSTRUCTIONS[0] + title for title in TITLES],
        [f"{INSTRUCTIONS[k % 3]}{title}" for k, title in enumerate(TITLES)],
        [f"你是助手。\n{INSTRUCTIONS[k % 3]}{title}\n请直接回答。" for k, title in enumerate(TITLES)],
        [f"Post 1: {title}\n\nGive the label." for title in TITLES[:15]],
        [f"{title}（请只回答类别）" for title in TITLES],
        TITLES,
    ],
)
def test_posts_are_compared_without_what_is_written_around_them(asked: list[str]):
    samples = [Sample(str(k), question, answer="好", form="chat") for k, question in enumerate(asked)]
    found = without_frame(samples)
    assert [sample.question for sample in found] == TITLES[: len(asked)]
    assert all(set(text) <= set(f"{s.context}{s.question}") for text, s in zip(asked, found, strict=True))


def test_each_of_several_instructions_is_a_subtask():
    asked = [f"{instruction}{title}" for title in TITLES for instruction in INSTRUCTIONS]
    samples = [Sample(str(k), question, answer=str(k % 3), form="chat") for k, question in enumerate(asked)]
    material = Material(without_frame(samples))
    assert {s.subtask for s in material.samples} == {" ".join(i.split())[:40] for i in INSTRUCTIONS}
    assert (check_duplicates(material).counts["exact"], check_conflicts(material).value) == (0, 0)
    assert check_size(material).counts["largest_subtask"] == len(TITLES)


SYSTEMS = ("判断主题，只回答类别。", "判断长短，只回答长或短。")


def of_systems(titles: Sequence[str], systems: Sequence[str]) -> list[Sample]:
    """Every title asked under every system message, with another answer under each."""
    return [
        Sample(f"{k}-{n}", f"微博 1: {title}\n请回答。", answer=str(n), form="chat", context=system, system=system)
        for k, title in enumerate(titles)
        for n, system in enumerate(systems)
    ]


@pytest.mark.parametrize("titles", [TITLES, TITLES[:15], TITLES[:3]])
def test_each_of_several_system_messages_is_a_subtask(titles: list[str]):
    samples = of_systems(titles, SYSTEMS)
    material = Material(without_frame(samples))
    assert {s.subtask for s in material.samples} == set(SYSTEMS)
    assert (check_duplicates(material).counts["exact"], check_conflicts(material).value) == (0, 0)
    one = without_frame([sample for sample in samples if sample.system == SYSTEMS[0]])
    assert {s.subtask for s in one} == {None}


def test_no_system_message_is_none_and_no_subtask():
    without = [replace(sample, context="", system="") for sample in of_systems(TITLES[:80], SYSTEMS[:1])]
    assert {s.subtask for s in without_frame([*without, *of_systems(TITLES[60:], ["You are helpful."])])} == {None}


def test_what_was_answered_in_earlier_turns_is_no_system_message():
    greeted = [replace(sample, system="") for sample in of_systems(TITLES, ["您好，请讲。", "您好，有什么事？"])]
    material = Material(without_frame(greeted))
    assert ({s.subtask for s in material.samples}, check_conflicts(material).severity) == ({None}, "warn")


def test_a_system_message_for_nearly_every_row_is_no_subtask_and_its_rows_contradict_none():
    systems = [f"你是{title}的客服。" for title in TITLES[:40]]
    material = Material(without_frame(of_systems(TITLES[:3], systems)))
    assert {s.subtask for s in material.samples} == {None}
    assert check_conflicts(material).severity == "warn"


def test_what_some_posts_begin_with_by_chance_stays():
    asked = [f"转发微博给大家看看：{title}" if k % 4 == 0 else title for k, title in enumerate(TITLES)]
    samples = tuple(Sample(str(k), question, answer="好", form="chat") for k, question in enumerate(asked))
    assert without_frame(samples) == samples


@given(st.lists(st.text("ab :\n", max_size=12), max_size=40))
def test_nothing_of_a_question_is_lost(asked: list[str]):
    samples = tuple(Sample(str(k), question, answer="a", form="chat") for k, question in enumerate(asked))
    for sample, found in zip(samples, without_frame(samples), strict=True):
        assert found.question in sample.question
        assert len(found.question) + len(found.context.replace("\n", "")) >= len(sample.question.replace("\n", ""))
