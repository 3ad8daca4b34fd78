"""What is written around posts is set apart: one prompt, or the instructions of several subtasks; nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.auditing import Material, Sample
from labkit.auditing.duplicates import check_conflicts, check_duplicates
from labkit.auditing.frame import without_frame
from labkit.auditing.leakage import check_leakage
from labkit.auditing.size import check_size

TITLES = [
    "".join(random.Random(k).choices("快递退款手机屏幕发货物流降价优惠券电池充电包装售后", k=12)) for k in range(90)
]
INSTRUCTIONS = (
    "你是新闻编辑。请判断下面标题的类别，只回答类别：",
    "请从下面的标题里找出公司名称，没有就回答无。\n",
    "把下面的标题翻译成英文，语气自然。\n标题：",
)


LABELS = (("财经", "体育"), ("有", "无"), ("好译", "难译"))  # each instruction's own


def asked_of(titles: Sequence[str], instruction: str, labels: Sequence[str]) -> list[Sample]:
    """The titles under an instruction, as exported without a system message."""
    return [
        Sample(f"{instruction}{k}", instruction + title, answer=labels[k % len(labels)], form="chat")
        for k, title in enumerate(titles)
    ]


def is_whole(sample: Sample, found: Sample) -> bool:
    """Whether what stood before and behind the post is its context, and the three are the question again."""
    parts = [
        sample.question[:k] for k in range(len(sample.question) + 1) if sample.question[k:].startswith(found.question)
    ]
    around = [(part, sample.question[len(part) + len(found.question) :]) for part in parts]
    return any("\n".join(filter(None, (sample.context, *sides))) == found.context for sides in around)


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
    samples = [
        Sample(str(k), question, answer=LABELS[k % 3][k // 3 % 2], form="chat") for k, question in enumerate(asked)
    ]
    found = without_frame(samples)
    assert [sample.question for sample in found] == TITLES[: len(asked)]
    assert all(map(is_whole, samples, found))


@pytest.mark.parametrize("outer", ["", "你是助手。\n"])
@pytest.mark.parametrize("rows", [(90, 90, 90), (54, 36, 0), (36, 54, 36)])
def test_each_of_several_instructions_is_a_subtask(rows: tuple[int, ...], outer: str):
    parts = [
        asked_of(TITLES[:many], outer + instruction, labels)
        for many, instruction, labels in zip(rows, INSTRUCTIONS, LABELS, strict=True)
    ]
    samples = list(chain(*parts))
    material = Material(without_frame(samples))
    subtasks = {
        " ".join(instruction.split())[:40] for instruction, part in zip(INSTRUCTIONS, parts, strict=True) if part
    }
    assert {s.subtask for s in material.samples} == subtasks
    assert [s.question for s in material.samples] == [title for many in rows for title in TITLES[:many]]
    assert (check_duplicates(material).counts["exact"], check_conflicts(material).value) == (0, 0)
    assert check_size(material).counts["largest_subtask"] == max(rows)


def test_an_instruction_of_most_rows_is_a_subtask_beside_others_of_too_few():
    shares = ((TITLES[:80], 0), (TITLES[:10], 1), (TITLES[:10], 2))
    samples = list(chain(*(asked_of(titles, INSTRUCTIONS[k], LABELS[k]) for titles, k in shares)))
    material = Material(without_frame(samples))
    assert [s.subtask for s in material.samples] == [INSTRUCTIONS[0]] * 80 + [None] * 20
    assert [s.question for s in material.samples[80:]] == [s.question for s in samples[80:]]
    assert (check_duplicates(material).counts["exact"], check_conflicts(material).value) == (0, 0)


def test_what_is_asked_about_stays_in_the_question():
    products = [
        Sample(str(k), f"Product: {('kettle', 'lamp', 'desk', 'phone')[k % 4]}\nReview: {title}", "好坏"[k % 3 % 2])
        for k, title in enumerate(TITLES)
    ]
    passages = (
        "小河从山里流到城里，一路上磨坊、渡口和集市都靠它过活，直到上游修起了水坝。\n问题：",
        "国王有三个女儿，大的会唱歌，二的会骑马，小的只会记账，可粮仓失火那年救了全城的是她。\n问题：",
        "船在第七天靠了岸，水手们没有找到金子，却带回一种叶子，后来人人都用它泡茶喝。\n问题：",
    )
    facts = [f"{passage[:2]}{k}" for passage in passages for k in range(6)]  # each asked about five times
    about = [
        Sample(str(k), passages[k // 30] + (title if k % 30 else "主要讲了什么？"), facts[k // 5])
        for k, title in enumerate(TITLES)
    ]
    for samples in (products, about, [*about, *(replace(s, id=f"again{s.id}") for s in about)]):
        found = without_frame([replace(sample, form="chat") for sample in samples])
        assert {s.subtask for s in found} == {None}
        assert len({s.question for s in found}) == len({s.question for s in samples})
        assert not check_leakage(Material((*found[:30], *(replace(s, split="test") for s in found[30:90])))).value


def test_a_template_of_posts_is_no_instruction():
    mixed = [("【广告】限时优惠：", ("广告",)), ("转发微博给大家看看：", ("转发",)), ("", ("财经", "体育"))]
    samples = list(chain(*(asked_of(TITLES[30 * k : 30 * k + 30], *one) for k, one in enumerate(mixed))))
    assert without_frame(samples) == tuple(samples)


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


YES_OR_NO = (
    "请你作为一名经验丰富的内容审核员，仔细阅读下面的微博内容，并判断它是否属于广告营销，只需回答是或否",
    "你将看到一条来自社交网络的用户留言，请结合上下文判断其中是否表达了对产品或服务的不满，只能回答是或否",
    "Below you will find one message that was sent to our help desk. Decide whether a person must reply, say 是 or 否",
)


def framed(place: str, words: str, title: str) -> str:
    """A title with words before it, behind it, or on both sides."""
    return {
        "before": f"{words}：{title}",
        "behind": f"{title}\n{words}",
        "around": f"{words}。\n{title}\n{words[:20]}",
    }[place]


def changed(title: str) -> str:
    return title[:6] + "了" + title[7:]


@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("place", ["before", "behind", "around"])
def test_an_instruction_longer_than_the_posts_makes_no_copies_and_hides_none(place: str, free: bool):
    """Instructions that share their answers are not known to be some: what they are about may be what is asked."""
    rows = [(f"r{k}", k % 3, title, "pool" if k % 5 else "test") for k, title in enumerate(TITLES)]
    tests, pool = rows[::5], [row for row in rows if row[3] == "pool"]
    planted = [(f"exact {row[0]}", *row[1:3], "pool") for row in (*tests[:3], *pool[:3])]
    planted += [(f"near {row[0]}", row[1], changed(row[2]), "pool") for row in (*tests[3:6], *pool[3:6])]
    elsewhere = tests[6]
    planted.append(("other", (elsewhere[1] + 1) % 3, elsewhere[2], "pool"))
    material = Material(
        without_frame(
            [
                Sample(
                    i,
                    framed(place, YES_OR_NO[n], title),
                    title[::-1] if free else "是否"[parity(title)],
                    form="chat",
                    split=split,
                )
                for i, n, title, split in (*rows, *planted)
            ]
        )
    )
    leaks, copies = check_leakage(material), check_duplicates(material)
    assert (leaks.counts["exact"], leaks.counts["near"]) == (3, 3)
    assert leaks.counts["test_rows"] == [row[0] for row in tests[:6]]
    assert elsewhere[0] in leaks.counts["review_rows"]
    assert set(copies.rows) == {row[0] for row in planted[:-1]}
    assert (copies.counts["exact"], material.repetition.leaking, material.repetition.copies) == (6, 6, 6)


def parity(title: str) -> int:
    return sum(map(ord, title)) % 2


def posts(count: int, seed: int, characters: int = 20) -> list[str]:
    """Posts that have nothing in common."""
    draw = random.Random(seed)
    return ["".join(chr(0x4E00 + draw.randrange(800)) for _ in range(characters)) for _ in range(count)]


def test_a_post_of_the_pool_in_a_slightly_different_prompt_is_for_review():
    learnt, own = posts(300, 1), posts(6, 2)
    held = [*learnt[:4], *own]
    worded = [words.replace("一", "1", 1) for words in YES_OR_NO]
    rows = [(f"p{k}", f"{YES_OR_NO[k % 3]}：{post}", "pool", k) for k, post in enumerate(learnt)]
    rows += [(f"t{k}", f"{worded[k % 2]}：{post}", "test", k) for k, post in enumerate(held)]
    samples = [Sample(i, text, "是否"[k // 3 % 2], form="chat", split=split) for i, text, split, k in rows]
    leaks = check_leakage(Material(without_frame(samples))).counts
    assert (leaks["exact"], leaks["near"]) == (0, 0)
    assert leaks["review_rows"] == ["t0", "t1", "t2", "t3"]


@pytest.mark.parametrize("rare", [0.5, 0.1, 0.04, 0.02])
def test_instructions_are_told_from_copies_where_nearly_all_answers_are_one(rare: float):
    every = round(1 / rare)
    samples = [
        Sample(
            f"r{k}",
            f"{YES_OR_NO[k % 3]}：{post}",
            "是否"[bool(k // 3 % every)],
            form="chat",
            split="pool" if k % 5 else "test",
        )
        for k, post in enumerate(posts(600, 3))
    ]
    material = Material(without_frame(samples))
    leaks = check_leakage(material).counts
    assert (leaks["exact"], leaks["near"], len(check_duplicates(material).rows)) == (0, 0, 0)


def test_three_polite_words_are_no_instruction():
    draw = random.Random(5)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(400)]
    openings = ("I would like to ", "Could you please tell me ", "Hello there, my question is ")
    texts = [openings[k % 3] + " ".join(draw.choices(words, k=4)) for k in range(300)]
    samples = [Sample(f"p{k}", text, "yn"[k % 2], form="chat", split="pool") for k, text in enumerate(texts)]
    samples += [
        Sample(f"t{k}", " ".join([*text.split()[:-1], "changed"]), "yn"[k % 2], form="chat", split="test")
        for k, text in enumerate(texts[:20])
    ]
    assert check_leakage(Material(without_frame(samples))).counts["near"] == 20


def test_one_question_about_several_passages_is_no_copy():
    draw = random.Random(4)
    passages = ["".join(draw.choices(TITLES[0] + TITLES[7], k=90)) + "\n问题：" for _ in range(4)]
    rows = [(passage, title) for passage in passages for title in TITLES[:30]]
    samples = [Sample(str(k), passage + title, f"{title}{k}", form="chat") for k, (passage, title) in enumerate(rows)]
    samples += [replace(s, id=f"test{s.id}", split="test") for s in samples[:2]]
    material = Material(without_frame(samples))
    assert (check_leakage(material).counts["exact"], check_leakage(material).counts["near"]) == (2, 0)
    assert check_duplicates(material).counts["exact"] == 2
    assert len(check_duplicates(material).rows) == 2


def test_copies_of_a_post_that_differ_anywhere_are_copies_whatever_their_answers():
    draw = random.Random(3)
    post = "限时大促销：全场五折起，满三百减一百，点击链接领取优惠券，先到先得，转发本条微博还可以抽奖送手机一台！"
    places = [draw.randrange(len(post)) for _ in range(120)]
    spam = [post[:at] + chr(0x4E00 + k) + post[at + 1 :] for k, at in enumerate(places)]
    samples = [Sample(str(k), text, draw.choice("是否"), form="chat") for k, text in enumerate((*TITLES, *spam))]
    found = check_duplicates(Material(without_frame(samples)))
    assert len(found.rows) > 0.95 * len(spam)


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


@given(
    st.lists(st.text("ab :\n", max_size=12), max_size=40),
    st.lists(st.text("ab :\n", max_size=9), min_size=2, max_size=3, unique=True),
)
def test_nothing_of_a_question_is_lost_or_doubled(starts: list[str], instructions: list[str]):
    of_some = [
        Sample(f"{k}-{n}", f"Answer {said}{n}:\n{start}{k}{start}", answer=f"{n}{k % 2}", form="chat")
        for n, said in enumerate(instructions)
        for k, start in enumerate((starts or [""]) * (1 + 24 // max(1, len(starts))))
    ]
    plain = [Sample(str(k), start, answer="a", form="chat") for k, start in enumerate(starts)]
    for samples in (plain, of_some, [*plain, *of_some]):
        found = without_frame(samples)
        assert all(map(is_whole, samples, found))
